import { expect, test } from "vitest";
import { classify } from "../../../scripts/drift/classify.ts";
import { planned, refreshed, sealed } from "./events.ts";

test("what a refresh saw change is the vendor's, and the rest is not applied yet", () => {
  const events = [
    refreshed("Template", ["lifetime"]),
    planned("update", "Template", {
      paths: ["lifetime", "claims.role"],
      old: { lifetime: 120, claims: {} },
      now: { lifetime: 60, claims: { role: "admin" } },
    }),
  ];
  expect(classify(events)).toEqual([
    {
      urn: expect.stringMatching(/::Template$/),
      name: "Template",
      type: "clerkconvex:test:Template",
      operation: "update",
      origin: "vendor",
      properties: [
        { path: "claims.role", declared: "admin", origin: "program" },
        { path: "lifetime", declared: 60, actual: 120, origin: "vendor" },
      ],
    },
  ]);
});

test("an element gone from a list is the vendor's wherever the list differs then", () => {
  const events = [
    refreshed("Endpoint", ["eventTypes[2]"]),
    planned("update", "Endpoint", {
      paths: ["eventTypes[0]"],
      old: { eventTypes: ["b"] },
      now: { eventTypes: ["a", "b"] },
    }),
  ];
  expect(classify(events)[0]?.properties).toEqual([
    { path: "eventTypes[0]", declared: "a", actual: "b", origin: "vendor" },
  ]);
});

test("a resource that is gone differs as a whole, and so does one that was never there", () => {
  const events = [
    refreshed("Gone", [], true),
    planned("create", "Gone", { now: { url: "https://a.example" } }),
    planned("create", "New", { now: {} }),
    planned("delete", "Undeclared", { old: {} }),
  ];
  expect(
    classify(events).map(({ name, operation, origin, properties }) => [
      name,
      operation,
      origin,
      properties,
    ]),
  ).toEqual([
    ["Gone", "create", "vendor", []],
    ["New", "create", "program", []],
    ["Undeclared", "delete", "program", []],
  ]);
});

test("secrets and what is not known yet are words, however deep they lie", () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const events = [
    planned("update", "Variables", {
      paths: ["variables", "url"],
      old: { variables: { A: sealed, list: [sealed] } },
      now: { variables: { A: sealed }, url: unknown },
    }),
  ];
  expect(classify(events)[0]?.properties).toEqual([
    { path: "url", declared: "[known after the update]", origin: "program" },
    {
      path: "variables",
      declared: { A: "[secret]" },
      actual: { A: "[secret]", list: ["[secret]"] },
      origin: "program",
    },
  ]);
});

test("steps that change nothing are no difference, and a replacement is one", () => {
  const events = [
    ...["same", "read", "refresh"].map((op) => planned(op, "Same")),
    planned("create-replacement", "Replaced", { now: { name: "convex" } }),
    planned("replace", "Replaced", {
      paths: ["name"],
      old: { name: "x" },
      now: { name: "convex" },
    }),
    planned("delete-replaced", "Replaced", { old: { name: "x" } }),
  ];
  expect(classify(events)).toMatchObject([
    {
      name: "Replaced",
      operation: "replace",
      properties: [{ path: "name", declared: "convex", actual: "x" }],
    },
  ]);
});

test("a provider that names properties without details is understood too", () => {
  const event = planned("update", "Command", { old: { create: "a" }, now: { create: "b" } });
  Object.assign(event.resourcePreEvent?.metadata ?? {}, { detailedDiff: null, diffs: ["create"] });
  expect(classify([event])[0]?.properties).toEqual([
    { path: "create", declared: "b", actual: "a", origin: "program" },
  ]);
});
