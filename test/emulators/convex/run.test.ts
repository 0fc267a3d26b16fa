import { afterAll, beforeAll, expect, test } from "vitest";
import { runFunction } from "../../../infra/clients/convex-cli.ts";
import { callPublic } from "./calls.ts";
import { cliTimeout, otherProject, type Parts, start, unending } from "./setup.ts";

const seed = `
import { internalMutationGeneric, mutationGeneric, queryGeneric } from "convex/server";
export const users = internalMutationGeneric({ args: {}, handler: async (ctx) => {
  await ctx.db.insert("users", { clerkId: "seeded" });
} });
export const count = queryGeneric({ args: {}, handler: async (ctx) => (await ctx.db.query("users").collect()).length });
export const fails = mutationGeneric({ args: {}, handler: async () => { throw new Error("no seed today"); } });
`;
const schema = `
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({ users: defineTable({ clerkId: v.string() }) });
`;
let parts: Parts;
let project: Awaited<ReturnType<typeof otherProject>>;

beforeAll(async () => {
  parts = await start({ type: "prod" });
  project = await otherProject({ "schema.ts": schema, "seed.ts": seed });
  await parts.deploy(project.directory);
}, cliTimeout);

afterAll(async () => {
  await parts?.convex.close();
  await project?.remove();
});

const run = (name: string, lines: string[] = []) =>
  runFunction(
    { directory: project.directory, signal: unending(), onLine: (line) => lines.push(line) },
    parts.credentials,
    name,
  );

test("the CLI runs a function of any kind, internal ones too", {
  timeout: cliTimeout,
}, async () => {
  await run("seed:users");
  await run("seed:users");
  const lines: string[] = [];
  await run("seed:count", lines);
  expect(lines).toEqual(["2"]);
  expect(await parts.deployment.rows("users")).toHaveLength(2);
});

test("a failure tells what the CLI said, and not the key", { timeout: cliTimeout }, async () => {
  const failure = await run("seed:fails").catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: "CONVEX_RUN_FAILED",
    message: expect.stringContaining("Server Error"),
  });
  expect(String(failure)).not.toContain(parts.deployment.deployKey);
});

test("an internal function is nobody's without a key", async () => {
  const response = await fetch(`${parts.deployment.url}/api/function`, {
    method: "POST",
    body: JSON.stringify({ path: "seed:users", args: {}, format: "convex_encoded_json" }),
  });
  expect(response.status).toBe(501);
  expect(await callPublic(parts.deployment, "seed:count")).toEqual({ value: 2 });
});
