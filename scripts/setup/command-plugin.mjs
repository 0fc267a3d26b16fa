import { existsSync, readFileSync } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "./cache.mjs";
import { isExecutable, onPath, run } from "./processes.mjs";

/** @typedef {import("./machine.mjs").Machine} Machine */

/**
 * @typedef {object} CommandPlugin
 * @property {"installed" | "path" | "stand-in"} kind
 * @property {string} version
 * @property {string} how
 * @property {string} [folder] to put on PATH: the stand-in's
 */

const executable = "pulumi-resource-command";
const installMs = 60_000;
/** How long a failed attempt to install the plugin is not repeated. */
const retryMs = 3_600_000;

/**
 * The plugin behind `@pulumi/command`: on PATH, installed, or installed now; where it cannot be
 * had, the stand-in. The engine prefers a plugin on PATH to an installed one, so the stand-in's
 * folder is given only when there is no real one.
 * @param {Machine} machine
 * @param {string} pulumi the CLI's executable
 * @param {string} path PATH to run it with
 * @returns {Promise<CommandPlugin | undefined>} undefined when the project does not use it
 */
export async function findCommandPlugin(machine, pulumi, path) {
  const version = wantedVersion(machine.root);
  if (!version) return undefined;
  const standIns = standInFolder(machine.root);
  const ambient = ambientIgnored(machine.env)
    ? undefined
    : onPath(executable, machine.env.PATH).find((file) => dirname(file) !== standIns);
  if (ambient) return { kind: "path", version, how: `on PATH (${ambient})` };
  const folder = pluginFolder(machine, version);
  if (isThere(folder)) return { kind: "installed", version, how: `installed (${folder})` };
  const reason = await tryInstall(machine, pulumi, path, version);
  if (!reason && isThere(folder)) {
    return { kind: "installed", version, how: `installed now (${folder})` };
  }
  if (ambientIgnored(machine.env)) {
    machine.report.note(
      "PULUMI_IGNORE_AMBIENT_PLUGINS is set, so the engine will not see the stand-in: unset it",
    );
  }
  return {
    kind: "stand-in",
    version,
    how: `stand-in from test/stand-ins: ${reason ?? "the plugin installed is not found"}`,
    folder: standIns,
  };
}

/** Kept off PATH unless it is needed. @param {string} root */
export const standInFolder = (root) => join(root, "test", "stand-ins");

/** @param {string} root */
function wantedVersion(root) {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return /** @type {string | undefined} */ (dependencies?.["@pulumi/command"])?.replace(/^v/, "");
}

/** The engine takes any value but an empty, `0` or `false` one as yes. @param {Machine["env"]} env */
const ambientIgnored = (env) =>
  !["", "0", "false", undefined].includes(env.PULUMI_IGNORE_AMBIENT_PLUGINS?.toLowerCase());

/**
 * @param {Machine} machine
 * @param {string} version
 */
function pluginFolder(machine, version) {
  const home = machine.env.PULUMI_HOME || join(machine.home, ".pulumi");
  return join(home, "plugins", `resource-command-v${version}`);
}

/** A half-installed plugin has a `.partial` file beside its folder. @param {string} folder */
const isThere = (folder) =>
  isExecutable(join(folder, executable)) && !existsSync(`${folder}.partial`);

/**
 * @param {Machine} machine
 * @param {string} pulumi
 * @param {string} path
 * @param {string} version
 * @returns {Promise<string | undefined>} why it could not be installed
 */
async function tryInstall(machine, pulumi, path, version) {
  const stamp = join(machine.cache, `command-plugin-${version}-${machine.platform}.unavailable`);
  const failed = await stat(stamp).catch(() => undefined);
  if (failed && Date.now() - failed.mtimeMs < retryMs) {
    return "the real plugin could not be downloaded within the last hour";
  }
  const progress = machine.report.step(`installing the command plugin ${version}`);
  const { code } = await run(
    pulumi,
    ["plugin", "install", "resource", "command", version, "--exact"],
    {
      cwd: machine.root,
      env: { ...machine.env, PATH: path, PULUMI_SKIP_UPDATE_CHECK: "true" },
      limitMs: installMs,
    },
  );
  progress.end();
  if (code === 0) return undefined;
  await makeFolder(machine);
  await writeFile(stamp, "");
  return "the real plugin cannot be downloaded from here";
}
