import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { addToSummary, section } from "../../../scripts/ci/summary.ts";

afterEach(() => vi.unstubAllEnvs());

test("an output is shown as it is, whatever is in it", () => {
  expect(section("Plan of `dev`", "\n+ a\n```\n<b>\n")).toBe(
    "### Plan of `dev`\n\n````\n+ a\n```\n<b>\n````\n\n",
  );
});

test("the end of an output that is too long is kept", () => {
  const text = section("Plan", `${"x".repeat(2 ** 20)}\nResources: 3`);
  expect(Buffer.byteLength(text)).toBeLessThan(2 ** 20);
  expect(text).toContain("```\n…\nx");
  expect(text).toContain("x\nResources: 3\n```");
});

test("sections follow each other in GitHub's file, and are nowhere without it", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "summary-"));
  const file = path.join(folder, "summary.md");
  vi.stubEnv("GITHUB_STEP_SUMMARY", file);
  await addToSummary("One", "1");
  await addToSummary("Two", "2");
  expect(await readFile(file, "utf8")).toBe(section("One", "1") + section("Two", "2"));
  vi.stubEnv("GITHUB_STEP_SUMMARY", "");
  await addToSummary("Three", "3");
  expect(await readFile(file, "utf8")).not.toContain("Three");
  await rm(folder, { recursive: true });
});
