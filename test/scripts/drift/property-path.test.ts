import { expect, test } from "vitest";
import { valueAt } from "../../../scripts/drift/property-path.ts";

const value = {
  url: "https://a.example",
  eventTypes: ["one", "two"],
  modules: { "a.js": "hash", 'with "quotes"': "other" },
  claims: { deep: { list: [{ x: 0 }] } },
  "a path of its own": true,
};

test.each([
  ["url", "https://a.example"],
  ["eventTypes[1]", "two"],
  ['modules["a.js"]', "hash"],
  ['modules["with \\"quotes\\""]', "other"],
  ["claims.deep.list[0].x", 0],
  ["a path of its own", true],
  ["absent", undefined],
  ["url.further", undefined],
  ["eventTypes[7]", undefined],
  ["constructor", undefined],
])("%s leads to %j", (path, expected) => {
  expect(valueAt(value, path)).toEqual(expected);
});
