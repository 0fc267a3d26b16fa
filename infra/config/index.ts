import { Config, type Output } from "@pulumi/pulumi";
import { configError } from "./errors.ts";
import { oneOf } from "./read.ts";
import { isPreview, isProduction, readTarget, type Target } from "./target.ts";
import { readVariables } from "./variables.ts";

/** What a stack declares, `clerk-convex:<key>` in `Pulumi.<stack>.yaml`. */
export interface EnvironmentConfig {
  publishableKey: string | undefined;
  environmentType: "development" | "production" | undefined;
  target: Target;
  /** The app's own environment variables. */
  variables: Output<Record<string, string>> | undefined;
  /** Claims beside `aud` and the customary ones. */
  claims: Record<string, unknown>;
  /** Event types beside the three of the user sync. */
  eventTypes: string[];
  webhookSecretVersion: number;
  /** Whether the JWT templates are another stack's, to be checked and left alone. */
  shareTemplates: boolean;
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
  const target = readTarget(config);
  const environmentType = readEnvironmentType(config, target);
  return {
    publishableKey: config.get("publishableKey"),
    environmentType,
    target,
    variables: readVariables(config),
    claims: config.getObject<Record<string, unknown>>("claims") ?? {},
    eventTypes: config.getObject<string[]>("eventTypes") ?? [],
    webhookSecretVersion: config.getNumber("webhookSecretVersion") ?? 1,
    shareTemplates: oneOf(config, "jwtTemplate", ["manage", "share"]) === "share",
    adopt: config.getBoolean("adopt") ?? false,
    protect:
      config.getBoolean("protect") ?? (environmentType === "production" || isProduction(target)),
  };
}

/** A preview is open to whoever reviews, so real users' keys and data stay out of it. */
function readEnvironmentType(config: Config, target: Target) {
  const environmentType = oneOf(config, "environmentType", ["development", "production"]);
  if (!isPreview(target)) return environmentType;
  if (environmentType === "production") {
    throw configError(
      "clerk-convex:environmentType is production, but the target is a preview",
      "Set it to development, or leave it out",
      "CONFIG_VALUE",
    );
  }
  return "development";
}
