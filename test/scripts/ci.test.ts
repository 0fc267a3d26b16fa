import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

const script = path.resolve(import.meta.dirname, "../../scripts/ci.ts");
const ci = (...args: string[]) =>
  spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });

test.each([
  [[]],
  [["plan"]],
  [["destroy", "--stack", "dev"]],
  [["up", "dev", "--stack", "dev"]],
  [["up", "--stack", "dev", "--yes"]],
])("%j is refused as wrong usage", (args) => {
  const { status, stdout, stderr } = ci(...args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/\[USAGE\]\n$/);
});

test("--help tells the commands and ends well", () => {
  const { status, stdout } = ci("--help");
  expect([status, stdout.split("\n")[0]]).toEqual([0, "Usage: npm run ci -- plan|up --stack NAME"]);
});
