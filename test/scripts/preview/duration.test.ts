import { expect, test } from "vitest";
import { durationOf } from "../../../scripts/preview/duration.ts";

test.each([
  ["90s", 90_000],
  ["45m", 2_700_000],
  ["12h", 43_200_000],
  ["7d", 604_800_000],
])("%s is %i milliseconds", (text, expected) => {
  expect(durationOf(text, "--wait")).toBe(expected);
});

test.each(["", "7", "d", "7 d", "-1d", "1.5h", "7days", "1w"])("%j is refused", (text) => {
  expect(() => durationOf(text, "--wait")).toThrow(/--wait .*\[USAGE\]/);
});

test("nothing stays nothing", () => {
  expect(durationOf(undefined, "--wait")).toBeUndefined();
});
