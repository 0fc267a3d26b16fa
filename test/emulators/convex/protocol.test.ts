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

  describe("while another is under way", () => {
    const schema = (table: string) => ({
      path: "schema.js",
      source: `export default { export: () => '${JSON.stringify({ tables: [{ tableName: table, indexes: [] }], schemaValidation: true })}', tables: {} };`,
      environment: "isolate",
    });

    async function begun(first: string | null) {
      const { deployment } = await started();
      const { url, deployKey: adminKey } = deployment;
      const ask = (step: string, body: object) => post(`${url}/api/deploy2/${step}`, body);
      const begin = (table: string | null, step = "start_push", dryRun = false) => {
        const pushed = request(adminKey);
        const appDefinition = { ...pushed.appDefinition, schema: table && schema(table) };
        return ask(step, { ...pushed, dryRun, appDefinition });
      };
      const early = await begin(first);
      const wait = async () => {
        const { schemaChange } = early.body as { schemaChange: object };
        return (await ask("wait_for_schema", { adminKey, schemaChange })).body;
      };
      const finish = ({ body: startPush } = early, dryRun = false) =>
        ask("finish_push", { adminKey, dryRun, startPush });
      expect(await wait()).toEqual({ type: "complete" });
      return { deployment, begin, wait, finish };
    }

    test.each([
      ["a push", false],
      ["a dry run", true],
    ])("%s of another schema overtakes it", async (_, dryRun) => {
      const { deployment, begin, wait, finish } = await begun("notes");
      const late = await begin("others", "start_push", dryRun);
      expect(await wait()).toEqual({ type: "raceDetected" });
      expect(await finish()).toEqual({
        status: 400,
        body: { code: "RaceDetected", message: "Schema was overwritten by another push." },
      });
      expect([await finish(late, dryRun), deployment.pushes]).toMatchObject([
        { status: 200 },
        dryRun ? 0 : 1,
      ]);
    });

    test.each([
      ["a push of the same schema", "notes", "start_push"],
      ["a push without a schema", null, "start_push"],
      ["an evaluation", "others", "evaluate_push"],
    ])("%s leaves it alone", async (_, table, step) => {
      const { deployment, begin, wait, finish } = await begun("notes");
      expect(await begin(table, step)).toMatchObject({ status: 200 });
      expect(await wait()).toEqual({ type: "complete" });
      expect([await finish(), deployment.pushes]).toMatchObject([{ status: 200 }, 1]);
    });
  });

  test("is refused by an evaluation as by a push", async () => {
    const { deployment } = await started();
    const { url, deployKey } = deployment;
    const pushed = request(deployKey);
    const broken = { path: "a.js", source: "throw new Error('no paper')", environment: "isolate" };
    const appDefinition = { ...pushed.appDefinition, changedModules: [broken] };
    for (const step of ["evaluate_push", "start_push"]) {
      expect(await post(`${url}/api/deploy2/${step}`, { ...pushed, appDefinition })).toEqual({
        status: 400,
        body: { code: "InvalidModules", message: expect.stringContaining("no paper") },
      });
    }
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
