import { Config, type Output, RunError } from "@pulumi/pulumi";
import { ProblemError } from "./errors.ts";
import type { DeploymentType } from "./resources/convex.ts";

/** What a stack declares, `clerk-convex:<key>` in `Pulumi.<stack>.yaml`. */
export interface EnvironmentConfig {
  publishableKey: string | undefined;
  environmentType: "development" | "production" | undefined;
  deploymentType: DeploymentType | undefined;
  /** The app's own environment variables. */
  variables: Output<Record<string, string>> | undefined;
  /** Claims beside `aud` and the customary ones. */
  claims: Record<string, unknown>;
  /** Event types beside the three of the user sync. */
  eventTypes: string[];
  webhookSecretVersion: number;
  adopt: boolean;
  /** Whether destroy is refused until the protection is lifted. */
  protect: boolean;
}

/** Variables that the environment sets itself. */
export const ownVariables = ["CLERK_JWT_ISSUER_DOMAIN", "CLERK_WEBHOOK_SECRET"];

/**
 * Reads and validates the stack's configuration.
 *
 * @throws {RunError} `CONFIG_*`, naming the key
 */
export function readConfig(): EnvironmentConfig {
  const config = new Config("clerk-convex");
  const environmentType = oneOf(config, "environmentType", ["development", "production"]);
  const deploymentType = oneOf(config, "deploymentType", ["prod", "dev", "selfHosted"]);
  const isProduction = environmentType === "production" || deploymentType === "prod";
  return {
    publishableKey: config.get("publishableKey"),
    environmentType,
    deploymentType,
    variables: config.getSecretObject<unknown>("variables")?.apply(checkVariables),
    claims: config.getObject<Record<string, unknown>>("claims") ?? {},
    eventTypes: config.getObject<string[]>("eventTypes") ?? [],
    webhookSecretVersion: config.getNumber("webhookSecretVersion") ?? 1,
    adopt: config.getBoolean("adopt") ?? false,
    protect: config.getBoolean("protect") ?? isProduction,
  };
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

function oneOf<T extends string>(config: Config, key: string, allowed: T[]): T | undefined {
  const value = config.get(key);
  if (value === undefined || allowed.includes(value as T)) return value as T | undefined;
  throw configError(
    `clerk-convex:${key} is ${JSON.stringify(value)}`,
    `Set it to one of ${allowed.join(", ")}`,
    "CONFIG_VALUE",
  );
}

/** The engine shows a RunError as its text alone; anything else comes with a stack trace. */
function configError(problem: string, remedy: string, code: string): RunError {
  return new RunError(new ProblemError(problem, remedy, code).message);
}
