import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { valueAt } from "./property-path.ts";

/** A JSON value with secrets and unknowns replaced by words; `undefined` where there is none. */
export type Shown = null | boolean | number | string | Shown[] | { [key: string]: Shown };

/** Where a difference came up: at the vendor, or in the program or settings and not applied yet. */
export type Origin = "vendor" | "program";

export interface PropertyDifference {
  /** In the engine's syntax: `url`, `eventTypes[1]`, `modules["a.js"]`. */
  path: string;
  declared?: Shown;
  actual?: Shown;
  origin: Origin;
}

export interface ResourceDifference {
  urn: string;
  name: string;
  type: string;
  /** What `pulumi up` would do: `create`, `update`, `delete` or `replace`. */
  operation: string;
  origin: Origin;
  /** None for a resource that is missing, or that is there and not declared. */
  properties: PropertyDifference[];
}

/** Steps that change nothing; source: the engine's `HasChanges`, and the refresh before the plan. */
const idle = ["same", "read", "read-discard", "read-replacement", "refresh"];

/** Reads from the events of a preview with refresh which resources are not as declared, and how. */
export function classify(events: EngineEvent[]): ResourceDifference[] {
  const observed = new Map<string, StepEventMetadata>();
  for (const { resOutputsEvent } of events) {
    const step = resOutputsEvent?.metadata;
    if (step?.op === "refresh") observed.set(step.urn, step);
  }
  const planned = new Map<string, StepEventMetadata>();
  for (const { resourcePreEvent } of events) {
    const step = resourcePreEvent?.metadata;
    if (!step || idle.includes(step.op)) continue;
    // A replacement is told in several steps, of which the first to name properties has the most.
    const earlier = planned.get(step.urn);
    if (!earlier || pathsOf(earlier).length < pathsOf(step).length) planned.set(step.urn, step);
  }
  return [...planned.values()].map((step) => differenceOf(step, observed.get(step.urn)));
}

function differenceOf(step: StepEventMetadata, seen?: StepEventMetadata): ResourceDifference {
  const gone = seen !== undefined && !seen.new;
  const moved = new Set(gone || !seen ? [] : pathsOf(seen).map(listOf));
  const properties = pathsOf(step).map((path) => {
    const { inputDiff = true } = step.detailedDiff?.[path] ?? {};
    const actual = shown(valueAt((inputDiff ? step.old?.inputs : step.old?.outputs) ?? {}, path));
    const declared = shown(valueAt(step.new?.inputs ?? {}, path));
    return {
      path,
      ...(declared !== undefined && { declared }),
      ...(actual !== undefined && { actual }),
      origin: moved.has(listOf(path)) ? ("vendor" as const) : ("program" as const),
    };
  });
  const atVendor = gone || properties.some(({ origin }) => origin === "vendor");
  return {
    urn: step.urn,
    name: step.urn.split("::").at(-1) ?? step.urn,
    type: step.type,
    operation: /replace/.test(step.op) ? "replace" : step.op,
    origin: atVendor ? "vendor" : "program",
    properties,
  };
}

function pathsOf({ detailedDiff, diffs }: StepEventMetadata): string[] {
  const detailed = Object.keys(detailedDiff ?? {});
  return (detailed.length > 0 ? detailed : (diffs ?? [])).toSorted();
}

/** An element taken out of a list moves those behind it, so a list is looked at as a whole. */
function listOf(path: string): string {
  return path.replace(/\[\d+\]$/, "");
}

// Source: the engine's property wire format, sdk/go/common/resource.
const signatureKey = "4dabf18193072939515e22adb298388d";
const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function shown(value: unknown): Shown | undefined {
  if (value === undefined) return undefined;
  if (value === unknownString) return "[known after the update]";
  if (Array.isArray(value)) return value.map((entry) => shown(entry) ?? null);
  if (typeof value !== "object" || value === null) return value as Shown;
  if (signatureKey in value) return "[secret]";
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, shown(entry) ?? null]),
  );
}
