import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { errorCodes, vendorFailures, vendorPrefixes } from "../../infra/error-codes.ts";

const root = path.resolve(import.meta.dirname, "../..");
const page = readFileSync(path.join(root, "docs/errors.md"), "utf8");
const list = "infra/error-codes.ts";
const files = globSync("{infra,scripts,convex}/**/*.{ts,mjs}", { cwd: root }).filter(
  (file) => file !== list && !file.startsWith("convex/_generated/"),
);
const sources = files.map((file) => readFileSync(path.join(root, file), "utf8")).join("\n");

/** Rows of tables, each as its cells. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) => line.slice(2, -2).split(/(?<!\\) \| /));
const explained = rows.filter(([codes = ""]) => /^(`[A-Z][A-Z0-9_]+` ?)+$/.test(codes));

test("the page explains every code there is, once, and no other", () => {
  const codes = explained.flatMap(([cell = ""]) => cell.match(/[A-Z][A-Z0-9_]+/g) ?? []);
  expect(codes.toSorted()).toEqual([...errorCodes].sort());
});

test("each has its problem, its usual cause and its remedy", () => {
  expect(explained.filter((cells) => cells.length !== 4 || !cells.every(Boolean))).toEqual([]);
});

test("every code in the list can come up, and every code in a text is in the list", () => {
  const composed = vendorPrefixes.flatMap((vendor) =>
    vendorFailures.map((of) => `${vendor}_${of}`),
  );
  const never = errorCodes.filter(
    (code) => !composed.includes(code) && !new RegExp(`\\b${code}\\b`).test(sources),
  );
  expect(never).toEqual([]);
  // What is no ProblemError, whose type would tell: reasons of a check, and errors before there are types.
  const written = [
    ...sources.matchAll(/\[([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\]|Code: ([A-Z]+_[A-Z_]+)/g),
  ];
  const texts = new Set(written.map(([, bracketed, named]) => bracketed ?? named ?? ""));
  expect(texts.size).toBeGreaterThan(20);
  expect([...texts].filter((code) => !(errorCodes as readonly string[]).includes(code))).toEqual(
    [],
  );
});

test("the page has every text that the deployed backend refuses with", () => {
  const refusals = /(?:new ConvexError\(|answer\([45]\d\d, )["`]([^"`$]+?)[": `]*(?:\$|["`)])/g;
  const texts = [...sources.matchAll(refusals)].map(([, text = ""]) => text);
  expect(texts).toContain("Malformed webhook payload");
  expect(texts.length).toBeGreaterThan(6);
  const named = rows.map(([cell = ""]) => cell.replaceAll("`", ""));
  expect(texts.filter((text) => !named.includes(text))).toEqual([]);
});
