import { Config, type Output } from "@pulumi/pulumi";
import type { DeploymentType } from "../resources/convex.ts";
import { oneOf } from "./read.ts";
import { readVariables } from "./variables.ts";

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
    variables: readVariables(config),
    claims: config.getObject<Record<string, unknown>>("claims") ?? {},
    eventTypes: config.getObject<string[]>("eventTypes") ?? [],
    webhookSecretVersion: config.getNumber("webhookSecretVersion") ?? 1,
    adopt: config.getBoolean("adopt") ?? false,
    protect: config.getBoolean("protect") ?? isProduction,
  };
}
