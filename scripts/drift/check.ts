import { CommandError, type EngineEvent, type Stack } from "@pulumi/pulumi/automation/index.js";
import { errorsIn, type Failure, failureOf } from "../stack/failure.ts";
import { requireSettled } from "../stack/settled.ts";
import { classify, type ResourceDifference } from "./classify.ts";

/** What was found out about one stack. */
export type Finding = { stack: string } & (
  | { outcome: "ok" }
  | { outcome: "drift"; differences: ResourceDifference[] }
  | { outcome: "failed"; failure: Failure }
);

/**
 * Compares what the vendors have with what the program declares, as
 * `pulumi preview --refresh --expect-no-changes` does. Writes neither state nor anything at a vendor.
 */
export async function checkStack(stack: Stack): Promise<Finding> {
  const events: EngineEvent[] = [];
  try {
    await requireSettled(stack);
    await stack.preview({
      refresh: true,
      expectNoChanges: true,
      onEvent: (event) => events.push(event),
    });
    return { stack: stack.name, outcome: "ok" };
  } catch (error) {
    if (errorsIn(events).length === 0 && changesFound(error)) {
      return { stack: stack.name, outcome: "drift", differences: classify(events) };
    }
    return { stack: stack.name, outcome: "failed", failure: failureOf(error, events) };
  }
}

/** The CLI's own answer, exit code 7, as the Automation API passes it on: in the text. */
function changesFound(error: unknown): boolean {
  return (
    error instanceof CommandError &&
    / stderr: Command failed with exit code 7: /.test(error.message)
  );
}
