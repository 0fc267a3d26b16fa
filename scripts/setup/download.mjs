import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { SetupError, Unavailable } from "./errors.mjs";
import { run } from "./processes.mjs";

/** Until the first byte of an answer; a closed network mostly says no at once. */
const answerMs = 15_000;
/** Between two pieces of a body. */
const stallMs = 30_000;

/**
 * @param {string} url
 * @param {AbortController} controller
 */
async function get(url, controller) {
  const timer = setTimeout(() => controller.abort(), answerMs);
  try {
    const response = await fetch(url, { signal: controller.signal });
    if (response.ok && response.body) return { response, body: response.body };
    await response.body?.cancel();
    throw new Unavailable(`${url} answered ${response.status}`);
  } catch (error) {
    throw unreachable(url, error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} url
 * @param {unknown} error
 */
function unreachable(url, error) {
  if (error instanceof Unavailable) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  const aborted = error instanceof Error && error.name === "AbortError";
  return new Unavailable(
    `${new URL(url).host} is not reached (${code ?? (aborted ? "no answer in time" : String(error))})`,
  );
}

/**
 * @param {string} url
 * @returns {Promise<string>}
 * @throws {Unavailable} when it cannot be had
 */
export async function fetchText(url) {
  const controller = new AbortController();
  const { response } = await get(url, controller);
  const stall = setTimeout(() => controller.abort(), stallMs);
  try {
    return await response.text();
  } catch (error) {
    throw unreachable(url, error);
  } finally {
    clearTimeout(stall);
  }
}

/**
 * Downloads to a file.
 * @param {string} url
 * @param {string} file
 * @param {import("./report.mjs").Report} report
 * @throws {Unavailable} when it cannot be had whole
 */
export async function download(url, file, report) {
  const controller = new AbortController();
  const { response, body } = await get(url, controller);
  const total = Number(response.headers.get("content-length")) || undefined;
  const progress = report.step(`downloading ${url}`);
  let received = 0;
  let stall = setTimeout(() => controller.abort(), stallMs);
  try {
    const counted = async function* () {
      for await (const piece of Readable.fromWeb(/** @type {any} */ (body))) {
        clearTimeout(stall);
        stall = setTimeout(() => controller.abort(), stallMs);
        received += piece.length;
        progress.update(
          total ? `${megabytes(received)} of ${megabytes(total)}` : megabytes(received),
        );
        yield piece;
      }
    };
    await pipeline(counted, createWriteStream(file));
  } catch (error) {
    throw unreachable(url, error);
  } finally {
    clearTimeout(stall);
    progress.end();
  }
}

/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * @param {string} file
 * @param {"sha256" | "sha512"} algorithm
 * @param {"hex" | "base64"} encoding
 */
export async function digest(file, algorithm, encoding) {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest(encoding);
}

/**
 * The SHA-256 a list in the format of `sha256sum` gives for a file name.
 * @param {string} list
 * @param {string} name
 * @returns {string | undefined} lower-case hex
 */
export function listedDigest(list, name) {
  for (const line of list.split("\n")) {
    const match = /^([0-9a-fA-F]{64})\s+\*?(?:\.\/)?(\S+)\s*$/.exec(line);
    if (match?.[2] === name) return match[1]?.toLowerCase();
  }
  return undefined;
}

/**
 * Downloads an archive, compares it with its publisher's list of checksums, and unpacks it
 * without its top folder.
 * @param {{ base: string, name: string, list: string }} archive file names below a base URL
 * @param {string} folder
 * @param {import("./machine.mjs").Machine} machine
 * @throws {Unavailable} when archive or list cannot be had, or `tar` cannot unpack it
 * @throws {SetupError} SETUP_CHECKSUM when they disagree: never a reason to go on another way
 */
export async function unpackVerified({ base, name, list }, folder, machine) {
  const expected = listedDigest(await fetchText(`${base}/${list}`), name);
  if (!expected) throw new Unavailable(`${base}/${list} does not list ${name}`);
  const file = `${folder}.tar.gz`;
  try {
    await download(`${base}/${name}`, file, machine.report);
    if ((await digest(file, "sha256", "hex")) !== expected) throw altered(`${base}/${name}`);
    await unpack(file, folder, machine);
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * @param {string} file
 * @param {string} folder
 * @param {import("./machine.mjs").Machine} machine
 */
export async function unpack(file, folder, machine) {
  const args = ["-xzf", file, "-C", folder, "--strip-components=1"];
  const { code, excerpt } = await run("tar", args, { env: machine.env });
  if (code !== 0) throw new Unavailable(`tar could not unpack ${file}: ${excerpt}`);
}

/** @param {string} what */
export function altered(what) {
  return new SetupError(
    "SETUP_CHECKSUM",
    `${what} is not what its checksum says.`,
    "try again; if it stays so, something between here and there alters it: ask your network's keeper.",
  );
}
