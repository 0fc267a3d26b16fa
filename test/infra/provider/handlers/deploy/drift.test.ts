import { expect, test } from "vitest";
import { driftOf } from "../../../../../infra/provider/handlers/deploy/drift.ts";

const head = "The code on otter-1 is not what this stack pushed. By another hand: ";
const modules = { "users.js": "isolate:1", "http.js": "isolate:1", "_deps/A.js": "isolate:1" };

test("what was added, changed and removed by hand is told in words", () => {
  const found = { "users.js": "isolate:2", "debug.js": "isolate:1", "_deps/B.js": "isolate:1" };
  const pushed = { modules, activeSchema: "1" };
  expect(driftOf("otter-1", pushed, { modules: found, activeSchema: "2" })).toBe(
    `${head}added debug.js; changed users.js; removed http.js; changed the schema`,
  );
  expect(driftOf("otter-1", pushed, { modules, activeSchema: "2" })).toBe(
    `${head}changed the schema`,
  );
});

test("many modules are counted", () => {
  const names = Array.from({ length: 12 }, (_, index) => `m${String(index).padStart(2, "0")}.js`);
  const found = Object.fromEntries(names.map((name) => [name, "isolate:1"]));
  const text = driftOf(
    "otter-1",
    { modules: {}, activeSchema: "" },
    { modules: found, activeSchema: "" },
  );
  expect(text).toBe(`${head}added ${names.slice(0, 10).join(", ")} and 2 more`);
});

test("nothing is told when nothing differs, or nothing is known of a push", () => {
  const found = { modules, activeSchema: "1" };
  expect(driftOf("otter-1", { modules, activeSchema: "1" }, found)).toBeUndefined();
  expect(driftOf("otter-1", {}, found)).toBeUndefined();
});
