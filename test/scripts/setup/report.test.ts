import { describe, expect, test } from "vitest";
import { createReport, elapsed } from "../../../scripts/setup/report.mjs";

function written(isTTY: boolean, options: Parameters<typeof createReport>[1]) {
  let text = "";
  const report = createReport({ isTTY, write: (piece) => (text += piece) }, options);
  report.found("node", "24.21.0", "from the cache");
  report.note("look here");
  report.step("building").end();
  return text;
}

describe("what the setup says", () => {
  test("off a terminal it is plain lines", () => {
    expect(written(false, { env: {} })).toBe(
      "node           24.21.0   from the cache\nnote look here\nbuilding …\n",
    );
  });

  test("on a terminal it has colour, unless NO_COLOR is set or the terminal is dumb", () => {
    expect(written(true, { env: {} })).toContain("\u001b[32m");
    expect(written(true, { env: { NO_COLOR: "1" } })).not.toContain("\u001b[3");
    expect(written(true, { env: { TERM: "dumb" } })).not.toContain("\u001b");
  });

  test("quietly, only notes are left", () => {
    expect(written(false, { quiet: true, env: {} })).toBe("note look here\n");
  });

  test("time is written for people", () => {
    expect([400, 7_400, 59_400, 59_600, 125_000].map(elapsed)).toEqual([
      "0s",
      "7s",
      "59s",
      "1m00s",
      "2m05s",
    ]);
  });
});
