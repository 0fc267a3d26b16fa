import { Config, type Output, runtime } from "@pulumi/pulumi";
import { configError } from "./errors.ts";
import { oneOf, readStructured, versions, wholeNumberOf } from "./read.ts";
import { settingNames } from "./settings.ts";
import { isPreview, isProduction, readTarget, type Target } from "./target.ts";
import { type JwtTemplateConfig, readClaims, readJwtTemplates } from "./templates.ts";
import { readVariables } from "./variables.ts";
import {
  type ManualWebhook,
  readEventTypes,
  readManualWebhook,
  readWebhookEndpoints,
  type WebhookEndpointConfig,
} from "./webhook.ts";

/** What a stack declares, `clerk-convex:<key>` in `Pulumi.<stack>.yaml`. */
export interface EnvironmentConfig {
  publishableKey: string | undefined;
  environmentType: "development" | "production" | undefined;
  target: Target;
  /** The app's own environment variables. */
  variables: Output<Record<string, string>> | undefined;
  /** Claims beside `aud` and the customary ones. */
  claims: Record<string, unknown>;
  /** Templates beside the one for Convex, by name. */
  jwtTemplates: Record<string, JwtTemplateConfig>;
  /** Event types beside the three of the user sync. */
  eventTypes: string[];
  /** Endpoints beside the one of the user sync, by name. */
  webhookEndpoints: Record<string, WebhookEndpointConfig>;
  /** Set when the user sync's endpoint is made by hand. */
  webhook: ManualWebhook | undefined;
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
 * @throws {RunError} `CONFIG_*` or `SETTING_UNKNOWN`, naming the key
 */
export async function readConfig(): Promise<EnvironmentConfig> {
  const config = new Config("clerk-convex");
  const target = readTarget(config);
  refuseUnknown(config);
  const environmentType = readEnvironmentType(config, target);
  const webhookEndpoints = readWebhookEndpoints(config);
  return {
    publishableKey: config.get("publishableKey"),
    environmentType,
    target,
    variables: await readVariables(config),
    claims: readClaims(config),
    jwtTemplates: readJwtTemplates(config),
    eventTypes: readEventTypes(config),
    webhookEndpoints,
    webhook: readManualWebhook(config, webhookEndpoints),
    webhookSecretVersion: wholeNumberOf(
      readStructured(config, "webhookSecretVersion") ?? 1,
      "clerk-convex:webhookSecretVersion",
      versions,
    ),
    shareTemplates: oneOf(config, "jwtTemplate", ["manage", "share"]) === "share",
    adopt: config.getBoolean("adopt") ?? false,
    protect:
      config.getBoolean("protect") ?? (environmentType === "production" || isProduction(target)),
  };
}

/** A mistyped setting would otherwise pass for one that is left out. */
function refuseUnknown({ name: namespace }: Config): void {
  const keys = Object.keys(runtime.allConfig()).filter((key) => key.startsWith(`${namespace}:`));
  const unknown = keys.find((key) => !settingNames.has(key.slice(namespace.length + 1)));
  if (unknown === undefined) return;
  throw configError(
    `${unknown} is no setting`,
    `Remove it with pulumi config rm ${unknown}, and use one of ${[...settingNames].join(", ")}`,
    "SETTING_UNKNOWN",
  );
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
