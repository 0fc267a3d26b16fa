import { expect, test } from "vitest";
import { problemOf } from "../../../scripts/stack/cli-errors.ts";

/** The Automation API repeats what the CLI printed. */
const account = (stderr: string) =>
  `code: -2\n stdout: \n stderr: Command failed with exit code 1: pulumi preview --stack dev\n${stderr}\n err?: Error: Command failed with exit code 1: pulumi preview --stack dev\n${stderr}\n`;

test.each([
  [
    "error: no stack named 'dev' found",
    "STACK_MISSING",
    "There is no such stack: no stack named 'dev' found. ",
  ],
  [
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n  file:///s/.pulumi/locks/x.json: created by ada@host (pid 7) at 2026-01-02T03:04:05Z",
    "STACK_LOCKED",
    "(ada@host (pid 7) at 2026-01-02T03:04:05Z)",
  ],
  [
    "error: [409] Conflict: Another update is currently in progress.",
    "STACK_LOCKED",
    "Another run holds the stack's lock. Wait",
  ],
  [
    "error: getting stack configuration: get stack secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    "CREDENTIAL_PASSPHRASE",
    "cannot be opened: getting stack configuration",
  ],
  [
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    "BACKEND_CREDENTIALS",
    "does not let this run in",
  ],
  [
    'error: Get "https://api.pulumi.com/api/user": dial tcp: lookup api.pulumi.com: no such host',
    "BACKEND_UNREACHABLE",
    "no such host",
  ],
  ["error: something else.\nerror: and more", "PULUMI_FAILED", "something else; and more. "],
])("%s", (stderr, code, said) => {
  const problem = problemOf(account(stderr));
  expect(problem.code).toBe(code);
  expect(problem.message).toContain(said);
  expect(problem.message.match(/no stack named|something else/g)?.length ?? 1).toBe(1);
});

test("the password in a backend's address is not repeated", () => {
  const stderr = "error: problem logging in: postgres://ada:hunter2@db.example/state: no such host";
  const { message } = problemOf(account(stderr));
  expect(message).toContain("postgres://ada:****@db.example/state");
  expect(message).not.toContain("hunter2");
});

test("a CLI that is not there, and one that says nothing, are told too", () => {
  expect(problemOf("code: -2\n stderr: spawn pulumi ENOENT\n").code).toBe("PULUMI_MISSING");
  expect(problemOf("").message).toContain("it did not say why");
});
