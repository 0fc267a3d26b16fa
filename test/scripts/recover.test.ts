import path from "node:path";
import { expect, test, vi } from "vitest";
import { run } from "../../scripts/setup/processes.mjs";
import { exitCodes } from "../../scripts/stack/failure.ts";

vi.setConfig({ testTimeout: 60_000 });

const recover = (...args: string[]) =>
  run(process.execPath, [path.resolve("scripts/recover.ts"), ...args], { env: process.env });

test.each([
  [[], "Give --stack with a name"],
  [["--stack"], "--stack"],
  [["--all"], "--all"],
  [["dev"], "dev"],
])("wrong usage is refused: %j", async (args, said) => {
  const { code, excerpt } = await recover(...args);
  expect(code).toBe(exitCodes.usage);
  expect(excerpt).toContain(said);
  expect(excerpt).toContain("[USAGE]");
});

test("a folder without a project is refused", async () => {
  const { code, excerpt } = await recover("--stack", "dev", "--cwd", "/");
  expect([code, excerpt]).toEqual([exitCodes.usage, expect.stringContaining("[PROJECT_MISSING]")]);
});

test("--help names every option and every exit code but those of drift and of code", async () => {
  const { code, stdout } = await recover("--help");
  expect(code).toBe(exitCodes.ok);
  for (const option of ["stack", "lock-host-is-gone", "cwd"])
    expect(stdout).toContain(`--${option}`);
  const { drift, bundle, ...own } = exitCodes;
  for (const each of Object.values(own)) expect(stdout).toMatch(new RegExp(`^ {2}${each} `, "m"));
  for (const each of [drift, bundle]) expect(stdout).not.toMatch(new RegExp(`^ {2}${each} `, "m"));
});
