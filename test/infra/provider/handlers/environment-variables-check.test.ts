import { expect, test } from "vitest";
import { environmentVariables } from "../../../../infra/provider/handlers/environment-variables.ts";
import { type Properties, UNKNOWN } from "../../../../infra/provider/resource.ts";
import { codeOf, offline } from "./setup.ts";

const check = async (variables: Properties | typeof UNKNOWN) =>
  (await environmentVariables.check?.({ deployment: "otter-1", variables }, offline)) ?? [];

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`NAME_${index}`, "value"]));

/** As many bytes of names and values as a deployment takes, and some more. */
function filling(more: number): Properties {
  const entries = Array.from({ length: 64 }, (_, index) => [
    `N${String(index).padStart(3, "0")}`,
    "v".repeat(8192 - 4),
  ]);
  return { ...Object.fromEntries(entries), N000: "v".repeat(8192 - 4 + more) };
}

test.each<[string, string, Properties]>([
  ["variables.1ST", "VARIABLE_NAME", { "1ST": "a" }],
  ["variables.A-B", "VARIABLE_NAME", { "A-B": "a" }],
  ["variables.", "VARIABLE_NAME", { "": "a" }],
  [`variables.${"N".repeat(257)}`, "VARIABLE_NAME", { ["N".repeat(257)]: "a" }],
  ["variables.CONVEX_CLOUD_URL", "VARIABLE_BUILT_IN", { CONVEX_CLOUD_URL: "a" }],
  ["variables.CONVEX_SITE_URL", "VARIABLE_BUILT_IN", { CONVEX_SITE_URL: "a" }],
  ["variables.LONG", "VARIABLE_SIZE", { LONG: "a".repeat(8193) }],
  ["variables.WIDE", "VARIABLE_SIZE", { WIDE: "é".repeat(4097) }],
  ["variables", "VARIABLE_COUNT", many(513)],
  ["variables", "VARIABLE_TOTAL", filling(1)],
])("check refuses %.40s with %s", async (property, code, variables) => {
  const failures = await check(variables);
  expect(failures.map((failure) => [failure.property, codeOf(failure.reason)])).toEqual([
    [property, code],
  ]);
});

test("check lets pass what is right, at the limits or not known yet", async () => {
  const fine: (Properties | typeof UNKNOWN)[] = [
    {},
    { _name1: "", ["N".repeat(256)]: "a".repeat(8192) },
    { LATER: UNKNOWN },
    many(512),
    filling(0),
    UNKNOWN,
  ];
  for (const right of fine) {
    expect(await check(right)).toEqual([]);
  }
});

test("every problem of every variable is named at once, without its value", async () => {
  const failures = await check({ "A-B": "hidden-value", CONVEX_SITE_URL: "x".repeat(9000) });
  expect(failures.map(({ reason }) => codeOf(reason))).toEqual([
    "VARIABLE_NAME",
    "VARIABLE_BUILT_IN",
    "VARIABLE_SIZE",
  ]);
  expect(JSON.stringify(failures)).not.toMatch(/hidden-value|xxxx/);
});
