import { RunError } from "@pulumi/pulumi";
import type { ErrorCode } from "../error-codes.ts";
import { ProblemError } from "../errors.ts";

/** The engine shows a RunError as its text alone; anything else comes with a stack trace. */
export function configError(problem: string, remedy: string, code: ErrorCode): RunError {
  return new RunError(new ProblemError(problem, remedy, code).message);
}

/** Runs a check that knows nothing of Pulumi, and turns its refusal into one of the settings. */
export function asConfigError<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof ProblemError ? new RunError(error.message) : error;
  }
}
