import type { ModuleHashes } from "../../../clients/convex-facts.ts";
import { compareModules } from "../../../clients/convex-plan.ts";
import type { State } from "./spec.ts";
import { listed } from "./words.ts";

/** Names what a deployment holds that the stack did not push; `undefined` when there is nothing. */
export function driftOf(
  deployment: string,
  pushed: Partial<State>,
  found: { modules: ModuleHashes; activeSchema: string },
): string | undefined {
  // An import knows of no push.
  if (pushed.modules === undefined) return undefined;
  const differing = compareModules(pushed.modules, found.modules);
  const parts = [
    ["added", differing["+"]],
    ["changed", differing["~"]],
    ["removed", differing["-"]],
    ["changed", pushed.activeSchema === found.activeSchema ? [] : ["the schema"]],
  ] as const;
  const told = parts.filter(([, names]) => names.length > 0);
  if (told.length === 0) return undefined;
  const what = told.map(([verb, names]) => `${verb} ${listed([...names])}`).join("; ");
  return `The code on ${deployment} is not what this stack pushed. By another hand: ${what}`;
}
