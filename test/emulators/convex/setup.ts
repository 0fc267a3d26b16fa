import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import {
  type ConvexEmulator,
  type EmulatedDeployment,
  startConvexEmulator,
} from "../../../emulators/convex/index.ts";
import { deployProject } from "../../../infra/clients/convex-cli.ts";
import type { ConvexCredentials } from "../../../infra/clients/convex-target.ts";

/** The project's own folder, whose `convex/` is what is pushed. */
export const root = path.resolve(import.meta.dirname, "../../..");

/** An issuer that no test asks anything of. */
export const someIssuer = "https://issuer.example.com";

/** A hook that starts the CLI several times, in milliseconds. */
export const cliTimeout = 60_000;

export type Parts = Awaited<ReturnType<typeof start>>;

/** An emulator with one deployment, and the CLI aimed at it. */
export async function start(options: Parameters<ConvexEmulator["createDeployment"]>[0]) {
  const convex = await startConvexEmulator();
  const deployment = await convex.createDeployment(options);
  return {
    convex,
    deployment,
    credentials: credentialsFor(convex, deployment),
    deploy: (directory = root) => deploy(convex, deployment, directory),
  };
}

/** An emulator whose one development deployment runs the project's own code. */
export async function startWithApp(): Promise<Parts> {
  const parts = await start({ type: "dev" });
  await parts.deployment.setVariable("CLERK_JWT_ISSUER_DOMAIN", someIssuer);
  await parts.deploy();
  return parts;
}

export function credentialsFor(
  convex: ConvexEmulator,
  { type, url, deployKey }: EmulatedDeployment,
): ConvexCredentials {
  return type === "selfHosted"
    ? { kind: "selfHosted", url, adminKey: deployKey }
    : { kind: "deployKey", deployKey, provisionHost: convex.url };
}

/** Pushes with the real CLI; answers the lines that it printed. */
export async function deploy(
  convex: ConvexEmulator,
  deployment: EmulatedDeployment,
  directory: string,
): Promise<string[]> {
  const lines: string[] = [];
  await deployProject(
    { directory, signal: unending(), onLine: (line) => lines.push(line) },
    credentialsFor(convex, deployment),
  );
  return lines;
}

/** Runs the CLI itself, as one of these credentials. */
export async function runCli(
  { url }: { url: string },
  credential: { CONVEX_DEPLOY_KEY: string } | { CONVEX_OVERRIDE_ACCESS_TOKEN: string },
  args: string[],
  directory = root,
): Promise<{ exitCode: number | null; output: string }> {
  const main = path.join(root, "node_modules/convex/bin/main.js");
  const child = spawn(process.execPath, [main, ...args], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CONVEX_PROVISION_HOST: url,
      ...credential,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [out, err, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { exitCode, output: stripVTControlCharacters(`${out}${err}`) };
}

export const unending = () => new AbortController().signal;

/** A folder with these functions in place of the project's, and the project's packages. */
export async function otherProject(files: Record<string, string>) {
  const directory = await mkdtemp(path.join(tmpdir(), "convex-project-"));
  const manifest = { name: "other", private: true, dependencies: { convex: "*" } };
  await writeFile(path.join(directory, "package.json"), JSON.stringify(manifest));
  await symlink(path.join(root, "node_modules"), path.join(directory, "node_modules"), "junction");
  const write = async (changed: Record<string, string>) => {
    for (const [name, source] of Object.entries(changed)) {
      const target = path.join(directory, "convex", name);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, source);
    }
  };
  await write(files);
  return { directory, write, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** A call that the push protocol or the deployment API does not make through a client. */
export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}
