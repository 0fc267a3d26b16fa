import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";

const root = path.resolve(import.meta.dirname, "../..");
const sources = ["infra", "scripts", "convex", "package.json", "Pulumi.yaml"];

export interface ScriptResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** The project as CI checks it out, in a folder of its own, with a backend and a Pulumi home beside it. */
export interface Checkout {
  readonly directory: string;
  /** Folder of the file backend. */
  readonly state: string;
  readonly environment: Record<string, string>;
  /** Runs one of its scripts as a process of its own. */
  run(script: string, args: string[], environment?: Record<string, string>): Promise<ScriptResult>;
  /** Starts one, and gives the means to kill it with all that it started. */
  start(
    script: string,
    args: string[],
    environment?: Record<string, string>,
  ): { ended: Promise<ScriptResult>; kill(): Promise<void> };
  write(file: string, content: string): Promise<void>;
  /** Content of every file that a person would commit. */
  files(): Promise<Record<string, string>>;
  remove(): Promise<void>;
}

export async function makeCheckout(vendors: Record<string, string>): Promise<Checkout> {
  const folder = await mkdtemp(path.join(tmpdir(), "clerk-convex-checkout-"));
  const [directory, state, home] = ["project", "state", "home"].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  for (const made of [directory, state, home]) await mkdir(made);
  for (const source of sources) {
    await cp(path.join(root, source), path.join(directory, source), { recursive: true });
  }
  await symlink(path.join(root, "node_modules"), path.join(directory, "node_modules"), "junction");
  const environment = {
    PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_HOME: home,
    ...vendors,
  };
  const start: Checkout["start"] = (script, args, more = {}) => {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("GITHUB_"));
    const child = spawn(process.execPath, [path.join(directory, script), ...args], {
      env: { ...Object.fromEntries(inherited), ...environment, ...more },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, so that it can be killed whole.
      detached: true,
    });
    const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]).then(
      ([stdout, stderr, [exitCode]]) => ({ exitCode: exitCode as number | null, stdout, stderr }),
    );
    return {
      ended,
      async kill() {
        if (child.pid === undefined) throw new Error("the script did not start");
        process.kill(-child.pid, "SIGKILL");
        await ended;
      },
    };
  };
  return {
    directory,
    state,
    environment,
    start,
    run: (script, args, more) => start(script, args, more).ended,
    write: (file, content) => writeFile(path.join(directory, file), content),
    files: () => contents(directory),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function contents(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const pairs = files.map(async ({ parentPath, name }) => {
    const file = path.join(parentPath, name);
    return [path.relative(directory, file), await readFile(file, "utf8")] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}
