import { type Config, getProject, getStack, type Output, secret } from "@pulumi/pulumi";
import { endpointUid } from "../labels.ts";
import { requireSafeUrl } from "../urls.ts";
import { isEndpointUid, isEventType, isSigningSecret } from "../vendor-rules.ts";
import { asConfigError, configError } from "./errors.ts";
import {
  booleanOf,
  fieldsOf,
  isSecret,
  namedOf,
  optional,
  readStructured,
  textOf,
  textsOf,
  versions,
  wholeNumberOf,
} from "./read.ts";

/** An endpoint beside the one of the user sync, for a receiver of the user's own. */
export interface WebhookEndpointConfig {
  url: string;
  eventTypes: string[];
  description: string | undefined;
  disabled: boolean | undefined;
  /** Raise it to rotate the secret. */
  secretVersion: number;
}

/** The user sync's endpoint, made by hand in the Clerk dashboard. */
export interface ManualWebhook {
  /** What was entered there, to be compared with what it should be. */
  endpointUrl: string | undefined;
  /** Its signing secret. */
  secret: Output<string>;
}

/** Reads `clerk-convex:eventTypes`, those of the user sync's endpoint beside the three of users. */
export function readEventTypes(config: Config): string[] {
  return eventTypesOf(readStructured(config, "eventTypes") ?? [], "clerk-convex:eventTypes");
}

/** Reads `clerk-convex:webhookEndpoints`, by name. */
export function readWebhookEndpoints(config: Config): Record<string, WebhookEndpointConfig> {
  const path = "clerk-convex:webhookEndpoints";
  const endpoints = namedOf(readStructured(config, "webhookEndpoints") ?? {}, path).map(
    ([name, value]) => [name, endpointOf(name, value, `${path}.${name}`)] as const,
  );
  const urls = endpoints.map(([, { url }]) => url);
  const twice = urls.find((url, index) => urls.indexOf(url) !== index);
  if (twice === undefined) return Object.fromEntries(endpoints);
  throw configError(
    `${path} has two endpoints at ${twice}`,
    "Declare one, with the event types of both",
    "CONFIG_VALUE",
  );
}

/**
 * Reads `clerk-convex:webhook`.
 *
 * @param endpoints those declared beside it, which need what a webhook by hand does without
 */
export function readManualWebhook(
  config: Config,
  endpoints: Record<string, unknown>,
): ManualWebhook | undefined {
  const path = "clerk-convex:webhook";
  const value = readStructured(config, "webhook");
  if (value === undefined) return undefined;
  const fields = fieldsOf(value, path, ["endpointUrl", "secret"]);
  const given = fields.secret;
  if (typeof given !== "string" || !isSigningSecret(given)) {
    throw configError(
      `${path}.secret is not the signing secret of an endpoint, whsec_…`,
      `Copy it from the endpoint's page in the Clerk dashboard: ${setSecret}`,
      "CONFIG_WEBHOOK_SECRET",
    );
  }
  if (!isSecret(config, "webhook")) {
    throw configError(
      `${path}.secret is in the settings in plain text`,
      `Rotate it in the Clerk dashboard, since it may have been seen, and set the new one encrypted: ${setSecret}`,
      "CONFIG_SECRET_PLAINTEXT",
    );
  }
  if (Object.keys(endpoints).length > 0) {
    throw configError(
      `${path} says that endpoints are made by hand, and clerk-convex:webhookEndpoints declares some`,
      "Remove one of the two",
      "CONFIG_WEBHOOK_CONFLICT",
    );
  }
  return { endpointUrl: optional(fields, "endpointUrl", path, urlOf), secret: secret(given) };
}

function endpointOf(name: string, value: unknown, path: string): WebhookEndpointConfig {
  const fields = fieldsOf(value, path, endpointKeys);
  const uid = endpointUid(getProject(), getStack(), name);
  if (!isEndpointUid(uid)) {
    throw configError(
      `${path} would have the uid ${uid}, which Svix does not take`,
      "Choose names of project, stack and endpoint that make 256 characters at most",
      "WEBHOOK_UID",
    );
  }
  const eventTypes = eventTypesOf(fields.eventTypes, `${path}.eventTypes`);
  if (eventTypes.length === 0) {
    throw configError(
      `${path}.eventTypes is empty`,
      "Name at least one, such as user.created",
      "CONFIG_VALUE",
    );
  }
  return {
    url: urlOf(fields.url, `${path}.url`),
    eventTypes,
    description: optional(fields, "description", path, textOf),
    disabled: optional(fields, "disabled", path, booleanOf),
    secretVersion:
      optional(fields, "secretVersion", path, (version, at) =>
        wholeNumberOf(version, at, versions),
      ) ?? 1,
  };
}

function eventTypesOf(value: unknown, path: string): string[] {
  const types = textsOf(value, path);
  const wrong = types.find((type) => !isEventType(type));
  if (wrong === undefined) return types;
  throw configError(
    `${path} has ${JSON.stringify(wrong)}`,
    "Use types as the Clerk dashboard lists them under Webhooks, such as organization.created",
    "CONFIG_VALUE",
  );
}

/** In the form that Svix keeps. */
function urlOf(value: unknown, path: string): string {
  return asConfigError(() => requireSafeUrl(textOf(value, path), path).href);
}

const endpointKeys = ["url", "eventTypes", "description", "disabled", "secretVersion"];

const setSecret = "pulumi config set --path --secret 'clerk-convex:webhook.secret'";
