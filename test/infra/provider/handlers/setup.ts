import { onTestFinished } from "vitest";
import { Configuration } from "../../../../infra/provider/configuration.ts";
import type { Operation } from "../../../../infra/provider/resource.ts";
import { Vendors } from "../../../../infra/provider/vendors.ts";
import { type ConvexMeans, startLocalVendors } from "../../../../scripts/local/vendors.ts";

/** The three vendors, and an operation connected to them as the plugin connects one. */
export async function setUp(means?: ConvexMeans) {
  const local = await startLocalVendors(means);
  onTestFinished(() => local.close());
  const warnings: string[] = [];
  const remarks: string[] = [];
  /** As another run of the plugin, optionally with other credentials. */
  const connect = (environment: Record<string, string> = {}) =>
    operationOn({ ...local.environment, ...environment }, warnings, remarks);
  /** Requests of a kind that a step makes to one vendor. */
  const writesDuring = async (
    vendor: "clerk" | "svix" | "convex",
    step: () => Promise<unknown>,
  ) => {
    const before = local.requests()[vendor].writes;
    await step();
    return local.requests()[vendor].writes - before;
  };
  return Object.assign(local, { operation: connect(), connect, warnings, remarks, writesDuring });
}

/** An operation as the plugin is given one, with credentials from the environment. */
export function operationOn(
  environment: Record<string, string>,
  warnings: string[] = [],
  remarks: string[] = [],
): Operation<Vendors> {
  const { signal } = new AbortController();
  return {
    vendors: new Vendors(new Configuration({}, environment), signal),
    signal,
    progress: () => {},
    info: (text) => remarks.push(text),
    warn: (line) => warnings.push(line),
    importCommand: (id) => `import ${id}`,
    forgetCommand: () => "forget",
  };
}

/** For checks, which ask no vendor: touching one throws. */
export const offline = {
  signal: new AbortController().signal,
  progress: () => {},
  info: () => {},
  warn: () => {},
} as unknown as Operation<Vendors>;

/** Nothing is known of a resource that is imported. */
export const nothingKnown = { inputs: {}, state: {} };

/** The stable code at the end of a reason. */
export function codeOf(reason: string): string | undefined {
  return /\[([A-Z_]+)\]$/.exec(reason)?.[1];
}
