import { expect, test } from "vitest";
import {
  type CodeFacts,
  cronOf,
  type FunctionFacts,
  functionOf,
  noCode,
  noSchema,
  type SchemaFacts,
} from "../../../infra/clients/convex-facts.ts";
import { compareModules, lineOf, planOf } from "../../../infra/clients/convex-plan.ts";

const lines = (...args: Parameters<typeof planOf>) => planOf(...args).map(lineOf);

function fn(
  path: string,
  { type = "query", visibility = "public" }: Partial<FunctionFacts> = {},
  types: { arguments?: unknown; returns?: unknown } = {},
): FunctionFacts {
  const [module = "", name = ""] = path.split(":");
  const { arguments: args = null, returns = null } = types;
  return functionOf(module, name, { type, visibility }, { arguments: args, returns });
}

/** Facts of code whose modules have `hash` for their hash, unless told. */
function facts(parts: Partial<CodeFacts>, hash = "1"): CodeFacts {
  const own = parts.functions?.map(({ module }) => [module, hash]) ?? [];
  return { ...noCode, modules: Object.fromEntries(own), ...parts };
}

const schema = (
  tables: Record<string, string>,
  indexes: Record<string, string | [definition: string, "staged"]> = {},
): SchemaFacts => ({
  validation: true,
  tables,
  indexes: Object.fromEntries(
    Object.entries(indexes).map(([name, index]) => [
      name,
      { definition: [index].flat()[0] ?? "", staged: Array.isArray(index) },
    ]),
  ),
});

test("the same code plans nothing", () => {
  const code = facts({
    functions: [fn("users.js:current")],
    routes: ["POST /hook"],
    crons: [cronOf("tidy", { name: "a:b", args: [], schedule: { type: "interval", hours: 1 } })],
    schema: schema({ users: "x" }, { "users.by_email": "email" }),
    providers: [{ key: "k", label: "issuer (convex)" }],
  });
  expect(lines(code, structuredClone(code))).toEqual([]);
});

test("functions come, go and change, each with what of it changes", () => {
  const args = (name: string) => ({ arguments: { type: "object", value: { [name]: {} } } });
  const before = facts({
    functions: [
      fn("users.js:gone"),
      fn("users.js:kept"),
      fn("users.js:asked", {}, args("a")),
      fn("users.js:hidden"),
      fn("users.js:turned"),
      fn("users.js:answered"),
      fn("calm.js:untouched"),
    ],
    modules: { "users.js": "1", "calm.js": "1" },
  });
  const after = facts({
    functions: [
      fn("users.js:kept"),
      fn("users.js:asked", {}, args("b")),
      fn("users.js:hidden", { visibility: "internal" }),
      fn("users.js:turned", { type: "mutation" }),
      fn("users.js:answered", {}, { returns: { type: "string" } }),
      fn("users.js:fresh", { type: "action" }),
      fn("calm.js:untouched"),
    ],
    modules: { "users.js": "2", "calm.js": "1" },
  });
  expect(lines(before, after)).toEqual([
    "- users:gone (query)",
    "~ users:answered (query): returns",
    "~ users:asked (query): arguments",
    "~ users:hidden (internal query): visibility",
    "~ users:kept (query): code",
    "~ users:turned (mutation): kind",
    "+ users:fresh (action)",
  ]);
});

test("an absent validator and one for anything are the same", () => {
  const any = { type: "any" };
  const before = facts({ functions: [fn("a.js:b", {}, { arguments: any, returns: any })] });
  expect(lines(before, facts({ functions: [fn("a.js:b")] }))).toEqual([]);
});

test("routes, crons and providers come, go and change", () => {
  const cron = (name: string, hours: number, path = "a:b") =>
    cronOf(name, { name: path, args: [{}], schedule: { type: "interval", hours } });
  const before = facts({
    modules: { "http.js": "1", "crons.js": "1", "auth.config.js": "1" },
    routes: ["POST /old", "POST /kept"],
    crons: [cron("stop", 1), cron("tidy", 1), cron("sweep", 1)],
    providers: [{ key: "1", label: "one (convex)" }],
  });
  const after = facts({
    modules: { "http.js": "2", "crons.js": "2", "auth.config.js": "2" },
    routes: ["POST /kept", "GET /new/*"],
    crons: [cron("tidy", 2), cron("sweep", 1, "a:c"), cron("start", 1)],
    providers: [{ key: "2", label: "two (convex)" }],
  });
  expect(lines(before, after)).toEqual([
    "- http POST /old",
    "- cron stop",
    "- auth one (convex)",
    "~ http POST /kept: code",
    "~ cron sweep: function",
    "~ cron tidy: schedule",
    "+ http GET /new/*",
    "+ cron start",
    "+ auth two (convex)",
  ]);
});

test("tables and indexes come, go and change", () => {
  const before = facts({
    schema: schema(
      { users: "1", notes: "1", gone: "1" },
      {
        "users.by_email": "email",
        "users.by_name": "name",
        "notes.staged": ["x", "staged"],
        "notes.in_force": "y",
        "gone.by_x": "x",
      },
    ),
  });
  const after = facts({
    schema: schema(
      { users: "2", notes: "1", fresh: "1" },
      {
        "users.by_email": "email,name",
        "users.by_age": ["age", "staged"],
        "notes.staged": "x",
        "notes.in_force": ["y", "staged"],
        "fresh.by_x": "x",
      },
    ),
  });
  expect(lines(before, after)).toEqual([
    "- table gone",
    "- index gone.by_x",
    "- index users.by_name",
    "~ table users: fields",
    "~ index notes.in_force: staged",
    "~ index notes.staged: enabled",
    "~ index users.by_email: fields",
    "+ table fresh",
    "+ index fresh.by_x",
    "+ index users.by_age: staged",
  ]);
  const unread = facts({ schema: undefined });
  expect(lines(before, unread)).toEqual([]);
});

test("what the deployment finds of the indexes counts more than the schemas", () => {
  const before = facts({ schema: schema({ users: "1" }, { "users.by_email": "email" }) });
  const found = { added: [], removed: ["users.by_hand"], enabled: [], disabled: [] };
  expect(lines(before, before, found)).toEqual(["- index users.by_hand"]);
});

test("validation that is turned off is told, but not that a first schema brings it", () => {
  const on = schema({ users: "1" });
  const off = { ...on, validation: false };
  expect(lines(facts({ schema: on }), facts({ schema: off }))).toEqual([
    "~ schema validation: off",
  ]);
  expect(lines(noCode, facts({ schema: on }))).toEqual(["+ table users"]);
  expect(lines(facts({ schema: on }), facts({ schema: noSchema }))).toEqual(["- table users"]);
});

test("a module is named where nothing that it declares is, and no part that is only shared", () => {
  const before = facts({
    modules: { "auth.js": "1", "old.js": "1", "auth.config.js": "1", "_deps/A.js": "1" },
    providers: [{ key: "1", label: "one (convex)" }],
  });
  const after = facts({
    modules: { "auth.js": "2", "new.js": "1", "auth.config.js": "2", "_deps/B.js": "1" },
    providers: [{ key: "1", label: "one (convex)" }],
  });
  expect(lines(before, after)).toEqual([
    "- module old.js",
    "~ module auth.config.js: code",
    "~ module auth.js: code",
    "+ module new.js",
  ]);
});

test("of a module that could not be read no function or route is taken for removed", () => {
  const before = facts({
    functions: [fn("users.js:current")],
    modules: { "users.js": "1", "http.js": "1", "crons.js": "1", "auth.config.js": "1" },
    routes: ["POST /hook"],
    providers: [{ key: "1", label: "one (convex)" }],
    crons: [cronOf("tidy", { name: "a:b", args: [], schedule: { type: "cron", cron: "*" } })],
  });
  const unread = ["users.js", "http.js", "crons.js", "auth.config.js"];
  const modules = { ...before.modules, "users.js": "2", "http.js": "2" };
  expect(lines(before, facts({ modules, unread }))).toEqual([
    "~ module http.js: code",
    "~ module users.js: code",
  ]);
});

test("modules are compared by name and hash", () => {
  const before = { "a.js": "1", "b.js": "1", "c.js": "1", "_deps/X.js": "1" };
  const after = { "a.js": "1", "b.js": "2", "d.js": "1", "_deps/Y.js": "1" };
  expect(compareModules(before, after)).toEqual({ "-": ["c.js"], "~": ["b.js"], "+": ["d.js"] });
});
