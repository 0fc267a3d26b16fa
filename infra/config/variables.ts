import type { Config, Output } from "@pulumi/pulumi";
import { configError } from "./errors.ts";

/** Variables that the environment sets itself. */
export const ownVariables = ["CLERK_JWT_ISSUER_DOMAIN", "CLERK_WEBHOOK_SECRET"];

/** Reads the app's own environment variables, `clerk-convex:variables`. */
export function readVariables(config: Config): Output<Record<string, string>> | undefined {
  return config.getSecretObject<unknown>("variables")?.apply(checkVariables);
}

function checkVariables(variables: unknown): Record<string, string> {
  const isMap = typeof variables === "object" && variables !== null && !Array.isArray(variables);
  if (!isMap || !Object.values(variables).every((value) => typeof value === "string")) {
    throw configError(
      "clerk-convex:variables is not a map of names to texts",
      "Set each with pulumi config set --path --secret 'clerk-convex:variables.NAME' VALUE",
      "CONFIG_VARIABLES",
    );
  }
  const shadowed = ownVariables.filter((name) => name in variables);
  if (shadowed.length > 0) {
    throw configError(
      `clerk-convex:variables sets ${shadowed.join(" and ")}, which the environment sets itself`,
      "Remove it from the configuration",
      "CONFIG_VARIABLE_RESERVED",
    );
  }
  return variables as Record<string, string>;
}
