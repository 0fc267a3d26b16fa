import { mkdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EmulatorServer } from "../../emulators/server.ts";
import { type Bench, openBench } from "./preview-bench.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await openBench("dev", { accessToken: true });
  await bench.makeBase();
});

afterAll(() => bench?.close());

describe("at the same time", () => {
  test("previews of different names work, and each costs what one costs", async () => {
    const { vendors } = bench;
    vendors.forgetRequests();
    expect((await bench.up("pr-10")).exitCode).toBe(0);
    const one = vendors.requests();

    vendors.forgetRequests();
    const names = ["pr-11", "pr-12", "pr-13", "pr-14"];
    const made = await Promise.all(names.map((name) => bench.up(name)));
    expect(made.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    const four = vendors.requests();
    for (const vendor of ["clerk", "svix", "convex"] as const) {
      expect([vendor, four[vendor].writes]).toEqual([vendor, 4 * one[vendor].writes]);
      // Never with the number of previews there are; the CLI asks more than once whether a push is ready.
      expect(four[vendor].total).toBeLessThanOrEqual(4 * (one[vendor].total + 2));
    }
    for (const name of names) expect(await bench.works(name)).toBe(true);
    const gone = await Promise.all(names.map((name) => bench.down(name)));
    expect(gone.map(({ outcome }) => outcome)).toEqual(["ok", "ok", "ok", "ok"]);
    expect((await bench.list()).map(({ name }) => name)).toEqual(["pr-10"]);
  });

  test("two runs on one name make it once, and seed it once", async () => {
    const seeding = ["--seed", "seed:run"];
    const both = await Promise.all([bench.up("pr-1", seeding), bench.up("pr-1", seeding)]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(both[0].deployment).toBe(both[1].deployment);
    const { deployments } = bench;
    expect(deployments().filter(({ name }) => name === both[0].deployment)).toHaveLength(1);
    expect(bench.deploymentOf("pr-1")?.deployKeys).toEqual(["clerkconvex-clerk-convex-pr-1-v1"]);
    expect(await bench.deploymentOf("pr-1")?.rows("users")).toHaveLength(1);
    const uids = bench.vendors.svix.inventory().endpoints.map(({ uid }) => uid);
    expect(uids.filter((uid) => uid === "clerkconvex.clerk-convex.pr-1")).toHaveLength(1);
  });
});

test("a stack that another run holds is waited for, and no longer than was said", async () => {
  expect((await bench.up("pr-2")).exitCode).toBe(0);
  // As a run would that does not end: this very process.
  const locks = path.join(bench.checkout.state, ".pulumi/locks/organization/clerk-convex/pr-2");
  await mkdir(locks, { recursive: true });
  const holder = { pid: process.pid, username: "ada", hostname: hostname() };
  const lock = JSON.stringify({ ...holder, timestamp: new Date().toISOString() });
  await writeFile(path.join(locks, "5e1f4a1c-0000-4000-8000-000000000000.json"), lock);

  bench.vendors.forgetRequests();
  for (const command of [bench.up, bench.down]) {
    const refused = await command("pr-2", ["--wait", "1s"]);
    expect([refused.exitCode, refused.messages?.join()]).toEqual([
      11,
      expect.stringContaining("[STACK_LOCKED]"),
    ]);
  }
  expect(bench.writes()).toBe(0);
});

/** Starts a command and kills it, with all that it started, once a vendor did what it asked for there. */
async function killAt(args: string[], vendor: "svix" | "convex", request: RegExp): Promise<void> {
  const servers: readonly EmulatorServer[] =
    vendor === "convex" ? bench.vendors.convex.servers : [bench.vendors[vendor]];
  const reached = new Promise<void>((resolve) => {
    for (const server of servers) {
      server.fault = ({ method, path: asked }) => {
        if (!request.test(`${method} ${asked}`)) return undefined;
        resolve();
        return { kind: "hang", when: "after" };
      };
    }
  });
  const started = bench.checkout.start("scripts/preview.ts", args);
  await reached;
  await started.kill();
  for (const server of servers) server.fault = undefined;
}

async function expectGone(name: string): Promise<void> {
  expect(await bench.down(name)).toMatchObject({ exitCode: 0, hadState: true, left: [] });
  expect([bench.deploymentOf(name), bench.endpointOf(name)]).toEqual([undefined, undefined]);
  expect((await bench.list()).map((listed) => listed.name)).not.toContain(name);
}

describe("a run that is killed", () => {
  test.each([
    ["pr-31", "svix", /^DELETE .*\/endpoint\//],
    ["pr-32", "convex", /\/deployments\/[^/]+\/delete$/],
  ] as const)(
    "in a down of %s is done to its end by the next down",
    async (name, vendor, request) => {
      expect((await bench.up(name)).exitCode).toBe(0);
      await killAt(["down", "--name", name], vendor, request);
      await expectGone(name);
    },
  );

  test("in an up that made a deployment nobody was told of leaves nothing after a down", async () => {
    await killAt(["up", "--name", "pr-33"], "convex", /\/create_deployment$/);
    expect(bench.deploymentOf("pr-33")).toBeDefined();
    await expectGone("pr-33");
  });

  test("in an up is made up for by the next up", async () => {
    await killAt(["up", "--name", "pr-34"], "svix", /^POST .*\/endpoint$/);
    expect((await bench.up("pr-34")).exitCode).toBe(0);
    expect(await bench.works("pr-34")).toBe(true);
    await expectGone("pr-34");
  });
});
