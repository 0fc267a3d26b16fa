import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { callPublic } from "./calls.ts";
import {
  cliTimeout,
  otherProject,
  type Parts,
  post,
  someIssuer,
  start,
  startWithApp,
} from "./setup.ts";

const schemaOf = (index: string) => `
  import { defineSchema, defineTable } from "convex/server";
  import { v } from "convex/values";
  export default defineSchema({ notes: defineTable({ text: v.string() })${index} });`;

describe("the project's own functions", () => {
  let parts: Parts;
  beforeAll(async () => {
    parts = await startWithApp();
  }, cliTimeout);
  afterAll(() => parts.convex.close());

  test.each(["users:upsertUser", "users:absent", "absent:absent"])(
    "%s cannot be found by a client",
    async (path) => {
      const args = { clerkId: "user_1", updatedAt: 1, eventTimestamp: 1 };
      expect(await callPublic(parts.deployment, path, { type: "mutation", args })).toEqual({
        error: {
          message: `Server Error\nCould not find public function for '${path}'. Did you forget to run \`npx convex dev\` or \`npx convex deploy\`?`,
        },
      });
      expect(await parts.deployment.rows("users")).toEqual([]);
    },
  );

  test("a mutation is no query, and a query no mutation", async () => {
    const { error } = await callPublic(parts.deployment, "users:seen");
    expect(error?.message).toBe(
      "Server Error\nTrying to execute users.js:seen as Query, but it is defined as Mutation.",
    );
    const { error: other } = await callPublic(parts.deployment, "users:current", {
      type: "mutation",
    });
    expect(other?.message).toContain("users.js:current as Mutation, but it is defined as Query.");
  });

  test("in production a client learns no more than that it failed", {
    timeout: cliTimeout,
  }, async () => {
    const production = await start({ type: "prod" });
    onTestFinished(() => production.convex.close());
    await production.deployment.setVariable("CLERK_JWT_ISSUER_DOMAIN", someIssuer);
    await production.deploy();
    for (const path of ["users:upsertUser", "users:seen"]) {
      expect(await callPublic(production.deployment, path)).toEqual({
        error: { message: "Server Error" },
      });
    }
    expect(await callPublic(production.deployment, "users:current")).toMatchObject({
      error: { message: "Server Error", data: "Not authenticated" },
    });
  });

  test("an HTTP action answers at its own path and method alone", async () => {
    const ask = async (path: string, method: string) => {
      const response = await fetch(`${parts.deployment.siteUrl}${path}`, { method });
      return [response.status, await response.text()];
    };
    expect(await ask("/clerk-webhook", "POST")).toEqual([500, "Missing CLERK_WEBHOOK_SECRET"]);
    await parts.deployment.setVariable("CLERK_WEBHOOK_SECRET", "whsec_c2VjcmV0");
    expect(await ask("/clerk-webhook", "POST")).toEqual([400, "Missing svix headers"]);
    expect(await ask("/clerk-webhook", "GET")).toEqual([404, "No matching routes found"]);
    expect(await ask("/clerk-webhook/more", "POST")).toEqual([404, "No matching routes found"]);
  });

  test.each(["deployment", "management"] as const)(
    "what the %s host does not emulate it refuses by name",
    async (host) => {
      const origin = host === "deployment" ? parts.deployment.url : parts.convex.url;
      const response = await post(`${origin}/api/run_test_function`, {});
      expect(response).toEqual({
        status: 501,
        body: {
          code: "NotEmulated",
          message: "POST /api/run_test_function is not emulated",
        },
      });
    },
  );

  test("a system query that is not emulated is refused by name", async () => {
    expect(await system(parts, "_system/frontend/paginatedTableDocuments")).toMatchObject({
      status: 501,
      body: { code: "NotEmulated" },
    });
  });
});

describe("the schema in force", () => {
  test("reads back as deployed, and otherwise after a change", {
    timeout: cliTimeout,
  }, async () => {
    const parts = await started();
    expect(await activeSchema(parts)).toBeUndefined();
    const project = await otherProject({ "schema.ts": schemaOf("") });
    onTestFinished(project.remove);
    await parts.deploy(project.directory);
    const first = await activeSchema(parts);
    expect(first).toMatchObject({ tables: [{ tableName: "notes", indexes: [] }] });
    await project.write({ "schema.ts": schemaOf(`.index("by_text", ["text"])`) });
    await parts.deploy(project.directory);
    expect(await activeSchema(parts)).toMatchObject({
      tables: [{ tableName: "notes", indexes: [{ indexDescriptor: "by_text", fields: ["text"] }] }],
    });
  });

  test("is for the deploy key alone", async () => {
    const parts = await started();
    expect(
      await system(parts, "_system/frontend/getSchemas", `${parts.deployment.deployKey}0`),
    ).toMatchObject({ status: 401, body: { code: "BadAdminKey" } });
    expect(await callPublic(parts.deployment, "_system/frontend/getSchemas")).toMatchObject({
      error: { message: expect.stringContaining("Could not find public function") },
    });
  });
});

async function started() {
  const parts = await start({ type: "dev" });
  onTestFinished(() => parts.convex.close());
  return parts;
}

function system({ deployment }: Parts, path: string, key = deployment.deployKey) {
  return post(
    `${deployment.url}/api/query`,
    { path, args: [{}], format: "json" },
    { authorization: `Convex ${key}` },
  );
}

async function activeSchema(parts: Parts): Promise<unknown> {
  const { body } = await system(parts, "_system/frontend/getSchemas");
  const { active } = (body as { value: { active?: string } }).value;
  return active === undefined ? undefined : JSON.parse(active);
}
