import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";

/** What a preview means to do with one resource. */
export interface PlannedChange {
  resource: string;
  op: string;
  /** Property paths that differ. */
  paths: string[];
}

/** Previews against the vendors' present state and lists every change that would be made. */
export async function planWithRefresh(
  stack: Stack,
  onOutput: (text: string) => void = () => {},
): Promise<PlannedChange[]> {
  const events: EngineEvent[] = [];
  await stack.preview({
    refresh: true,
    diff: true,
    onOutput,
    onEvent: (event) => events.push(event),
  });
  return events
    .flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? [])
    .filter(({ op }) => !["same", "read", "refresh"].includes(op))
    .map(({ urn, op, detailedDiff }) => ({
      resource: urn.split("::").at(-1) ?? urn,
      op,
      paths: Object.keys(detailedDiff ?? {}).sort(),
    }));
}

/** Files below a folder that hold any of the secrets in the clear. */
export async function filesHolding(folder: string, secrets: string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const holding: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    if (holdsAny(await readFile(file, "utf8"), secrets)) holding.push(file);
  }
  return holding;
}

export function holdsAny(text: string, secrets: string[]): boolean {
  return secrets.some((secret) => text.includes(secret));
}

/** Command lines of every process of this machine, at this moment. */
export function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")];
      } catch {
        return [];
      }
    });
}
