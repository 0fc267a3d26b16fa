import { spawn } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import { startConvexEmulator } from "../../emulators/convex/index.ts";
import { ProblemError } from "../../infra/errors.ts";

/** Where the Convex CLI keeps generated code, from the project's root. */
const generatedFolder = path.join("convex", "_generated");

/** Contents by path from the project's root. */
export type GeneratedFiles = Map<string, string>;

/**
 * What a push with `--codegen enable` would write for the project, made by the project's own Convex CLI
 * in a copy, without any network. The CLI's offline mode (`--system-udfs`) would not do: it writes
 * another form, without `components` and the typed `env`, which the next push then changes.
 *
 * @param project folder that holds package.json, convex/ and node_modules/
 * @throws {ProblemError} `CODEGEN_FAILED` with the CLI's last words
 */
export async function generate(project: string): Promise<GeneratedFiles> {
  const copy = await mkdtemp(path.join(tmpdir(), "codegen-"));
  const convex = await startConvexEmulator();
  try {
    const generated = path.join(project, generatedFolder);
    await cp(path.join(project, "convex"), path.join(copy, "convex"), {
      recursive: true,
      filter: (source) => source !== generated,
    });
    await cp(path.join(project, "package.json"), path.join(copy, "package.json"));
    await symlink(path.join(project, "node_modules"), path.join(copy, "node_modules"), "junction");

    const deployment = await convex.createDeployment({ type: "selfHosted" });
    await deployment.setVariable("CLERK_JWT_ISSUER_DOMAIN", "https://clerk.example.com");
    await runCli(copy, {
      CONVEX_SELF_HOSTED_URL: deployment.url,
      CONVEX_SELF_HOSTED_ADMIN_KEY: deployment.deployKey,
    });
    return await readGenerated(copy);
  } finally {
    await convex.close();
    await rm(copy, { recursive: true, force: true });
  }
}

/** What lies in the project; empty when there is no such folder. */
export async function readGenerated(project: string): Promise<GeneratedFiles> {
  const folder = path.join(project, generatedFolder);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const files: GeneratedFiles = new Map();
  for (const name of names.sort()) {
    files.set(path.join(generatedFolder, name), await readFile(path.join(folder, name), "utf8"));
  }
  return files;
}

/** Names of the files that are in one only, or in both with different contents. */
export function differing(left: GeneratedFiles, right: GeneratedFiles): string[] {
  const names = new Set([...left.keys(), ...right.keys()]);
  return [...names].filter((name) => left.get(name) !== right.get(name)).sort();
}

async function runCli(directory: string, target: Record<string, string>): Promise<void> {
  const cli = path.join("node_modules", "convex", "bin", "main.js");
  const args = [cli, "deploy", "--yes", "--codegen", "enable", "--typecheck", "disable"];
  const child = spawn(process.execPath, args, {
    cwd: directory,
    // Nothing more is inherited: a deploy key of the caller's would be another target.
    env: { PATH: process.env.PATH, HOME: directory, USERPROFILE: directory, ...target },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [said, erred, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    }),
  ]);
  if (exitCode === 0) return;
  const lines = stripVTControlCharacters(`${said}\n${erred}`).split("\n");
  const words = lines.map((line) => line.trim()).filter(Boolean);
  throw new ProblemError(
    `The Convex CLI could not generate code: ${words.slice(-6).join(" ⏎ ").replace(/\.+$/, "")}`,
    "Correct what it names under convex/, or run npm ci if a package is missing",
    "CODEGEN_FAILED",
  );
}
