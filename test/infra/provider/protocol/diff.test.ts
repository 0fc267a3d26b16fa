import { expect, test } from "vitest";
import { diffInputs } from "../../../../infra/provider/protocol/diff.ts";
import {
  type Properties,
  type ResourceSpec,
  UNKNOWN,
} from "../../../../infra/provider/resource.ts";

const spec: ResourceSpec = {
  token: "clerkconvex:test:Sample",
  description: "",
  properties: {
    name: { type: "string", description: "", replaces: true },
    place: { type: "string", description: "", replaces: true, sameAs: "placeId" },
    url: { type: "string", description: "" },
    eventTypes: { type: "strings", description: "" },
    claims: { type: "object", description: "" },
    size: { type: "string", description: "", vendorDefault: true },
    region: { type: "string", description: "", vendorDefault: true, replaces: true },
    adopt: { type: "boolean", description: "", control: true },
    modules: { type: "stringMap", description: "", computed: "input" },
    placeId: { type: "integer", description: "", computed: "output" },
    sampleId: { type: "string", description: "", computed: "output" },
  },
};

const diff = (olds: Properties, news: Properties) =>
  diffInputs(spec, olds, news).map(({ path, kind, replaces }) =>
    [kind, path, ...(replaces ? ["replaces"] : [])].join(" "),
  );

test("a value that names the same thing by its id replaces nothing", () => {
  const changes = (place: string) =>
    diffInputs(spec, { place: "shop" }, { place }, { placeId: 41 }).map(({ path }) => path);
  expect(changes("41")).toEqual([]);
  expect(changes("42")).toEqual(["place"]);
});

test.each<[string, Properties, Properties, string[]]>([
  ["a changed text", { url: "a" }, { url: "b" }, ["update url"]],
  ["a new property", {}, { url: "b" }, ["add url"]],
  ["a removed property", { url: "a" }, {}, ["delete url"]],
  ["a change that replaces", { name: "a" }, { name: "b" }, ["update name replaces"]],
  [
    "one entry of a list",
    { eventTypes: ["a", "b"] },
    { eventTypes: ["a", "c"] },
    ["update eventTypes[1]"],
  ],
  ["a longer list", { eventTypes: ["a"] }, { eventTypes: ["a", "b"] }, ["add eventTypes[1]"]],
  ["a shorter list", { eventTypes: ["a", "b"] }, { eventTypes: ["a"] }, ["delete eventTypes[1]"]],
  [
    "a key that is no identifier",
    { modules: { "a.js": "1" } },
    { modules: { "a.js": "2" } },
    ['update modules["a.js"]'],
  ],
  [
    "nested values",
    { claims: { user: { roles: ["x"] } } },
    { claims: { user: { roles: ["y"] } } },
    ["update claims.user.roles[0]"],
  ],
  [
    "another kind of value",
    { claims: { a: "x" } },
    { claims: { a: { b: "x" } } },
    ["update claims.a"],
  ],
  [
    "a key that every object has",
    { claims: { toString: "x" } },
    { claims: { constructor: "x" } },
    ["delete claims.toString", "add claims.constructor"],
  ],
  ["a value not known yet", { url: "a" }, { url: UNKNOWN }, ["update url"]],
  ["a replacing value not known yet", { name: "a" }, { name: UNKNOWN }, ["update name replaces"]],
  ["a declared value that the vendor chose", { size: "s" }, { size: "m" }, ["update size"]],
  ["a declared value that the vendor had not", {}, { size: "m" }, ["add size"]],
  ["a place that is declared", { region: "us" }, { region: "eu" }, ["update region replaces"]],
  ["a choice not known yet", { size: "s" }, { size: UNKNOWN }, ["update size"]],
  ["a map not known yet", { modules: { "a.js": "1" } }, { modules: UNKNOWN }, ["update modules"]],
])("%s is told by its path", (_, olds, news, changes) => {
  expect(diff(olds, news)).toEqual(changes);
});

test.each<[string, Properties, Properties]>([
  ["equal values", { url: "a", claims: { a: [1] } }, { url: "a", claims: { a: [1] } }],
  ["the order of keys", { claims: { a: 1, b: 2 } }, { claims: { b: 2, a: 1 } }],
  ["null for absent", { url: null }, {}],
  ["a control", { adopt: true }, { adopt: false }],
  ["an output", { sampleId: "a" }, {}],
  ["what is left to the vendor", { size: "s", region: "us" }, { region: null }],
])("%s: no difference", (_, olds, news) => {
  expect(diff(olds, news)).toEqual([]);
});
