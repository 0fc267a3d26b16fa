import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { environmentProgram, openProject, openStack } from "../../scripts/stack/project.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** A project folder as a person has it, with settings of stacks, a backend and a Pulumi home of its own. */
export interface ProjectFolder {
  readonly directory: string;
  /** What a shell in the folder has set. */
  readonly environment: Record<string, string>;
  /** Makes a stack, and adds lines to its settings by hand. */
  makeStack(name: string, settings?: string): Promise<void>;
  /** A stack as the scripts open it, with other credentials where given. */
  open(name: string, environment?: Record<string, string>): Promise<Stack>;
  /** Runs a script as its own process in the folder. */
  run(
    script: string,
    args: string[],
    environment?: Record<string, string>,
  ): Promise<{ exitCode: number | null; stdout: string; stderr: string }>;
  /** Hash of every file by path: settings, state, history, which stack is selected. */
  snapshot(): Promise<Record<string, string>>;
  remove(): Promise<void>;
}

export async function makeProjectFolder(vendors: Record<string, string>): Promise<ProjectFolder> {
  const directory = await mkdtemp(path.join(tmpdir(), "clerk-convex-project-"));
  for (const name of ["state", "home"]) await mkdir(path.join(directory, name));
  const manifest = await readFile(path.join(root, "Pulumi.yaml"), "utf8");
  const code = path.join(root, "infra");
  const here = manifest
    .replace("main: infra/", `main: ${code}`)
    .replace("path: infra/provider", `path: ${path.join(code, "provider")}`);
  await writeFile(path.join(directory, "Pulumi.yaml"), `# Not to be rewritten.\n${here}`);
  const environment = {
    PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
    PULUMI_BACKEND_URL: `file://${directory}/state`,
    PULUMI_HOME: path.join(directory, "home"),
    ...vendors,
  };
  return {
    directory,
    environment,
    async makeStack(name, settings = "") {
      await LocalWorkspace.createStack(
        { stackName: name, projectName: "clerk-convex", program: environmentProgram },
        { workDir: directory, envVars: environment },
      );
      const file = path.join(directory, `Pulumi.${name}.yaml`);
      const kept = await readFile(file, "utf8");
      await writeFile(
        file,
        `# Not to be rewritten.\n${kept}config:\n  clerk-convex:target:\n    kind: development\n${settings}`,
      );
    },
    async open(name, more = {}) {
      const project = await openProject({ directory, environment: { ...environment, ...more } });
      return openStack(name, project);
    },
    run: (script, args, more = {}) =>
      runScript(script, ["--cwd", directory, ...args], { ...environment, ...more }),
    snapshot: () => hashes(directory),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function runScript(script: string, args: string[], environment: Record<string, string>) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("GITHUB_"));
  const child = spawn(process.execPath, [path.join(root, script), ...args], {
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { exitCode: exitCode as number | null, stdout, stderr };
}

/** The CLI keeps a log of each of its commands. */
const ownLogs = path.join("home", "logs");

async function hashes(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes(ownLogs));
  const pairs = files.map(async ({ parentPath, name }) => {
    const file = path.join(parentPath, name);
    const hash = createHash("sha256").update(await readFile(file));
    return [path.relative(folder, file), hash.digest("hex")] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}
