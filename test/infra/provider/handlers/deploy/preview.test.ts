import { describe, expect, onTestFinished, test } from "vitest";
import { deployProject } from "../../../../../infra/clients/convex-cli.ts";
import { previewPush } from "../../../../../infra/provider/handlers/deploy/preview.ts";
import { type Properties, UNKNOWN } from "../../../../../infra/provider/resource.ts";
import { cliTimeout, otherProject, post, someIssuer } from "../../../../emulators/convex/setup.ts";
import { setUp } from "../setup.ts";

const sources = {
  "auth.config.ts": `export default {
    providers: [{ domain: process.env.CLERK_JWT_ISSUER_DOMAIN!, applicationID: "convex" }] };`,
  "schema.ts": `import { defineSchema, defineTable } from "convex/server";
    import { v } from "convex/values";
    export default defineSchema({
      notes: defineTable({ text: v.string() }).index("by_text", ["text"]),
    });`,
  "notes.ts": `import { queryGeneric } from "convex/server";
    export const all = queryGeneric({ args: {}, handler: async () => [] });`,
  "http.ts": `import { httpActionGeneric, httpRouter } from "convex/server";
    const http = httpRouter();
    const handler = httpActionGeneric(async () => new Response("OK"));
    http.route({ path: "/old", method: "POST", handler });
    export default http;`,
};

/** Everything of the sources above, as lines. */
const everything = `+ notes:all (query)
+ http POST /old
+ table notes
+ index notes.by_text
+ auth $CLERK_JWT_ISSUER_DOMAIN (convex)`;

async function started(files: Record<string, string> = sources) {
  const parts = await setUp();
  const { directory, write, remove } = await otherProject(files);
  onTestFinished(remove);
  const { deployment, operation } = parts;
  const { name } = deployment;
  const preview = (inputs: Properties = {}) =>
    previewPush({ inputs: { deployment: name, directory, ...inputs } }, operation);
  const deploy = async () => {
    await deployment.setVariable("CLERK_JWT_ISSUER_DOMAIN", someIssuer);
    const { credentials } = await operation.vendors.convex();
    await deployProject({ directory, signal: operation.signal }, credentials);
  };
  return { ...parts, name, write, preview, deploy };
}

describe("before anything is known of the target", { timeout: cliTimeout }, () => {
  test.each<[string, Properties]>([
    ["deployment", { deployment: UNKNOWN }],
    ["key to it", { deployKey: UNKNOWN }],
  ])(
    "all that the folder holds is told without a request, when the %s is unknown",
    async (_, inputs) => {
      const { preview, requests, remarks, warnings } = await started();
      await preview(inputs);
      expect(remarks).toEqual([`The first push would deploy:\n${everything}`]);
      expect([warnings, requests().convex.total]).toEqual([[], 0]);
    },
  );

  test("nothing is told of a folder that is unknown", async () => {
    const { preview, remarks } = await started();
    await preview({ directory: UNKNOWN });
    expect(remarks).toEqual([]);
  });

  test("a long list is cut, and what could not be loaded is named", async () => {
    const functions = Array.from(
      { length: 33 },
      (_, index) => `export const f${index} = queryGeneric({ args: {}, handler: async () => 1 });`,
    );
    const { preview, remarks } = await started({
      "many.ts": `import { queryGeneric } from "convex/server";\n${functions.join("\n")}`,
      "broken.ts": 'throw new Error("no paper");\nexport {};',
    });
    await preview({ deployment: UNKNOWN });
    const [text = ""] = remarks;
    const lines = text.split("\n");
    expect(lines.filter((line) => line.startsWith("+ many:f"))).toHaveLength(30);
    expect(lines.slice(-2)).toEqual([
      "… and 4 more",
      "note: these could not be loaded here, so no more is told of them than their names: broken.js",
    ]);
  });

  test("no control character of the code reaches the terminal", async () => {
    const { preview, remarks } = await started({
      "http.ts": sources["http.ts"].replace("/old", "/a\\u001b[2Jb"),
    });
    await preview({ deployment: UNKNOWN });
    expect(remarks).toEqual(["The first push would deploy:\n+ http POST /a [2Jb"]);
  });
});

describe("compared with a deployment", { timeout: cliTimeout }, () => {
  test("what differs is told, a lost index is warned of, and nothing is written", async () => {
    const { name, preview, deploy, write, remarks, warnings, writesDuring } = await started();
    await deploy();
    await write({
      "auth.config.ts": sources["auth.config.ts"].replace('"convex"', '"other"'),
      "schema.ts": sources["schema.ts"].replace("by_text", "by_words"),
      "notes.ts": sources["notes.ts"].replace("=> []", "=> [1]").replace("all", "some"),
      "http.ts": sources["http.ts"].replace('"OK"', '"Fine"'),
      "more.ts": sources["notes.ts"],
    });
    expect(await writesDuring("convex", preview)).toBe(0);
    expect(remarks).toEqual([
      `The push to ${name} would change:
- notes:all (query)
- index notes.by_text
- auth $CLERK_JWT_ISSUER_DOMAIN (convex)
~ http POST /old: code
+ more:all (query)
+ notes:some (query)
+ index notes.by_words
+ auth $CLERK_JWT_ISSUER_DOMAIN (other)`,
    ]);
    expect(warnings).toEqual([
      `The push to ${name} would remove index by_text of table notes: queries that use it fail, and to have it back it must be built anew`,
    ]);
  });

  test("an index that changes is warned of, code that is the same is no change", async () => {
    const { name, preview, deploy, write, remarks, warnings } = await started();
    await deploy();
    await preview();
    await write({ "schema.ts": sources["schema.ts"].replace('["text"]', '["_creationTime"]') });
    await preview();
    expect(remarks).toEqual([
      `The push to ${name} would change nothing but hashes`,
      `The push to ${name} would change:\n~ index notes.by_text: fields`,
    ]);
    expect(warnings).toEqual([
      `The push to ${name} would change index by_text of table notes: it is built anew before the push is done`,
    ]);
  });

  test("a push that the deployment refuses is told all the same, with the reason", async () => {
    const { name, preview, remarks } = await started();
    await preview();
    expect(remarks).toEqual([
      `The push to ${name} would change:\n${everything}
note: the push could not be tried on ${name} (AuthConfigMissingEnvironmentVariable), so this is told from the folder and from what is deployed`,
    ]);
  });

  test("a push of another hand that is under way is not overtaken", async () => {
    const { deployment, preview, deploy, write } = await started();
    await deploy();
    const { url, deployKey: adminKey } = deployment;
    const ask = (step: string, body: object) =>
      post(`${url}/api/deploy2/${step}`, { adminKey, dryRun: false, ...body });
    const source = `export default { tables: {}, export: () => '{"tables":[],"schemaValidation":true}' };`;
    const { body: startPush } = await ask("start_push", {
      functions: "convex/",
      appDefinition: {
        changedModules: [],
        unchangedModuleHashes: [],
        schema: { path: "schema.js", source, environment: "isolate" },
        udfServerVersion: "1.48.0",
      },
      componentDefinitions: [],
      nodeDependencies: [],
    });
    await write({ "schema.ts": sources["schema.ts"].replace("by_text", "by_words") });
    await preview();
    expect(await ask("finish_push", { startPush })).toMatchObject({ status: 200 });
  });

  test.each([401, 403])("a key that is refused with %d fails the preview", async (status) => {
    const { convex, deployment, preview, remarks } = await started();
    await deployment.setVariable("CLERK_JWT_ISSUER_DOMAIN", someIssuer);
    for (const server of convex.servers) {
      server.fault = ({ path }) =>
        path.endsWith("/evaluate_push") ? { kind: "status", status, body: "{}" } : undefined;
    }
    await expect(preview()).rejects.toMatchObject({ status });
    expect(remarks).toEqual([]);
  });

  test("credentials of another deployment fail the preview", async () => {
    const { preview } = await started();
    await expect(preview({ deployment: "calm-otter-9" })).rejects.toMatchObject({
      code: "CONVEX_WRONG_DEPLOYMENT",
    });
  });
});
