import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import type { ErrorCode } from "../error-codes.ts";
import { ProblemError } from "../errors.ts";
import { digestOf, type LocalBundle, type PushRequest } from "./convex-bundle.ts";
import type { ConvexCredentials } from "./convex-target.ts";

export interface CliRun {
  /** Folder that holds package.json and the functions folder. */
  directory: string;
  signal: AbortSignal;
  /** Called with each line of progress, colours stripped and secrets masked. */
  onLine?: (line: string) => void;
}

/** Keeps what is particular to this machine out of the bundles. */
const preload = new URL("./convex-cli-preload.ts", import.meta.url).href;

/** Nothing listens here; bundling never gets as far as a request. */
const nowhere: ConvexCredentials = {
  kind: "selfHosted",
  url: "http://127.0.0.1:9",
  adminKey: "offline",
};

/**
 * Bundles a project folder exactly as `convex deploy` pushes it, without any network.
 *
 * @throws {ProblemError} `CONVEX_BUNDLE_FAILED` when the code does not bundle
 */
export async function pushRequestOf(run: CliRun): Promise<PushRequest> {
  return withTemporaryFolder(async (folder) => {
    const file = path.join(folder, "push");
    const flags = ["--push-all-modules", "--write-push-request", file];
    const untouched = ["--codegen", "disable", "--typecheck", "disable"];
    await runCli(run, nowhere, ["deploy", ...flags, ...untouched], {
      problem: `The Convex functions in ${run.directory} do not bundle`,
      code: "CONVEX_BUNDLE_FAILED",
    });
    return JSON.parse(await readFile(`${file}.json`, "utf8")) as PushRequest;
  });
}

/** The same as hashes. */
export async function bundleProject(run: CliRun): Promise<LocalBundle> {
  return digestOf(await pushRequestOf(run));
}

/**
 * Pushes a project folder with the real CLI. The key travels in the environment only.
 *
 * @throws {ProblemError} `CONVEX_DEPLOY_FAILED` with the CLI's last words
 */
export async function deployProject(run: CliRun, credentials: ConvexCredentials): Promise<void> {
  const flags = ["--yes", "--codegen", "disable", "--typecheck", "try"];
  await runCli(run, credentials, ["deploy", ...flags], {
    problem: "convex deploy failed",
    code: "CONVEX_DEPLOY_FAILED",
  });
}

/** Pushes an app without functions, schema or auth: what was deployed no longer answers. Data stays. */
export async function undeployProject(
  run: Omit<CliRun, "directory">,
  credentials: ConvexCredentials,
): Promise<void> {
  await withTemporaryFolder(async (directory) => {
    const manifest = { name: "empty", private: true, dependencies: { convex: "*" } };
    await writeFile(path.join(directory, "package.json"), JSON.stringify(manifest));
    await mkdir(path.join(directory, "convex"));
    await mkdir(path.join(directory, "node_modules"));
    const installed = path.dirname(path.dirname(cliOf(import.meta.dirname)));
    await symlink(installed, path.join(directory, "node_modules", "convex"), "junction");
    // Every index goes, whatever the size of its table: that is what was asked for.
    const certain = ["--yes", "--skip-large-indexes-check", "--allow-unstaging-schema"];
    const flags = [...certain, "--codegen", "disable", "--typecheck", "disable"];
    await runCli({ ...run, directory }, credentials, ["deploy", ...flags], {
      problem: "Taking the deployed functions down failed",
      code: "CONVEX_UNDEPLOY_FAILED",
    });
  });
}

/**
 * Runs one function of what is deployed, by its name `module:function` and without arguments.
 *
 * @throws {ProblemError} `CONVEX_RUN_FAILED` with the CLI's last words
 */
export async function runFunction(
  run: CliRun,
  credentials: ConvexCredentials,
  name: string,
): Promise<void> {
  await runCli(run, credentials, ["run", name], {
    problem: `convex run ${name} failed`,
    code: "CONVEX_RUN_FAILED",
  });
}

async function runCli(
  { directory, signal, onLine }: CliRun,
  credentials: ConvexCredentials,
  args: string[],
  failure: { problem: string; code: ErrorCode },
): Promise<void> {
  const cli = cliOf(directory);
  const secret = credentials.kind === "selfHosted" ? credentials.adminKey : credentials.deployKey;
  const child = spawn(process.execPath, ["--import", preload, cli, ...args], {
    cwd: directory,
    env: environmentFor(credentials),
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (raw) => {
      const line = stripVTControlCharacters(raw).replaceAll(secret, "[secret]").trim();
      if (line === "") return;
      lines.push(line);
      onLine?.(line);
    });
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (exitCode === 0) return;
  const said = lines
    .slice(-6)
    .join(" ⏎ ")
    .replace(/[.\s]+$/, "");
  throw new ProblemError(
    `${failure.problem}: ${said.replace(/[.\s]+$/, "") || `exit code ${exitCode}`}`,
    "Correct what the convex CLI names and run the command again",
    failure.code,
  );
}

/** The `convex` that the project itself depends on, else the one beside this module. */
function cliOf(directory: string): string {
  for (const from of [path.join(directory, "package.json"), import.meta.url]) {
    try {
      const manifest = createRequire(from).resolve("convex/package.json");
      return path.join(path.dirname(manifest), "bin", "main.js");
    } catch {}
  }
  throw new ProblemError(
    `The convex package is not installed in ${directory}`,
    "Run npm ci there",
    "CONVEX_CLI_MISSING",
  );
}

/**
 * Only what the CLI needs. Empty strings keep it from taking another target out of a `.env.local`
 * that lies beside the code.
 */
function environmentFor(credentials: ConvexCredentials): NodeJS.ProcessEnv {
  const inherited = ["PATH", "HOME", "USERPROFILE", "TMPDIR", "TEMP", "SystemRoot", "LANG"];
  const trust = ["NODE_EXTRA_CA_CERTS", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];
  const env: NodeJS.ProcessEnv = {
    // Without it the CLI sends a failed push, log lines included, to its maker's error tracker.
    CI: "1",
    CONVEX_DEPLOYMENT: "",
    CONVEX_DEPLOY_KEY: "",
    CONVEX_DEPLOYMENT_TOKEN: "",
    CONVEX_SELF_HOSTED_URL: "",
    CONVEX_SELF_HOSTED_ADMIN_KEY: "",
  };
  for (const name of [...inherited, ...trust]) {
    if (process.env[name] !== undefined) env[name] = process.env[name];
  }
  if (credentials.kind === "selfHosted") {
    env.CONVEX_SELF_HOSTED_URL = credentials.url;
    env.CONVEX_SELF_HOSTED_ADMIN_KEY = credentials.adminKey;
  } else {
    env.CONVEX_DEPLOY_KEY = credentials.deployKey;
    env.CONVEX_PROVISION_HOST = credentials.provisionHost;
  }
  return env;
}

async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "clerkconvex-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
