import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, openBench } from "./preview-bench.ts";

let bench: Bench;
let productionKey: string;

beforeAll(async () => {
  bench = await openBench("dev", { accessToken: true });
  productionKey = (await bench.vendors.convex.createDeployment({ type: "prod" })).deployKey;
});

afterAll(() => bench?.close());

const live = { CLERK_SECRET_KEY: `sk_live_${"x".repeat(40)}` };
const noToken = { CONVEX_ACCESS_TOKEN: "" };

test.each([
  ["a live Clerk key", () => live, "CLERK_INSTANCE_KIND", 3],
  [
    "a production deploy key beside the token",
    () => ({ CONVEX_DEPLOY_KEY: productionKey }),
    "CONVEX_DEPLOYMENT_TYPE",
    3,
  ],
  [
    "a production deploy key alone",
    () => ({ ...noToken, CONVEX_DEPLOY_KEY: productionKey }),
    "CONVEX_KEY_KIND",
    3,
  ],
  ["the deploy key of another deployment", () => noToken, "CONVEX_KEY_KIND", 3],
  ["no key at all", () => ({ ...noToken, CONVEX_DEPLOY_KEY: "" }), "CREDENTIAL_MISSING", 3],
  ["a token without a project", () => ({ CONVEX_PROJECT: "", CONVEX_DEPLOY_KEY: "" }), "USAGE", 2],
])("%s is refused before anything is made", async (_what, environment, code, exitCode) => {
  bench.vendors.forgetRequests();
  const refused = await bench.up("pr-1", ["--own-template"], environment());
  expect(refused.messages?.join()).toContain(`[${code}]`);
  expect(refused.exitCode).toBe(exitCode);
  expect(bench.writes()).toBe(0);
  const stacks = path.join(bench.checkout.state, ".pulumi/stacks/clerk-convex");
  const states = await readdir(stacks).catch(() => []);
  expect(states.filter((file) => file.startsWith("pr-1"))).toEqual([]);
});

test.each([
  [["up"], "--name"],
  [["up", "--name", "PR 1"], "PR 1"],
  [["up", "--name", "pr-1", "--seed", "--url"], "--seed"],
  [["up", "--name", "pr-1", "--expires-in", "10m"], "30m"],
  [["up", "--name", "pr-1", "--keep", "--no-keep"], "--keep"],
  [["down", "--name", "pr-1", "--yes"], "--yes"],
  [["sweep"], "--older-than"],
  [["sweep", "--older-than", "soon"], "soon"],
  [["destroy"], "up, down, list, sweep"],
  [[], "up, down, list, sweep"],
])("%j is wrong usage, and it is said why", async (args, why) => {
  bench.vendors.forgetRequests();
  const { exitCode, stdout, stderr } = await bench.run(args);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(why);
  expect(stderr).toContain("[USAGE]");
  expect(bench.writes()).toBe(0);
});

test("--help tells of every command, option and exit code", async () => {
  const { exitCode, stdout } = await bench.run(["sweep", "--help"]);
  expect(exitCode).toBe(0);
  for (const told of ["up", "down", "list", "sweep", "--own-template", "--open-prs gh", "14"]) {
    expect(stdout).toContain(told);
  }
});
