import { expect, test } from "vitest";
import { checkInputs } from "../../../../infra/provider/protocol/check.ts";
import {
  type Properties,
  type ResourceSpec,
  UNKNOWN,
} from "../../../../infra/provider/resource.ts";
import { codeOf } from "../handlers/setup.ts";

const spec: ResourceSpec = {
  token: "clerkconvex:test:Sample",
  description: "",
  properties: {
    name: { type: "string", description: "", required: true },
    lifetime: { type: "integer", description: "", default: 60 },
    disabled: { type: "boolean", description: "", default: false },
    eventTypes: { type: "strings", description: "" },
    variables: { type: "stringMap", description: "" },
    claims: { type: "object", description: "" },
    modules: { type: "stringMap", description: "", computed: "input" },
    sampleId: { type: "string", description: "", computed: "output" },
  },
};

const failuresOf = (declared: Properties) =>
  checkInputs(spec, declared).failures.map(({ property, reason }) => [property, codeOf(reason)]);

test("defaults are filled in where nothing is declared", () => {
  expect(checkInputs(spec, { name: "a", disabled: null })).toEqual({
    inputs: { name: "a", lifetime: 60, disabled: false },
    failures: [],
  });
  expect(checkInputs(spec, { name: "a", lifetime: 0, disabled: true }).inputs).toEqual({
    name: "a",
    lifetime: 0,
    disabled: true,
  });
});

test("a required property must be there", () => {
  expect(failuresOf({})).toEqual([["name", "PROPERTY_MISSING"]]);
  expect(failuresOf({ name: null })).toEqual([["name", "PROPERTY_MISSING"]]);
});

test.each<[string, Properties]>([
  ["name", { name: 1 }],
  ["lifetime", { lifetime: 1.5 }],
  ["lifetime", { lifetime: "60" }],
  ["disabled", { disabled: "true" }],
  ["eventTypes", { eventTypes: "user.created" }],
  ["eventTypes", { eventTypes: ["user.created", 1] }],
  ["variables", { variables: ["ONE"] }],
  ["variables", { variables: { ONE: 1 } }],
  ["claims", { claims: ["aud"] }],
  ["claims", { claims: "aud" }],
])("%s of the wrong type is refused: %j", (property, wrong) => {
  expect(failuresOf({ name: "a", ...wrong })).toEqual([[property, "PROPERTY_TYPE"]]);
});

test.each(["eventType", "modules", "sampleId", "constructor"])("%s cannot be declared", (name) => {
  expect(failuresOf({ name: "a", [name]: "x" })).toEqual([[name, "PROPERTY_UNKNOWN"]]);
});

test("what is not known yet passes, whole or in part", () => {
  const declared = {
    name: UNKNOWN,
    lifetime: UNKNOWN,
    disabled: UNKNOWN,
    eventTypes: ["user.created", UNKNOWN],
    variables: { ONE: UNKNOWN },
    claims: UNKNOWN,
  } satisfies Properties;
  expect(checkInputs(spec, declared)).toEqual({ inputs: declared, failures: [] });
});

test("a refused value is not repeated", () => {
  const { failures } = checkInputs(spec, { name: ["a-secret-value"] });
  expect(failures).toHaveLength(1);
  expect(JSON.stringify(failures)).not.toContain("a-secret-value");
});
