import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SetupError } from "./errors.mjs";
import { withLock } from "./lock.mjs";

const sourceFile = ".source";

/** @typedef {import("./machine.mjs").Machine} Machine */

/**
 * An installed entry.
 * @typedef {object} Entry
 * @property {string} folder
 * @property {string} source where it was got from, in words
 */

/**
 * An entry, if it is there. Entries appear whole, by a rename, or not at all.
 * @param {Machine} machine
 * @param {string} name
 * @returns {Promise<Entry | undefined>}
 */
export async function cached(machine, name) {
  const folder = join(machine.cache, name);
  if (!existsSync(join(folder, sourceFile))) return undefined;
  return { folder, source: await readFile(join(folder, sourceFile), "utf8") };
}

/**
 * Makes an entry, or waits for another process that is making it.
 * @param {Machine} machine
 * @param {string} name holds version and platform
 * @param {(folder: string) => Promise<string>} fill fills the empty folder and says where from
 * @returns {Promise<Entry>}
 * @throws {SetupError} SETUP_CACHE when the cache folder cannot be written
 */
export async function installed(machine, name, fill) {
  await makeFolder(machine);
  return withLock(
    join(machine.cache, `${name}.lock`),
    async () => {
      const made = await cached(machine, name);
      if (made) return made;
      await removeLeftovers(machine, name);
      const folder = await mkdtemp(join(machine.cache, temporary(name)));
      try {
        const source = await fill(folder);
        await writeFile(join(folder, sourceFile), source);
        const target = join(machine.cache, name);
        await rm(target, { recursive: true, force: true });
        await rename(folder, target);
        return { folder: target, source };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    (holder) => machine.report.note(`waiting for ${holder}, which is fetching ${name}`),
  );
}

/** @param {Machine} machine */
export async function makeFolder(machine) {
  try {
    await mkdir(machine.cache, { recursive: true });
    await rm(await mkdtemp(join(machine.cache, ".write-")), { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupError(
      "SETUP_CACHE",
      `The cache folder ${machine.cache} cannot be written: ${reason}.`,
      "make it writable, or name another one in CLERK_CONVEX_CACHE.",
    );
  }
}

/** @param {string} name */
const temporary = (name) => `.${name}-`;

/**
 * What killed runs left; only the lock's holder calls this, so none of it is in use.
 * @param {Machine} machine
 * @param {string} name
 */
async function removeLeftovers(machine, name) {
  for (const file of await readdir(machine.cache)) {
    if (file.startsWith(temporary(name))) {
      await rm(join(machine.cache, file), { recursive: true, force: true });
    }
  }
}
