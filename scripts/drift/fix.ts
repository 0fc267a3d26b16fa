import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { failureOf } from "../stack/failure.ts";
import { checkStack, type Finding } from "./check.ts";
import type { ResourceDifference } from "./classify.ts";

/**
 * Brings the resources that differ, and no other, to what is declared, then looks again.
 *
 * @param onOutput what the engine says meanwhile
 */
export async function fixStack(
  stack: Stack,
  differences: ResourceDifference[],
  onOutput: (text: string) => void,
): Promise<Finding> {
  const events: EngineEvent[] = [];
  try {
    await stack.up({
      refresh: true,
      target: differences.map(({ urn }) => urn),
      suppressOutputs: true,
      suppressProgress: true,
      onOutput,
      onEvent: (event) => events.push(event),
    });
  } catch (error) {
    return { stack: stack.name, outcome: "failed", failure: failureOf(error, events) };
  }
  return checkStack(stack);
}
