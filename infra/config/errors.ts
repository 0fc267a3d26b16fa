import { RunError } from "@pulumi/pulumi";
import { ProblemError } from "../errors.ts";

/** The engine shows a RunError as its text alone; anything else comes with a stack trace. */
export function configError(problem: string, remedy: string, code: string): RunError {
  return new RunError(new ProblemError(problem, remedy, code).message);
}
