import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandLines, filesHolding, holdsAny, planWithRefresh } from "./observe.ts";
import { type Bench, openBench } from "./preview-bench.ts";

/*
 * Previews on one Clerk instance beside a stack that stays, with an access token. The tests follow each
 * other.
 */

let bench: Bench;
let base: Stack;
let files: Record<string, string>;

const userSecret = "canary-of-the-previews-own-variable";

beforeAll(async () => {
  bench = await openBench("dev", { accessToken: true });
});

afterAll(() => bench?.close());

test("without a template to share, nothing is made and it is said what to do", async () => {
  bench.vendors.forgetRequests();
  const refused = await bench.up("pr-1");
  expect([refused.exitCode, refused.messages?.join()]).toEqual([
    1,
    expect.stringMatching(/--own-template.*\[JWT_TEMPLATE_MISSING\]/),
  ]);
  expect(bench.writes()).toBe(0);
  expect(await bench.list()).toEqual([]);
});

test("a preview is made beside the stack that stays, and seeded once", async () => {
  const { vendors, checkout } = bench;
  base = await bench.makeBase();
  await bench.makeTemplate(
    { "clerk-convex:target.project": "project", "clerk-convex:target.class": "s256" },
    { "clerk-convex:variables.USERS_OWN": userSecret },
  );
  files = await checkout.files();
  const seen = new Set<string>();
  const watch = setInterval(() => {
    for (const line of commandLines()) seen.add(line);
  }, 50);
  const made = await bench.up("pr-1", ["--seed", "seed:run", "--expires-in", "2h"]);
  clearInterval(watch);
  expect(made).toMatchObject({ exitCode: 0, created: true, keep: false });
  const deployment = bench.deploymentOf("pr-1");
  expect(made.urls).toEqual({
    functions: deployment?.url,
    httpActions: deployment?.siteUrl,
    webhook: `${deployment?.siteUrl}/clerk-webhook`,
    issuer: vendors.clerk.instance.issuer,
  });
  const expiresAt = Date.parse(made.expiresAt ?? "");
  expect(deployment).toMatchObject({ type: "preview", class: "s256", expiresAt });
  expect(deployment?.environmentVariables.get("USERS_OWN")).toBe(userSecret);
  expect(await deployment?.rows("users")).toMatchObject([{ clerkId: "seeded" }]);
  expect(await bench.works("pr-1")).toBe(true);

  const secrets = [...vendors.secrets, userSecret];
  expect(holdsAny(JSON.stringify(made), secrets)).toBe(false);
  expect(seen.size).toBeGreaterThan(0);
  expect([...seen].filter((line) => holdsAny(line, secrets))).toEqual([]);
  expect(await filesHolding(checkout.state, secrets)).toEqual([]);
});

test("again it writes only when it expires, and touches no file of the checkout", async () => {
  bench.vendors.forgetRequests();
  const before = bench.deploymentOf("pr-1")?.expiresAt ?? 0;
  expect(await bench.up("pr-1")).toMatchObject({ exitCode: 0, created: false });
  expect(bench.writes()).toBe(0);
  const again = await bench.up("pr-1", ["--expires-in", "3h"]);
  expect(again).toMatchObject({ exitCode: 0, created: false });
  expect(bench.writes()).toBe(1);
  expect(bench.deploymentOf("pr-1")?.expiresAt).toBeGreaterThan(before);
  const users = (await bench.deploymentOf("pr-1")?.rows("users")) as { clerkId: string }[];
  expect(users.filter(({ clerkId }) => clerkId === "seeded")).toHaveLength(1);
  expect(await bench.checkout.files()).toEqual(files);
});

test("two work side by side, and either may go first", async () => {
  expect((await bench.up("pr-2")).exitCode).toBe(0);
  for (const [first, second] of [
    ["pr-1", "pr-2"],
    ["pr-2", "pr-1"],
  ] as const) {
    expect([await bench.works(first), await bench.works(second)]).toEqual([true, true]);
    const gone = { exitCode: 0, hadState: true, removed: [], kept: [], left: [] };
    expect(await bench.down(first)).toMatchObject(gone);
    expect([bench.deploymentOf(first), bench.endpointOf(first)]).toEqual([undefined, undefined]);
    expect(await bench.works(second)).toBe(true);
    expect((await bench.up(first)).exitCode).toBe(0);
  }
  expect(bench.vendors.clerk.inventory().templates).toHaveLength(1);
  expect(await planWithRefresh(base)).toEqual([]);
});

test("list tells them as the state and the vendors have them", async () => {
  const [one, two, ...others] = await bench.list();
  expect(others).toEqual([]);
  expect(one).toMatchObject({
    name: "pr-1",
    inState: true,
    atVendors: [
      `webhook endpoint ${bench.endpointOf("pr-1")?.id}`,
      `deployment ${bench.deploymentOf("pr-1")?.name}`,
    ],
    keep: false,
    orphan: null,
  });
  expect(two?.name).toBe("pr-2");
  expect(Date.parse(two?.updatedAt ?? "")).toBeGreaterThan(Date.parse(one?.updatedAt ?? ""));
});

test("the check for drift leaves previews out", async () => {
  const { stdout } = await bench.checkout.run("scripts/drift.ts", ["--all", "--json"]);
  const { stacks } = JSON.parse(stdout) as { stacks: { stack: string }[] };
  expect(stacks.map(({ stack }) => stack)).toEqual(["dev"]);
});

test("a lost state is no success: what bears the mark is found and removed", async () => {
  await bench.loseState("pr-1");
  expect(await bench.list()).toMatchObject([
    { name: "pr-1", inState: false, orphan: "vendors" },
    { name: "pr-2", orphan: null },
  ]);
  const marked = [
    `webhook endpoint ${bench.endpointOf("pr-1")?.id}`,
    `Convex deployment ${bench.deploymentOf("pr-1")?.name}`,
    "deploy key clerkconvex-clerk-convex-pr-1-v1",
  ];
  const { svix } = bench.vendors;
  // An answer as if it were done.
  svix.fault = ({ method }) => (method === "DELETE" ? { kind: "status", status: 200 } : undefined);
  const stays = await bench.down("pr-1");
  svix.fault = undefined;
  expect(stays).toMatchObject({
    exitCode: 13,
    hadState: false,
    left: [{ what: expect.stringContaining(marked[0] ?? ""), expires: false }],
  });
  const cleaned = await bench.down("pr-1");
  expect(cleaned).toMatchObject({ exitCode: 0, hadState: false, left: [] });
  const removed = [...stays.removed, ...cleaned.removed].join();
  for (const what of marked) expect(removed).toContain(what);
  expect([bench.deploymentOf("pr-1"), bench.endpointOf("pr-1")]).toEqual([undefined, undefined]);
  expect(await bench.down("pr-1")).toMatchObject({ exitCode: 0, hadState: false, removed: [] });
});

test("so it is with a state that is empty, and the template stays with its owner", async () => {
  await bench.emptyState("pr-2");
  const cleaned = await bench.down("pr-2");
  expect(cleaned).toMatchObject({ exitCode: 0, hadState: true, left: [] });
  expect(cleaned.removed).toHaveLength(2);
  expect([bench.deploymentOf("pr-2"), bench.endpointOf("pr-2")]).toEqual([undefined, undefined]);
  expect(await bench.list()).toEqual([]);
  expect(bench.vendors.clerk.inventory().templates).toHaveLength(1);
  expect(await planWithRefresh(base)).toEqual([]);
});

test.each(["up", "down"])("%s takes no stack that stays for a preview", async (command) => {
  const { exitCode, stderr } = await bench.run([command, "--name", "dev"]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("[USAGE]")]);
  expect(await planWithRefresh(base)).toEqual([]);
});
