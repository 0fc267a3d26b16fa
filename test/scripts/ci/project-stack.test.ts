import { expect, test } from "vitest";
import { ProblemError } from "../../../infra/errors.ts";
import { stackProblem } from "../../../scripts/ci/project-stack.ts";

test("a failure is told in Pulumi's words, without a password in the backend's address", () => {
  const said =
    'code: 255\n stdout: \n stderr: error: could not log in to the state backend "postgres://ci:pa55@db/state": refused\n err?: ';
  const { message, code } = stackProblem("dev", new Error(said));
  expect(code).toBe("PULUMI_FAILED");
  expect(message).toContain('could not log in to the state backend "postgres://ci:****@db/state"');
  expect(message).not.toContain("pa55");
});

test("a failure that Pulumi has told before is not told again", () => {
  const { message } = stackProblem("dev", new Error("code: 255\n stdout: \n stderr: \n err?: "));
  expect(message).toBe(
    "Pulumi failed with dev. Mend what Pulumi names, in its output above if there is any. [PULUMI_FAILED]",
  );
});

test("a problem of this project's own stays as it is", () => {
  const problem = new ProblemError("Problem", "Remedy", "CODE");
  expect(stackProblem("dev", problem)).toBe(problem);
});
