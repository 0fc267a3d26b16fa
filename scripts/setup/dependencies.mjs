import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "./cache.mjs";
import { SetupError } from "./errors.mjs";
import { withLock } from "./lock.mjs";
import { onPath, run } from "./processes.mjs";

/** @typedef {import("./machine.mjs").Machine} Machine */
/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean,
 *   link?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockedPackage
 */

const groups = ["dependencies", "devDependencies", "optionalDependencies"];

/**
 * Why `node_modules` is not what `package-lock.json` says, or undefined when it is.
 * npm writes a lockfile of what it installed into `node_modules`, and writes it last.
 * @param {string} root
 * @param {string} platform
 * @returns {string | undefined}
 */
export function staleness(root, platform) {
  const locked = read(join(root, "package-lock.json"))?.packages;
  const hidden = read(join(root, "node_modules", ".package-lock.json"))?.packages;
  if (!hidden) return "nothing is installed";
  const wanted = read(join(root, "package.json"));
  for (const group of groups) {
    if (JSON.stringify(sorted(wanted?.[group])) !== JSON.stringify(sorted(locked?.[""]?.[group]))) {
      return "package.json has changed";
    }
  }
  for (const [path, entry] of Object.entries(
    /** @type {Record<string, LockedPackage>} */ (locked),
  )) {
    if (path === "" || entry.link) continue;
    const there = hidden[path];
    if (!there || !existsSync(join(root, path))) {
      if (mayBeAbsent(entry, platform)) continue;
      return `${path} is missing`;
    }
    if (there.version !== entry.version || there.integrity !== entry.integrity) {
      return `${path} is of another version`;
    }
  }
  return undefined;
}

/**
 * npm leaves out optional packages of other platforms, and what only those need.
 * @param {LockedPackage} entry
 * @param {string} platform
 */
function mayBeAbsent(entry, platform) {
  if (!entry.optional && !entry.devOptional) return false;
  const [os, cpu] = platform.split("-");
  const named = entry.os !== undefined && entry.cpu !== undefined && entry.libc === undefined;
  return !(named && entry.os?.includes(os ?? "") && entry.cpu?.includes(cpu ?? ""));
}

/** @param {Record<string, string> | undefined} object */
const sorted = (object) => Object.entries(object ?? {}).sort();

/**
 * @param {string} file
 * @returns {any} undefined when there is no such file, or no JSON in it
 */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Installs the packages of `package-lock.json` when they are not there yet. Their install
 * scripts are not run.
 * @param {Machine} machine
 * @param {string} path PATH with the Node to install with first on it
 * @returns {Promise<string | undefined>} why it was done, or undefined when nothing was to do
 * @throws {SetupError} SETUP_NO_NPM, SETUP_DEPENDENCIES, SETUP_CACHE
 */
export async function ensureDependencies(machine, path) {
  if (!staleness(machine.root, machine.platform)) return undefined;
  if (onPath("npm", path).length === 0) {
    throw new SetupError(
      "SETUP_NO_NPM",
      "npm is not on PATH, so the packages of package-lock.json cannot be installed.",
      "install npm, which comes with Node from https://nodejs.org, and put it on PATH.",
    );
  }
  await makeFolder(machine);
  const key = createHash("sha256").update(machine.root).digest("hex").slice(0, 16);
  return withLock(
    join(machine.cache, `node_modules-${key}.lock`),
    async () => {
      const why = staleness(machine.root, machine.platform);
      if (why) await install(machine, path, why);
      return why;
    },
    (holder) => machine.report.note(`waiting for ${holder}, which is installing packages`),
  );
}

/**
 * @param {Machine} machine
 * @param {string} path
 * @param {string} why
 */
async function install(machine, path, why) {
  const progress = machine.report.step(`installing packages with npm ci (${why})`);
  const { code, excerpt } = await run(
    "npm",
    ["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"],
    { cwd: machine.root, env: { ...machine.env, PATH: path } },
  );
  progress.end();
  const left = code === 0 ? staleness(machine.root, machine.platform) : undefined;
  if (code === 0 && !left) return;
  throw new SetupError(
    "SETUP_DEPENDENCIES",
    left ? `After npm ci, ${left}.` : `npm ci failed:\n${excerpt}`,
    "see npm's message; when the registry is not reached, look at your network and `npm config`.",
  );
}
