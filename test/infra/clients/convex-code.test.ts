import { expect, onTestFinished, test } from "vitest";
import { analyzeBundle } from "../../../infra/clients/convex-analysis.ts";
import { deployProject, pushRequestOf } from "../../../infra/clients/convex-cli.ts";
import { noCode } from "../../../infra/clients/convex-facts.ts";
import { planOf } from "../../../infra/clients/convex-plan.ts";
import { cliTimeout, otherProject } from "../../emulators/convex/setup.ts";
import { setUp } from "../provider/handlers/setup.ts";

const { signal } = new AbortController();
const issuer = "https://canary-issuer.example.com";

const sources = {
  "auth.config.ts": `export default { providers: [
    { domain: process.env.ISSUER!, applicationID: "convex" },
    { type: "customJwt", issuer: "other.example.com", jwks: "https://x/jwks", algorithm: "ES256" },
  ] };`,
  "schema.ts": `import { defineSchema, defineTable } from "convex/server";
    import { v } from "convex/values";
    export default defineSchema({
      notes: defineTable({ text: v.optional(v.string()), kind: v.union(v.literal(1n), v.literal(2)) })
        .index("by_kind", ["kind", "text"]).searchIndex("in_text", { searchField: "text" }),
      things: defineTable(v.any()),
    });`,
  "notes.ts": `import { internalMutationGeneric, mutationGeneric, queryGeneric } from "convex/server";
    import { v } from "convex/values";
    export const all = queryGeneric({ args: {}, returns: v.array(v.any()), handler: async () => [] });
    export const add = mutationGeneric({ args: { b: v.int64(), a: v.optional(v.literal(3n)) },
      handler: async () => {} });
    export const free = queryGeneric(async () => 1);
    export const tidy = internalMutationGeneric({ args: {}, handler: async () => {} });`,
  "deep/er.ts": `import { actionGeneric } from "convex/server";
    export default actionGeneric({ args: {}, handler: async () => 1 });`,
  "http.ts": `import { httpActionGeneric, httpRouter } from "convex/server";
    const handler = httpActionGeneric(async () => new Response("OK"));
    const http = httpRouter();
    http.route({ path: "/hook", method: "POST", handler });
    http.route({ pathPrefix: "/files/", method: "GET", handler });
    export default http;`,
  "crons.ts": `import { cronJobs, makeFunctionReference } from "convex/server";
    const crons = cronJobs();
    crons.interval("tidy up", { minutes: 90 }, makeFunctionReference<"mutation">("notes:tidy"), {});
    export default crons;`,
};

async function started() {
  const parts = await setUp();
  const { directory, write, remove } = await otherProject(sources);
  onTestFinished(remove);
  await parts.deployment.setVariable("ISSUER", issuer);
  const { code, client, credentials } = await parts.operation.vendors.convex();
  const request = () => pushRequestOf({ directory, signal });
  const deploy = () => deployProject({ directory, signal }, credentials);
  return { ...parts, code, client, write, request, deploy };
}

test("a deployment declares nothing at first, and once pushed what the bundle was told to declare", {
  timeout: cliTimeout,
}, async () => {
  const { code, client, request, deploy } = await started();
  const variables = await client.environmentVariables();
  expect([await code.facts(variables), await code.schemaHash()]).toEqual([noCode, ""]);

  const bundle = await request();
  const planned = await analyzeBundle(bundle, signal, variables);
  expect(planned.unread).toEqual([]);
  await deploy();
  const facts = await code.facts(variables);
  expect(planOf(facts, planned, await code.evaluatePush(bundle))).toEqual([]);
  expect(planOf(facts, planned)).toEqual([]);
  expect(facts.functions.map(({ name }) => name).sort()).toEqual([
    "deep/er:default",
    "notes:add",
    "notes:all",
    "notes:free",
    "notes:tidy",
  ]);
  expect([...facts.routes].sort()).toEqual(["GET /files/*", "POST /hook"]);
  expect(facts.crons.map(({ name, function: called }) => [name, called])).toEqual([
    ["tidy up", "notes:tidy"],
  ]);
  expect(Object.keys(facts.schema?.indexes ?? {})).toEqual(["notes.by_kind", "notes.in_text"]);
  expect(facts.providers.map(({ label }) => label)).toEqual([
    "$ISSUER (convex)",
    "https://other.example.com (any audience)",
  ]);
});

test("a push that is tried leaves nothing behind", { timeout: cliTimeout }, async () => {
  const { code, deploy, write, request, writesDuring } = await started();
  await deploy();
  const schema = sources["schema.ts"]
    .replace('["kind", "text"]', '["text"]')
    .replace(
      '.searchIndex("in_text", { searchField: "text" })',
      '.index("by_both", ["text", "kind"])',
    );
  await write({ "schema.ts": schema });
  const bundle = await request();
  const before = await code.schemaHash();
  const writes = await writesDuring("convex", async () => {
    expect(await code.evaluatePush(bundle)).toEqual({
      added: [
        { name: "notes.by_kind", staged: false },
        { name: "notes.by_both", staged: false },
      ],
      removed: ["notes.by_kind", "notes.in_text"],
      enabled: [],
      disabled: [],
    });
  });
  expect([writes, await code.schemaHash()]).toEqual([0, before]);
});

test("a push is refused in the deployment's own code, and its words are kept back", {
  timeout: cliTimeout,
}, async () => {
  const { deployment, code, request } = await started();
  await deployment.setVariable("ISSUER", null);
  await expect(code.evaluatePush(await request())).rejects.toMatchObject({
    kind: "invalid",
    vendorCode: "AuthConfigMissingEnvironmentVariable",
    message: expect.not.stringContaining("used in auth config"),
  });
});

test.each(["/api/get_config_hashes", "/api/query", "/api/deploy2/evaluate_push"])(
  "an answer of %s that is of another form is no code",
  async (asked) => {
    const { convex, operation } = await setUp();
    const { code } = await operation.vendors.convex();
    for (const server of convex.servers) {
      server.fault = ({ path }) =>
        path === asked ? { kind: "status", status: 200, body: "{}" } : undefined;
    }
    const request = { appDefinition: { changedModules: [], schema: null } };
    const reading =
      asked === "/api/deploy2/evaluate_push" ? code.evaluatePush(request) : code.facts(new Map());
    await expect(reading).rejects.toMatchObject({ code: "CONVEX_MALFORMED" });
  },
);
