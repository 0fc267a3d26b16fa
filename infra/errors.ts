import type { ErrorCode } from "./error-codes.ts";

/**
 * An error made for the person who reads it: what is wrong, what to do, and a stable code to search for.
 * The text never carries a response body, a secret or a stack trace.
 */
export class ProblemError extends Error {
  override readonly name: string = "ProblemError";
  readonly code: ErrorCode;
  readonly problem: string;
  readonly remedy: string;

  /**
   * @param problem one sentence without its full stop
   * @param remedy one sentence without its full stop, telling what to do
   * @param code stable; docs/errors.md explains it
   */
  constructor(problem: string, remedy: string, code: ErrorCode, options?: ErrorOptions) {
    super(`${problem}. ${remedy}. [${code}]`, options);
    this.code = code;
    this.problem = problem;
    this.remedy = remedy;
  }
}
