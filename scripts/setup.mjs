#!/usr/bin/env node
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runForeground } from "./setup/child.mjs";
import { findCommandPlugin, standInFolder } from "./setup/command-plugin.mjs";
import { ensureDependencies } from "./setup/dependencies.mjs";
import { SetupError } from "./setup/errors.mjs";
import { thisMachine } from "./setup/machine.mjs";
import { findNode } from "./setup/node.mjs";
import { findPulumi } from "./setup/pulumi.mjs";
import { describeRanges } from "./setup/range.mjs";
import { createReport, elapsed } from "./setup/report.mjs";
import { node, pulumi } from "./setup/versions.mjs";

const help = `Gets what this project needs, then runs a command with it.

Usage: node scripts/setup.mjs [--quiet] [-- COMMAND [ARGUMENT…]]

Without a command it prints, on standard output, the line to put all of it on PATH.
Everything else goes to standard error. With a command, its exit code is passed on.

What it gets, each in the first way that is open:
  Node ${describeRanges(node.supported)}
      the one running; one on PATH; the cache; the official download of ${node.version};
      the npm package with the same binary (Linux)
  the packages of package-lock.json
      npm ci, only when node_modules is not what the lockfile says; no install scripts
  Pulumi ${describeRanges(pulumi.supported)}
      one on PATH; the cache; the official download of ${pulumi.version}; a build from Go modules
  the Pulumi plugin "command"
      one on PATH; an installed one; pulumi plugin install; a stand-in, which it says

Options:
  --quiet  say nothing but warnings and errors
  --help   show this

Environment:
  CLERK_CONVEX_CACHE          folder of what was fetched
                              (default: clerk-convex-pulumi in $XDG_CACHE_HOME or ~/.cache)
  CLERK_CONVEX_NODE_MIRROR    instead of https://nodejs.org/dist
  CLERK_CONVEX_PULUMI_MIRROR  instead of https://get.pulumi.com/releases/sdk
  NO_COLOR                    no colour

For the command it sets PATH, and CLERK_CONVEX_COMMAND_PLUGIN to path, installed or stand-in:
which plugin "command" the engine will find.

Exit codes: the command's; 1 when something cannot be had; 2 for wrong usage.
`;

/** Runs on any Node from this one on, before anything is installed. */
const oldestNode = 18;

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {readonly string[]} args */
function parse(args) {
  const split = args.indexOf("--");
  const own = split < 0 ? args : args.slice(0, split);
  const unknown = own.find((arg) => !["--help", "-h", "--quiet"].includes(arg));
  if (unknown !== undefined || (split >= 0 && split === args.length - 1)) {
    throw new SetupError(
      "SETUP_USAGE",
      unknown === undefined ? "No command follows `--`." : `Unknown argument ${unknown}.`,
      "see node scripts/setup.mjs --help; a command goes after `--`.",
    );
  }
  return {
    help: own.includes("--help") || own.includes("-h"),
    quiet: own.includes("--quiet"),
    command: split < 0 ? [] : args.slice(split + 1),
  };
}

/** @param {readonly string[]} args */
async function main(args) {
  const options = parse(args);
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  if (Number(process.versions.node.split(".")[0]) < oldestNode) {
    throw new SetupError(
      "SETUP_OLD_NODE",
      `Node ${process.versions.node} is too old even to set things up.`,
      `install Node ${node.version} from https://nodejs.org.`,
    );
  }
  if (process.platform === "win32") {
    throw new SetupError(
      "SETUP_PLATFORM",
      "Windows itself is not supported.",
      "use the Windows Subsystem for Linux.",
    );
  }
  const report = createReport(process.stderr, { quiet: options.quiet });
  const machine = thisMachine(root, report);

  const foundNode = await findNode(machine);
  report.found("node", foundNode.version, foundNode.how);
  const bin = join(root, "node_modules", ".bin");
  const inherited = (machine.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "" && folder !== standInFolder(root));
  const path = [foundNode.folder, bin, ...inherited].join(delimiter);
  const why = await ensureDependencies(machine, path);
  report.found("packages", "", why ? "installed by npm ci" : "as package-lock.json says");
  const foundPulumi = await findPulumi(machine);
  report.found("pulumi", foundPulumi.version, foundPulumi.how);
  const plugin = await findCommandPlugin(
    machine,
    join(foundPulumi.folder, "pulumi"),
    [foundNode.folder, bin, foundPulumi.folder, ...inherited].join(delimiter),
  );
  if (plugin?.kind === "stand-in") report.note(`command plugin ${plugin.version}: ${plugin.how}`);
  else if (plugin) report.found("command plugin", plugin.version, plugin.how);

  const fullPath = [
    foundNode.folder,
    bin,
    foundPulumi.folder,
    ...(plugin?.folder ? [plugin.folder] : []),
    ...inherited,
  ].join(delimiter);
  const [program, ...rest] = options.command;
  if (program === undefined) {
    report.found("ready", "", `after ${elapsed(performance.now())}`);
    process.stdout.write(`export PATH='${fullPath.replaceAll("'", "'\\''")}'\n`);
    return 0;
  }
  return runForeground(program, rest, {
    ...process.env,
    PATH: fullPath,
    ...(plugin ? { CLERK_CONVEX_COMMAND_PLUGIN: plugin.kind } : {}),
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.code === "SETUP_USAGE" ? 2 : 1;
}
