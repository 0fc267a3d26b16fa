import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { Configuration } from "../../infra/provider/configuration.ts";
import { Vendors } from "../../infra/provider/vendors.ts";
import type { Find } from "./pending.ts";

const prefix = "clerkconvex:";

/**
 * How to look for what a killed run may have made, by resource type: of those types whose create refuses
 * what is there already, because it bears no mark of its owner.
 */
export const finders: Record<string, (vendors: Vendors) => Find> = {
  "clerkconvex:clerk:JwtTemplate":
    ({ clerk }) =>
    ({ name }) =>
      clerk.findJwtTemplate(String(name)),
};

/** The vendors by the credentials that a stack's runs use: its settings, else the environment. */
export async function vendorsOf(stack: Stack, signal: AbortSignal): Promise<Vendors> {
  const settings = Object.entries(await stack.getAllConfig())
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, { value }]) => [key.slice(prefix.length), value]);
  const environment = { ...process.env, ...stack.workspace.envVars };
  return new Vendors(new Configuration(Object.fromEntries(settings), environment), signal);
}
