import type { Finding } from "../../../scripts/drift/check.ts";
import type { ResourceDifference } from "../../../scripts/drift/classify.ts";
import type { FailureKind } from "../../../scripts/stack/failure.ts";

export const fine: Finding = { stack: "fine", outcome: "ok" };

export function drifted(...differences: Partial<ResourceDifference>[]): Finding {
  return {
    stack: "drifted",
    outcome: "drift",
    differences: differences.map((difference) => ({
      urn: "urn:pulumi:dev::project::test:index:Thing::thing",
      name: "thing",
      type: "test:index:Thing",
      operation: "update",
      origin: "vendor",
      properties: [],
      ...difference,
    })),
  };
}

export function failed(kind: FailureKind, ...messages: string[]): Finding {
  return { stack: "failed", outcome: "failed", failure: { kind, messages } };
}
