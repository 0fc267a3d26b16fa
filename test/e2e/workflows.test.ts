import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import type { StateBackend } from "./backends/backend.ts";
import { startFileBackend } from "./backends/file.ts";
import { cloneProject } from "./clone.ts";
import { holdsAny } from "./observe.ts";
import { type JobRun, runJob } from "./run-job.ts";

const passphrase = "canary-of-the-passphrase";

let vendors: LocalVendors;
let backend: StateBackend;
/** `Pulumi.dev.yaml` as it was committed after `pulumi stack init dev`. */
let settings: string;
const runs: JobRun[] = [];

beforeAll(async () => {
  vendors = await startLocalVendors();
  backend = await startFileBackend();
  await using clone = await cloneProject();
  await promisify(execFile)("pulumi", ["stack", "init", "dev"], {
    cwd: clone.directory,
    env: { ...process.env, ...backend.environment, PULUMI_CONFIG_PASSPHRASE: passphrase },
  });
  settings = await readFile(path.join(clone.directory, "Pulumi.dev.yaml"), "utf8");
});

afterAll(async () => {
  await backend?.[Symbol.asyncDispose]();
  await vendors?.close();
});

/** With the stack of `up.yml`'s matrix. */
const run = (job: "plan" | "up", stack = "dev") => runOf("up.yml", job, { "matrix.stack": stack });

/** In a fresh checkout, with the secrets that the README tells to set, and the vendors' addresses. */
async function runOf(
  file: string,
  job: string,
  values: Record<string, string> = {},
  keys: Record<string, string> = {},
  runner: Record<string, string> = {},
): Promise<JobRun> {
  await using clone = await cloneProject();
  await writeFile(path.join(clone.directory, "Pulumi.dev.yaml"), settings);
  await writeFile(path.join(clone.directory, "Pulumi.preview.yaml"), previewSettings);
  const { CLERK_SECRET_KEY, CONVEX_DEPLOY_KEY, ...addresses } = vendors.environment;
  const secrets = {
    ...backend.environment,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    CLERK_SECRET_KEY,
    CONVEX_DEPLOY_KEY,
    ...keys,
  };
  const given = Object.entries(secrets).map(([name, value]) => [`secrets.${name}`, value ?? ""]);
  const done = await runJob(file, job, {
    directory: clone.directory,
    environment: { ...addresses, ...runner },
    values: { ...Object.fromEntries(given), ...values },
  });
  runs.push(done);
  return done;
}

/** The project that previews are made in, as the README tells to commit it. */
const previewSettings = "config:\n  clerk-convex:target:\n    project: project\n";

describe("up.yml, run as GitHub would", () => {
  test("the plan of a new stack is in the summary, and nothing is changed", async () => {
    const { exitCode, summary } = await run("plan");
    expect(exitCode).toBe(0);
    expect(summary).toMatch(/^### Plan of `dev`\n/);
    expect(summary).toContain("clerkconvex:clerk:WebhookEndpoint");
    expect(summary).toMatch(/\+ \d+ to create/);
    expect(vendors.leftovers()).toEqual([]);
  });

  test("up brings it up, and the next plan has nothing to do", async () => {
    const up = await run("up");
    expect(up.exitCode).toBe(0);
    expect(up.summary).toMatch(/^### Update of `dev`\n/);
    expect(up.log).toContain("a signed webhook is accepted");
    expect(vendors.svix.inventory().endpoints).toHaveLength(1);
    const plan = await run("plan");
    expect(plan.summary).toMatch(/\d+ unchanged/);
    expect(plan.summary).not.toMatch(/to (create|update|delete|replace)/);
  });

  test("up of a stack that somebody else updates fails, and says so in the summary", async () => {
    const folder = path.join(
      fileURLToPath(backend.environment.PULUMI_BACKEND_URL ?? ""),
      ".pulumi/locks/organization/clerk-convex/dev",
    );
    await mkdir(folder, { recursive: true });
    const lock = { pid: 1, username: "ada", hostname: "elsewhere", timestamp: new Date() };
    await writeFile(path.join(folder, "one.json"), JSON.stringify(lock));
    const { exitCode, summary } = await run("up");
    await rm(folder, { recursive: true });
    expect(exitCode).toBe(1);
    expect(summary).toContain("[STACK_LOCKED]");
  });

  test("a stack that the backend lacks is not made", async () => {
    const { exitCode, summary } = await run("up", "nowhere");
    expect(exitCode).toBe(1);
    expect(summary).toContain("[STACK_MISSING]");
  });
});

describe("the other workflows, run as GitHub would", () => {
  test("drift.yml tells none, then what somebody changed, in the summary and by its exit code", async () => {
    const none = await runOf("drift.yml", "drift");
    expect(none.exitCode).toBe(0);
    const { deployment } = vendors;
    const issuer = deployment.environmentVariables.get("CLERK_JWT_ISSUER_DOMAIN") ?? "";
    await deployment.setVariable("CLERK_JWT_ISSUER_DOMAIN", "https://elsewhere.example.com");
    const drift = await runOf("drift.yml", "drift");
    await deployment.setVariable("CLERK_JWT_ISSUER_DOMAIN", issuer);
    expect(drift.exitCode).toBe(7);
    // Markdown would take the name's underscores for emphasis.
    expect(drift.summary.replaceAll("&#95;", "_")).toContain("CLERK_JWT_ISSUER_DOMAIN");
  });

  test("preview.yml makes the environment of a pull request, and takes it down", async () => {
    const pullRequest = { "github.event.pull_request.number": "7" };
    const keys = { CONVEX_DEPLOY_KEY: "", CONVEX_ACCESS_TOKEN: vendors.convex.teamToken };
    const before = vendors.leftovers();
    const up = await runOf("preview.yml", "up", pullRequest, keys);
    expect(up.exitCode).toBe(0);
    const uids = () => vendors.svix.inventory().endpoints.map(({ uid }) => uid);
    expect(uids()).toContain("clerkconvex.clerk-convex.pr-7");
    const down = await runOf("preview.yml", "down", pullRequest, keys);
    expect(down.exitCode).toBe(0);
    expect(vendors.leftovers()).toEqual(before);
  });

  test("sweep.yml takes down what has no open pull request any more", async () => {
    const keys = { CONVEX_DEPLOY_KEY: "", CONVEX_ACCESS_TOKEN: vendors.convex.teamToken };
    const before = vendors.leftovers();
    const pullRequest = { "github.event.pull_request.number": "8" };
    expect((await runOf("preview.yml", "up", pullRequest, keys)).exitCode).toBe(0);
    const folder = await mkdtemp(path.join(tmpdir(), "gh-"));
    const PATH = `${folder}:${process.env.PATH}`;
    const sweepWhileOpen = async (number: number) => {
      const open = JSON.stringify([{ number, labels: [], state: "OPEN" }]);
      // Stands in for GitHub's own CLI, which its runners have.
      await writeFile(path.join(folder, "gh"), `#!/bin/sh\necho '${open}'\n`, { mode: 0o755 });
      return runOf("sweep.yml", "sweep", { "github.token": "ghs_token" }, keys, { PATH });
    };
    expect((await sweepWhileOpen(8)).exitCode).toBe(0);
    expect(vendors.leftovers()).not.toEqual(before);
    expect((await sweepWhileOpen(9)).exitCode).toBe(0);
    await rm(folder, { recursive: true });
    expect(vendors.leftovers()).toEqual(before);
  });

  test("no secret is in a log or a summary", () => {
    const webhookSecret = vendors.deployment.environmentVariables.get("CLERK_WEBHOOK_SECRET") ?? "";
    const secrets = [...vendors.secrets, passphrase, webhookSecret];
    for (const { log, summary } of runs) expect(holdsAny(log + summary, secrets)).toBe(false);
    expect(runs.some(({ log }) => log.includes(vendors.deployment.url))).toBe(true);
  });
});
