import { mkdir, readdir, realpath, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cached, installed } from "./cache.mjs";
import { altered, digest, unpack, unpackVerified } from "./download.mjs";
import { firstOpen, SetupError, Unavailable } from "./errors.mjs";
import { onPath, run } from "./processes.mjs";
import { describeRanges, parseVersion, satisfies } from "./range.mjs";
import { archivePlatforms, hosts, node as pinned } from "./versions.mjs";

/** @typedef {import("./machine.mjs").Machine} Machine */
/** A program that was found. @typedef {{ folder: string, version: string, how: string }} Found */

const names = ["node", "nodejs", "node22", "node24", "node25", "node26"];

/**
 * A folder with a `node` that runs this project: the one running now, one on PATH, one fetched
 * before, the official archive, or the npm package with the same binary.
 * @param {Machine} machine
 * @returns {Promise<Found>}
 * @throws {SetupError} SETUP_NO_NODE, SETUP_CHECKSUM, SETUP_CACHE
 */
export async function findNode(machine) {
  const here = await running(machine);
  if (here) return here;
  const there = await another(machine);
  if (there) return there;
  const name = `node-${pinned.version}-${machine.platform}`;
  const kept = await cached(machine, name);
  if (kept) return entry(kept.folder, `from the cache (${kept.source})`);
  const got = await installed(machine, name, (folder) =>
    firstOpen([() => official(machine, folder), () => npmPackage(machine, folder)], (reasons) =>
      noNode(machine, reasons),
    ),
  );
  return entry(got.folder, `from ${got.source}`);
}

/**
 * @param {string} folder
 * @param {string} how
 */
const entry = (folder, how) => ({ folder: join(folder, "bin"), version: pinned.version, how });

/** @param {Machine} machine */
async function running(machine) {
  const { path, version } = machine.running;
  if (!satisfies(version, pinned.supported)) return undefined;
  return { folder: await folderOf(machine, path, version), version, how: `running now (${path})` };
}

/** @param {Machine} machine */
async function another(machine) {
  const seen = new Set([await realpath(machine.running.path).catch(() => "")]);
  for (const file of names.flatMap((name) => onPath(name, machine.env.PATH))) {
    const real = await realpath(file);
    if (seen.has(real)) continue;
    seen.add(real);
    const version = await versionOf(file, machine);
    if (version && satisfies(version, pinned.supported)) {
      return { folder: await folderOf(machine, file, version), version, how: `on PATH (${file})` };
    }
  }
  return undefined;
}

/**
 * @param {string} file
 * @param {Machine} machine
 */
async function versionOf(file, machine) {
  const { code, stdout } = await run(file, ["--version"], { env: machine.env, limitMs: 10_000 });
  return code === 0 && parseVersion(stdout) ? stdout.trim().replace(/^v/, "") : undefined;
}

/**
 * The folder to put on PATH: programs are started as `node`, so one of another name gets a link.
 * @param {Machine} machine
 * @param {string} file
 * @param {string} version
 */
async function folderOf(machine, file, version) {
  if (basename(file) === "node") return dirname(file);
  const folder = join(machine.cache, `node-link-${version}-${machine.platform}`);
  await mkdir(folder, { recursive: true });
  const link = join(folder, `.node-${process.pid}`);
  await rm(link, { force: true });
  await symlink(file, link);
  await rename(link, join(folder, "node"));
  return folder;
}

/**
 * @param {Machine} machine
 * @param {string} folder
 * @returns {Promise<string>} where from
 */
async function official(machine, folder) {
  if (!archivePlatforms.includes(machine.platform)) {
    throw new Unavailable(`this setup knows no official archive for ${machine.platform}`);
  }
  const host = machine.env[hosts.node.variable] || hosts.node.url;
  const base = `${host}/v${pinned.version}`;
  const name = `node-v${pinned.version}-${machine.platform}.tar.gz`;
  await unpackVerified({ base, name, list: "SHASUMS256.txt" }, folder, machine);
  await mustRun(machine, folder);
  return `the official download (${base}/${name})`;
}

/**
 * @param {Machine} machine
 * @param {string} folder
 * @returns {Promise<string>} where from
 */
async function npmPackage(machine, folder) {
  const integrity = pinned.npmPackages[machine.platform];
  const name = `node-${machine.platform}`;
  if (!integrity) {
    throw new Unavailable(`npm has no package of Node ${pinned.version} for ${machine.platform}`);
  }
  const packed = join(folder, "packed");
  await mkdir(packed);
  const progress = machine.report.step(`fetching ${name}@${pinned.version} with npm`);
  const { code, excerpt } = await run(
    "npm",
    [
      "pack",
      `${name}@${pinned.version}`,
      `--pack-destination=${packed}`,
      "--fetch-retries=1",
      "--fetch-retry-mintimeout=1000",
    ],
    { cwd: folder, env: machine.env },
  );
  progress.end();
  if (code !== 0)
    throw new Unavailable(`npm could not fetch ${name}@${pinned.version}: ${excerpt}`);
  const [archive] = await readdir(packed);
  if (!archive) throw new Unavailable(`npm fetched no archive of ${name}`);
  const file = join(packed, archive);
  if (`sha512-${await digest(file, "sha512", "base64")}` !== integrity) throw altered(name);
  await unpack(file, folder, machine);
  await rm(packed, { recursive: true });
  await mustRun(machine, folder);
  return `npm (${name})`;
}

/**
 * An official binary does not start on a machine of another C library.
 * @param {Machine} machine
 * @param {string} folder
 */
async function mustRun(machine, folder) {
  const { code, excerpt } = await run(join(folder, "bin", "node"), ["--version"], {
    env: machine.env,
  });
  if (code !== 0) throw new Unavailable(`the Node fetched does not run here: ${excerpt}`);
}

/**
 * @param {Machine} machine
 * @param {string[]} reasons
 */
function noNode(machine, reasons) {
  return new SetupError(
    "SETUP_NO_NODE",
    `Node ${machine.running.version} runs this, Node ${describeRanges(pinned.supported)} is needed, ` +
      `and it could not be fetched: ${reasons.join("; ")}.`,
    `install Node ${pinned.version} from https://nodejs.org and put it on PATH, ` +
      `or name a mirror in ${hosts.node.variable}.`,
  );
}
