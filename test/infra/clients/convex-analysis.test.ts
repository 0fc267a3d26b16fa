import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { analyzeBundle } from "../../../infra/clients/convex-analysis.ts";
import type { PushRequest } from "../../../infra/clients/convex-bundle.ts";

const { signal } = new AbortController();

/** A bundle of these sources, by path; `schema.js` is the schema. */
function bundleOf({ "schema.js": schema, ...sources }: Record<string, string>): PushRequest {
  const module = (file: string, source: string) => {
    return { path: file, source, environment: "isolate" };
  };
  return {
    appDefinition: {
      changedModules: Object.entries(sources).map(([file, source]) => module(file, source)),
      schema: schema === undefined ? null : module("schema.js", schema),
    },
  };
}

/** A function whose arguments tell what the module saw. */
const told = (expression: string) =>
  `const seen = String(${expression});
export { f };
const f = { isQuery: true, exportArgs: () => JSON.stringify({ type: "literal", value: seen }) };`;

async function seenBy(expression: string, variables?: Map<string, string>): Promise<unknown> {
  const { functions } = await analyzeBundle(
    bundleOf({ "a.js": told(expression) }),
    signal,
    variables,
  );
  return functions[0] && JSON.parse(functions[0].arguments).value;
}

test("functions, routes, crons, schema and providers are told", async () => {
  const facts = await analyzeBundle(
    bundleOf({
      "_deps/A.js": "export const type = 'string';",
      "users.js": `import { type } from "./_deps/A.js";
        export const current = { isQuery: true, isPublic: true, exportArgs: () => '{"type":"any"}',
          exportReturns: () => JSON.stringify({ type }) };
        export const seen = Object.assign(() => {}, { isMutation: true, isInternal: true });
        export const act = { isAction: true };
        export const helper = () => 1, nothing = null, text = "isQuery";`,
      "http.js": `export default { isRouter: true, getRoutes: () => [["/hook", "POST", () => {}]] };`,
      "crons.js": `export default { isCrons: true, export: () => JSON.stringify({
        tidy: { name: "users:act", args: [{}], schedule: { type: "interval", hours: 1 } } }) };`,
      "auth.config.js": `export default { providers: [
        { domain: process.env.ISSUER, applicationID: "convex" }] };`,
      "schema.js": `export default { export: () => JSON.stringify({ schemaValidation: true,
        tables: [{ tableName: "users", indexes: [], documentType: { type: "any" } }] }) };`,
    }),
    signal,
  );
  const any = '{"type":"any"}';
  const module = "users.js";
  expect(facts.functions).toEqual([
    {
      name: "users:act",
      module,
      type: "action",
      visibility: "public",
      arguments: any,
      returns: any,
    },
    {
      name: "users:current",
      module,
      type: "query",
      visibility: "public",
      arguments: any,
      returns: '{"type":"string"}',
    },
    {
      name: "users:seen",
      module,
      type: "mutation",
      visibility: "internal",
      arguments: any,
      returns: any,
    },
  ]);
  expect(facts).toMatchObject({
    routes: ["POST /hook"],
    crons: [{ name: "tidy", function: "users:act" }],
    schema: { validation: true, tables: { users: any }, indexes: {} },
    providers: [{ label: "$ISSUER (convex)" }],
    unread: [],
  });
});

test("the code sees names of variables, never a value, and nothing of this process", async () => {
  vi.stubEnv("CONVEX_DEPLOY_KEY", "canary-of-this-process");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const known = new Map([["SET", "canary-of-the-deployment"]]);
  expect(await seenBy("process.env.SET", known)).toBe("$SET");
  expect(await seenBy("process.env.UNSET", known)).toBe("undefined");
  expect(await seenBy("process.env.ANY")).toBe("$ANY");
  expect(await seenBy("process.env.CONVEX_DEPLOY_KEY", known)).toBe("undefined");
  expect(await seenBy("Object.keys(process.env).length")).toBe("0");
});

test("a provider that a variable names is matched by its value, which is shown nowhere", async () => {
  const source = `export default { providers: [
    { domain: "https://" + process.env.HOST + "/", applicationID: process.env.ABSENT }] };`;
  const variables = new Map([["HOST", "clerk.example.com"]]);
  const { providers } = await analyzeBundle(
    bundleOf({ "auth.config.js": source }),
    signal,
    variables,
  );
  expect(providers).toEqual([
    {
      key: '{"applicationID":"$ABSENT","issuer":"https://clerk.example.com"}',
      label: "https://$HOST/ ($ABSENT)",
    },
  ]);
});

test("the code can read or write no file of this machine, and start nothing", async () => {
  const file = path.join(tmpdir(), `convex-analysis-${process.pid}`);
  const attempts: [module: string, attempt: string][] = [
    ["fs", `m.readFileSync(${JSON.stringify(import.meta.filename)})`],
    ["fs", `m.writeFileSync(${JSON.stringify(file)}, "x")`],
    ["child_process", 'm.spawnSync("true")'],
    ["worker_threads", 'new m.Worker("1", { eval: true })'],
  ];
  for (const [module, attempt] of attempts) {
    const loaded = `await import("node:${module}").then((m) => ${attempt})`;
    expect(await seenBy(`${loaded}.then(() => "done", ({ code }) => code)`)).toBe(
      "ERR_ACCESS_DENIED",
    );
  }
  expect(existsSync(file)).toBe(false);
});

const module = "export const f = { isQuery: true };";

test.each([
  ["throws", "throw new Error('no paper');"],
  ["imports what is not there", 'import "sharp";'],
  ["is no code", "export const = ;"],
  ["waits for ever", "await new Promise(() => {});"],
  ["never comes to an end", "for (;;);"],
  ["ends the process", "process.exit(0);"],
])(
  "a module that %s is named as unread, and those before it are told",
  async (_, source) => {
    const request = bundleOf({ "a.js": module, "b.js": source });
    const facts = await analyzeBundle(request, signal, undefined, 5_000);
    expect(facts.functions.map(({ name }) => name)).toEqual(["a:f"]);
    expect(facts.unread).toEqual(["b.js"]);
    expect(Object.keys(facts.modules)).toEqual(["a.js", "b.js"]);
  },
  30_000,
);

test("a schema that does not load is not known, one that is not there is none", async () => {
  const broken = await analyzeBundle(bundleOf({ "schema.js": "throw 1;" }), signal);
  expect([broken.schema, broken.unread]).toEqual([undefined, ["schema.js"]]);
  const { schema } = await analyzeBundle(bundleOf({}), signal);
  expect(schema).toEqual({ validation: false, tables: {}, indexes: {} });
});

test("it ends when it is cancelled", async () => {
  const controller = new AbortController();
  const analysis = analyzeBundle(bundleOf({ "a.js": "for (;;);" }), controller.signal);
  controller.abort();
  await expect(analysis).rejects.toMatchObject({ name: "AbortError" });
});
