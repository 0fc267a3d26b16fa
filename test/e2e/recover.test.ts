import { mkdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { createClerkClient } from "@clerk/backend";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "../../emulators/faults.ts";
import type { EmulatorServer } from "../../emulators/server.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { readLocks } from "../../scripts/stack/locks.ts";
import { exportState } from "../../scripts/stack/state.ts";
import { filesHolding, holdsAny, planWithRefresh } from "./observe.ts";
import { makeProjectFolder, type ProjectFolder } from "./project-folder.ts";

let vendors: LocalVendors;
let project: ProjectFolder;
let stack: Stack;

beforeEach(async () => {
  vendors = await startLocalVendors();
  project = await makeProjectFolder(vendors.environment);
  await project.makeStack("dev");
  stack = await project.open("dev");
});

afterEach(async () => {
  await vendors?.close();
  await project?.remove();
});

const drift = () => project.run("scripts/drift.ts", ["--stack", "dev"]);
const recover = (...args: string[]) =>
  project.run("scripts/recover.ts", ["--stack", "dev", ...args]);

/** A request of a vendor's API at which a run is stopped. */
interface Point {
  vendor: "clerk" | "svix" | "convex";
  request: RegExp;
  /** Whether the vendor still does what it is asked for. */
  when: "before" | "after";
}

/** Starts a run and returns once it waits at a point for an answer that never comes. */
async function stopAt({ vendor, request, when }: Point, run: () => Promise<unknown>) {
  const servers: readonly EmulatorServer[] =
    vendor === "convex" ? vendors.convex.servers : [vendors[vendor]];
  const reached = new Promise<void>((resolve) => {
    const fault = ({ method, path }: { method: string; path: string }): Fault | undefined => {
      if (!request.test(`${method} ${path}`)) return undefined;
      resolve();
      return { kind: "hang", when };
    };
    for (const server of servers) server.fault = fault;
  });
  const ended = run().then(
    () => expect.unreachable(),
    () => {},
  );
  await reached;
  const [lock] = (await readLocks(stack)) ?? [];
  if (!lock) throw new Error("the run holds no lock");
  return {
    lock,
    async kill() {
      process.kill(lock.pid, "SIGKILL");
      await ended;
      for (const server of servers) server.fault = undefined;
    },
  };
}

/** Puts a lock where the CLI would, as another run's. */
async function lockAs(of: { hostname: string; pid: number }): Promise<string> {
  const folder = path.join(project.directory, "state/.pulumi/locks/organization/clerk-convex/dev");
  const file = path.join(folder, "5e1f4a1c-0000-4000-8000-000000000000.json");
  await mkdir(folder, { recursive: true });
  const lock = { ...of, username: "ada", timestamp: "2026-01-02T03:04:05.678Z" };
  await writeFile(file, JSON.stringify(lock));
  return file;
}

async function killAt(point: Point, run: () => Promise<unknown>): Promise<void> {
  await (await stopAt(point, run)).kill();
}

/** What a whole environment has, each once, and in the state. */
async function expectWhole(): Promise<void> {
  expect(vendors.clerk.inventory().templates).toHaveLength(1);
  expect(vendors.svix.inventory().endpoints).toHaveLength(1);
  const { deployment } = await exportState(stack);
  expect(deployment.pending_operations ?? []).toEqual([]);
  expect(await planWithRefresh(stack)).toEqual([]);
}

const made = "was made, and is entered as jtmp_";

/** A point in the first run of a stack, and what is said of what the run had begun there. */
const creates: [string, Point, string][] = [
  [
    "a template is made, but not told",
    { vendor: "clerk", request: /^POST .*jwt_templates/, when: "after" },
    `environment-jwt-template, killed while creating: it ${made}`,
  ],
  [
    "a template is not made yet",
    { vendor: "clerk", request: /^POST .*jwt_templates/, when: "before" },
    "environment-jwt-template, killed while creating: cleared: it was not made yet",
  ],
  [
    "the variables are set, but not told",
    { vendor: "convex", request: /update_environment_variables/, when: "after" },
    "environment-variables, killed while creating: cleared: those that are set",
  ],
  [
    "the code is half pushed",
    { vendor: "convex", request: /finish_push/, when: "before" },
    "environment-deploy, killed while creating: cleared: the code is pushed again",
  ],
  [
    "the endpoint is made, but not told",
    { vendor: "svix", request: /^POST .*\/endpoint$/, when: "after" },
    "environment-webhook-endpoint, killed while creating: cleared: an endpoint",
  ],
];

describe("a run that is killed while it waits for a vendor", () => {
  test.each(creates)("as %s: recover, then up", async (_what, point, said) => {
    await killAt(point, () => stack.up());
    expect(await drift()).toMatchObject({
      exitCode: 11,
      stdout: expect.stringMatching(/npm run recover -- --stack dev.*\[STACK_INTERRUPTED\]/),
    });
    const { exitCode, stdout } = await recover();
    expect(stdout).toContain(said);
    expect(exitCode).toBe(0);
    await stack.up();
    await expectWhole();
  });

  test("as a variable is changed: recover, then up", async () => {
    await stack.up();
    const change = { value: "new", secret: true };
    await stack.setConfig("clerk-convex:variables.USERS_OWN", change, true);
    const point = {
      vendor: "convex",
      request: /update_environment_variables/,
      when: "after",
    } as const;
    await killAt(point, () => stack.up());
    expect((await recover()).stdout).toContain("killed while updating: cleared");
    await stack.up();
    expect(vendors.deployment.environmentVariables.get("USERS_OWN")).toBe("new");
    await expectWhole();
  });

  test("as the endpoint is deleted: recover, then destroy", async () => {
    await stack.up();
    await killAt({ vendor: "svix", request: /^DELETE/, when: "after" }, () => stack.destroy());
    expect((await recover()).stdout).toContain("killed while deleting: cleared");
    await stack.destroy();
    expect(vendors.leftovers()).toEqual([]);
  });
});

describe("what is not the killed run's", () => {
  test("a living run's lock is refused and stays, and so is a check for drift", async () => {
    const run = await stopAt(
      { vendor: "clerk", request: /^POST .*jwt_templates/, when: "before" },
      () => stack.up(),
    );
    for (const args of [[], ["--lock-host-is-gone", hostname()]]) {
      const { exitCode, stderr } = await recover(...args);
      expect(exitCode).toBe(11);
      expect(stderr).toMatch(/pid \d+, since .*Wait for it to end.*\[STACK_LOCKED\]/);
    }
    expect(await drift()).toMatchObject({
      exitCode: 11,
      stdout: expect.stringContaining("[STACK_LOCKED]"),
    });
    expect(await readLocks(stack)).toEqual([run.lock]);
    await run.kill();
    expect((await recover()).exitCode).toBe(0);
  });

  test("a template that is older than the run is not entered, and up refuses it", async () => {
    const { secretKey } = vendors.clerk.instance;
    const { jwtTemplates } = createClerkClient({ secretKey, apiUrl: vendors.clerk.url });
    const foreign = await jwtTemplates.create({ name: "convex", claims: { aud: "elsewhere" } });
    const point = { vendor: "clerk", request: /^GET .*jwt_templates$/, when: "before" } as const;
    await killAt(point, () => stack.up());
    const { exitCode, stdout } = await recover();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${foreign.id} is there and it is older than that run`);
    await expect(stack.up()).rejects.toThrow("[JWT_TEMPLATE_EXISTS]");
    expect((await jwtTemplates.get(foreign.id)).claims).toEqual({ aud: "elsewhere" });
  });
});

test("the state as it was found is kept, without secrets, and a second recovery finds nothing", async () => {
  await killAt({ vendor: "svix", request: /^POST .*\/endpoint$/, when: "after" }, () => stack.up());
  const found = await exportState(stack);
  const [endpoint] = vendors.svix.inventory().endpoints;
  const { stdout } = await recover();
  const kept = /kept in (.*\.json)\./.exec(stdout)?.[1] ?? "";
  expect(JSON.parse(await readFile(kept, "utf8"))).toEqual(found);
  expect(found.deployment.pending_operations).not.toEqual([]);
  const secret = vendors.deployment.environmentVariables.get("CLERK_WEBHOOK_SECRET") ?? "";
  const secrets = [...vendors.secrets, secret];
  expect(secret).toMatch(/^whsec_/);
  expect(await filesHolding(`${project.directory}/.pulumi-recovery`, secrets)).toEqual([]);
  expect(holdsAny(stdout, secrets)).toBe(false);

  const before = await project.snapshot();
  expect(await recover()).toMatchObject({
    exitCode: 0,
    stdout: "There is nothing to recover in stack dev.\n",
  });
  expect(await project.snapshot()).toEqual(before);
  await stack.up();
  expect(vendors.svix.inventory().endpoints).toEqual([endpoint]);
  await expectWhole();
});

test("the lock of another host is shown, and taken away only when that host is named", async () => {
  const lock = await lockAs({ hostname: "ci-runner-7", pid: 4242 });
  const refused = await recover();
  expect(refused.exitCode).toBe(11);
  expect(refused.stderr).toContain("ada@ci-runner-7, pid 4242, since 2026-01-02T03:04:05Z");
  expect(refused.stderr).toContain("--lock-host-is-gone ci-runner-7");
  expect((await recover("--lock-host-is-gone", "ci-runner-8")).exitCode).toBe(11);
  expect(await readLocks(stack)).toEqual([expect.objectContaining({ file: lock })]);
  expect(await recover("--lock-host-is-gone", "ci-runner-7")).toMatchObject({ exitCode: 0 });
  expect(await readLocks(stack)).toEqual([]);
  await stack.up();
});
