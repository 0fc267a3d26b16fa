import type { ErrorCode } from "../../error-codes.ts";
import { ProblemError } from "../../errors.ts";
import type { Operation } from "../resource.ts";

/**
 * What the program declares is there and no stack is known to own it, with both ways on.
 *
 * @param problem one sentence without its full stop, naming what is there
 * @param id what to import
 */
export function alreadyThere(
  problem: string,
  id: string,
  code: ErrorCode,
  operation: Pick<Operation<unknown>, "importCommand">,
): ProblemError {
  return new ProblemError(
    problem,
    `Bring it in with\n\n    ${operation.importCommand(id)}\n\nand run pulumi up again, or let this stack take it over with adopt: true (pulumi config set clerk-convex:adopt true)`,
    code,
  );
}
