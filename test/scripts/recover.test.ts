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

test("--help names every option and every exit code of its own", async () => {
  const { code, stdout } = await recover("--help");
  expect(code).toBe(exitCodes.ok);
  for (const option of ["stack", "lock-host-is-gone", "cwd"]) {
    expect(stdout).toContain(`--${option}`);
  }
  const { ok, other, usage, credentials, stackMissing, unreachable, interrupted } = exitCodes;
  const own = [ok, other, usage, credentials, stackMissing, unreachable, interrupted];
  const named = [...stdout.matchAll(/^ {2}(\d+) /gm)].map(([, each]) => Number(each));
  expect(named).toEqual(own);
});
