import { homedir } from "node:os";
import { join } from "node:path";

/**
 * What the setup knows of the machine it runs on. Passed to every step, so that a test can
 * describe another machine.
 * @typedef {object} Machine
 * @property {string} root the project's folder
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {string} platform `process.platform-process.arch`, such as `linux-x64`
 * @property {{ path: string, version: string }} running the Node that runs the setup
 * @property {string} home the user's home folder
 * @property {string} cache folder of what the setup fetched, keyed by version and platform
 * @property {import("./report.mjs").Report} report
 */

/**
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {string} home
 */
export function cacheFolder(env, home) {
  if (env.CLERK_CONVEX_CACHE) return env.CLERK_CONVEX_CACHE;
  return join(env.XDG_CACHE_HOME || join(home, ".cache"), "clerk-convex-pulumi");
}

/**
 * This machine.
 * @param {string} root
 * @param {import("./report.mjs").Report} report
 * @returns {Machine}
 */
export function thisMachine(root, report) {
  const home = homedir();
  return {
    root,
    env: process.env,
    platform: `${process.platform}-${process.arch}`,
    running: { path: process.execPath, version: process.versions.node },
    home,
    cache: cacheFolder(process.env, home),
    report,
  };
}
