import { isKnown, type Properties, type ResourceSpec, UNKNOWN, type Value } from "../resource.ts";

export type ChangeKind = "add" | "delete" | "update";

/** One difference, by property path in the engine's syntax: `url`, `eventTypes[1]`, `modules["a.js"]`. */
export interface PropertyChange {
  path: string;
  kind: ChangeKind;
  /** The change replaces the resource. */
  replaces: boolean;
}

/**
 * Compares the inputs last applied (or observed) with the declared ones.
 *
 * @param state outputs as they were last known
 */
export function diffInputs(
  spec: ResourceSpec,
  olds: Properties,
  news: Properties,
  state: Properties = {},
): PropertyChange[] {
  const changes: PropertyChange[] = [];
  for (const [key, property] of Object.entries(spec.properties)) {
    if (property.control || property.computed === "output") continue;
    if (property.sameAs && news[key] === String(state[property.sameAs])) continue;
    if (property.vendorDefault && (news[key] ?? undefined) === undefined) continue;
    // An import cannot read back everything that the provider computes; what it lacks is taken as is.
    if (property.computed === "input" && olds[key] === undefined) continue;
    compare(key, olds[key], news[key], (path, kind) =>
      changes.push({ path, kind, replaces: property.replaces ?? false }),
    );
  }
  return changes;
}

type Report = (path: string, kind: ChangeKind) => void;

function compare(path: string, old: Value | undefined, now: Value | undefined, report: Report) {
  const before = old ?? undefined;
  const after = now ?? undefined;
  if (before === undefined && after === undefined) return;
  if (before === undefined) report(path, "add");
  else if (after === undefined) report(path, "delete");
  else if (isContainer(before) && isContainer(after)) compareEntries(path, before, after, report);
  else if (before !== after || !isKnown(after)) report(path, "update");
}

function compareEntries(path: string, old: Container, now: Container, report: Report): void {
  const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
  for (const key of keys) {
    compare(pathOf(path, key, Array.isArray(now)), entryOf(old, key), entryOf(now, key), report);
  }
}

type Container = Value[] | { [key: string]: Value };

function isContainer(value: Value): value is Container {
  return typeof value === "object" && value !== null && value !== (UNKNOWN as unknown);
}

function entryOf(container: Container, key: string): Value | undefined {
  return Object.hasOwn(container, key) ? (container as Record<string, Value>)[key] : undefined;
}

function pathOf(parent: string, key: string, list: boolean): string {
  if (list) return `${parent}[${key}]`;
  return /^[A-Za-z_]\w*$/.test(key) ? `${parent}.${key}` : `${parent}[${JSON.stringify(key)}]`;
}
