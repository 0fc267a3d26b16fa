import { describe, expect, test } from "vitest";
import { countTests, describeCounts, type JsonReport } from "../../../scripts/test/counts.ts";

const clean: JsonReport = {
  success: true,
  numPassedTests: 2,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ name: "a", status: "passed", assertionResults: [{ status: "passed" }] }],
};

describe("counting a run", () => {
  test("passed, failed and skipped as Vitest says", () => {
    expect(countTests(clean)).toEqual({ passed: 2, failed: 0, skipped: 0 });
    const mixed = {
      ...clean,
      success: false,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1,
    };
    expect(countTests(mixed)).toEqual({ passed: 2, failed: 1, skipped: 3 });
  });

  test("a file that could not be loaded is a failure", () => {
    const broken = { name: "b", status: "failed", assertionResults: [] };
    const report = { ...clean, success: false, testResults: [...clean.testResults, broken] };
    expect(countTests(report).failed).toBe(1);
    expect(countTests({ ...report, numFailedTests: 1 }).failed).toBe(2);
  });

  test("a failing test is not counted again for its file", () => {
    const file = { name: "b", status: "failed", assertionResults: [{ status: "failed" }] };
    expect(
      countTests({ ...clean, success: false, numFailedTests: 1, testResults: [file] }).failed,
    ).toBe(1);
  });

  test("a run that failed outside any test is a failure", () => {
    expect(countTests({ ...clean, success: false }).failed).toBe(1);
  });

  test("the closing line", () => {
    expect(describeCounts({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
    expect(describeCounts({ passed: 1, failed: 2, skipped: 3 })).toBe(
      "1 passed, 2 failed, 3 skipped",
    );
  });
});
