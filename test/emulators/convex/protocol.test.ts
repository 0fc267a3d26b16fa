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

describe("a push by hand", () => {
  const request = (adminKey: string) => ({
    adminKey,
    dryRun: false,
    functions: "convex/",
    appDefinition: {
      changedModules: [{ path: "a.js", source: "export const a = 1;", environment: "isolate" }],
      unchangedModuleHashes: [],
      schema: null,
      udfServerVersion: "1.48.0",
    },
    componentDefinitions: [],
    nodeDependencies: [],
  });

  async function push(parts: Parts, between: () => Promise<void>) {
    const { url, deployKey: adminKey } = parts.deployment;
    const { status, body } = await post(`${url}/api/deploy2/start_push`, request(adminKey));
    expect(status).toBe(200);
    await between();
    const finish = { adminKey, dryRun: false, startPush: body };
    return post(`${url}/api/deploy2/finish_push`, finish);
  }

  test("is refused when a variable has changed since it began", async () => {
    const parts = await started();
    const { deployment } = parts;
    expect(await push(parts, () => deployment.setVariable("A", "1"))).toEqual({
      status: 400,
      body: { code: "RaceDetected", message: "Environment variables have changed during push" },
    });
    expect([deployment.pushes, deployment.modules()]).toEqual([0, {}]);
    const setAnew = async () => {
      await deployment.setVariable("B", "2");
      await deployment.setVariable("A", null);
      await deployment.setVariable("A", "1");
      await deployment.setVariable("B", null);
    };
    expect(await push(parts, setAnew)).toMatchObject({ status: 200 });
    expect([deployment.pushes, Object.keys(deployment.modules())]).toEqual([1, ["a.js"]]);
  });

  test.each(["get_config_hashes", "deploy2/start_push", "deploy2/finish_push"])(
    "of another's key is refused by %s",
    async (path) => {
      const { deployment } = await started();
      const key = `${deployment.deployKey}0`;
      expect(await post(`${deployment.url}/api/${path}`, request(key))).toEqual({
        status: 401,
        body: {
          code: "BadAdminKey",
          message: "The provided admin key was invalid for this instance",
        },
      });
      expect(deployment.pushes).toBe(0);
    },
  );

  test("is refused once a later one has begun, but for a dry run", async () => {
    const { deployment } = await started();
    const { url, deployKey: adminKey } = deployment;
    const begin = (dryRun: boolean) =>
      post(`${url}/api/deploy2/start_push`, { ...request(adminKey), dryRun });
    const wait = async ({ body }: { body: unknown }) => {
      const { schemaChange } = body as { schemaChange: object };
      return (await post(`${url}/api/deploy2/wait_for_schema`, { adminKey, schemaChange })).body;
    };
    const finish = ({ body: startPush }: { body: unknown }, dryRun = false) =>
      post(`${url}/api/deploy2/finish_push`, { adminKey, dryRun, startPush });

    const early = await begin(false);
    const dry = await begin(true);
    expect(await wait(early)).toEqual({ type: "complete" });
    const late = await begin(false);
    expect(await wait(early)).toEqual({ type: "raceDetected" });
    expect(await finish(early)).toEqual({
      status: 400,
      body: { code: "RaceDetected", message: "Schema was overwritten by another push." },
    });
    expect([await finish(dry, true), deployment.pushes]).toMatchObject([{ status: 200 }, 0]);
    expect([await finish(late), deployment.pushes]).toMatchObject([{ status: 200 }, 1]);
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
