import {
  type CustomResourceOptions,
  getProject,
  getStack,
  type Output,
  output,
} from "@pulumi/pulumi";
import type { WebhookEndpointConfig } from "./config/webhook.ts";
import { endpointUid } from "./labels.ts";
import { type ManualWebhook, WebhookEndpoint, WebhookSecret } from "./resources/clerk.ts";
import type { Deployment } from "./resources/convex.ts";

/** How events are signed and by what the backend knows them. */
export interface Signing {
  /** Signs. A secret. */
  secret: Output<string>;
  /** One or more secrets that the backend accepts, separated by spaces. A secret. */
  accepted: Output<string>;
  /** Another one whenever the secret is another one. */
  revision: Output<unknown>;
}

/** Where events of users are to be posted. */
export function webhookUrlOf({ siteUrl }: Deployment): Output<string> {
  return siteUrl.apply((origin) => `${origin}/clerk-webhook`);
}

/** Signing by the secret of an endpoint made by hand, else by one that is made before there is an endpoint. */
export function declareSigning(
  name: string,
  version: number,
  byHand: ManualWebhook | undefined,
  options: CustomResourceOptions,
): Signing {
  if (byHand) {
    const { secret } = byHand;
    return { secret, accepted: secret, revision: secret };
  }
  const secret = new WebhookSecret(`${name}-webhook-secret`, { version }, options);
  return { secret: secret.secret, accepted: secret.accepted, revision: secret.version };
}

/** Declares endpoints for receivers of the user's own; returns their secrets by name, as one secret. */
export function declareEndpoints(
  name: string,
  endpoints: Record<string, WebhookEndpointConfig>,
  adopt: boolean,
  options: CustomResourceOptions,
): Output<Record<string, string>> {
  const declared = Object.entries(endpoints).map(([key, { secretVersion, ...settings }]) => {
    const secretName = `${name}-webhook-secret-${key}`;
    const { secret } = new WebhookSecret(secretName, { version: secretVersion }, options);
    const described = `${key} of ${getProject()}/${getStack()}, managed by Pulumi`;
    new WebhookEndpoint(
      `${name}-webhook-endpoint-${key}`,
      {
        ...settings,
        description: settings.description ?? described,
        uid: endpointUid(getProject(), getStack(), key),
        secret,
        adopt,
      },
      options,
    );
    return [key, secret] as const;
  });
  return output(Object.fromEntries(declared));
}
