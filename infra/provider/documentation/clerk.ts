import type { ResourceDocs } from "./resource.ts";

/** By the resource's name in the module `clerk`. */
export const clerk: Record<string, ResourceDocs> = {
  Application: {
    importId: { words: "the application's, `app_…`", example: "app_…" },
    errors: [
      "NAME_EMPTY",
      "APPLICATION_DOMAIN",
      "APPLICATION_INSTANCES",
      "APPLICATION_EXISTS",
      "APPLICATION_GONE",
      "APPLICATION_PROTECTED",
    ],
    vendors: ["CLERK_PLATFORM_API"],
    typescript: `
import { Application, Issuer } from "./resources/clerk.ts";
import { Provider } from "./resources/provider.ts";

const app = new Application("app", { name: "Shop" });
const provider = new Provider("clerk", { clerkSecretKey: app.developmentSecretKey });
const issuer = new Issuer("issuer", {}, { provider });`,
    yaml: `
resources:
  app:
    type: clerkconvex:clerk:Application
    properties:
      name: Shop`,
  },

  Issuer: {
    importId: { words: "the instance's, `ins_…`", example: "ins_…" },
    errors: [
      "CLERK_INSTANCE_KIND",
      "CLERK_PUBLISHABLE_KEY_FORMAT",
      "CLERK_PUBLISHABLE_KEY_MISMATCH",
      "CLERK_WRONG_INSTANCE",
    ],
    vendors: ["CLERK"],
    typescript: `
import { Issuer } from "./resources/clerk.ts";

const { issuer } = new Issuer("issuer", { environmentType: "development" });`,
    yaml: `
resources:
  issuer:
    type: clerkconvex:clerk:Issuer
    properties:
      environmentType: development`,
  },

  JwtTemplate: {
    importId: { words: "the template's, `jtmp_…`", example: "jtmp_…" },
    errors: [
      "NAME_EMPTY",
      "CLERK_RESERVED_CLAIM",
      "OUT_OF_RANGE",
      "JWT_TEMPLATE_EXISTS",
      "JWT_TEMPLATE_MISSING",
      "JWT_TEMPLATE_DIFFERS",
    ],
    vendors: ["CLERK"],
    typescript: `
import { JwtTemplate } from "./resources/clerk.ts";

new JwtTemplate("template", {
  name: "convex",
  claims: { aud: "convex", email: "{{user.primary_email_address}}" },
  lifetime: 120,
});`,
    yaml: `
resources:
  template:
    type: clerkconvex:clerk:JwtTemplate
    properties:
      name: convex
      claims: { aud: convex, email: "{{user.primary_email_address}}" }
      lifetime: 120`,
  },

  WebhookSecret: {
    errors: [],
    vendors: [],
    typescript: `
import { WebhookSecret } from "./resources/clerk.ts";

const { secret, accepted } = new WebhookSecret("secret", { version: 2 });`,
    yaml: `
resources:
  secret:
    type: clerkconvex:clerk:WebhookSecret
    properties:
      version: 2`,
  },

  WebhookEndpoint: {
    importId: { words: "the endpoint's, `ep_…`", example: "ep_…" },
    errors: [
      "WEBHOOK_UID",
      "URL_INVALID",
      "URL_NOT_HTTPS",
      "WEBHOOK_EVENT_TYPES",
      "WEBHOOK_SECRET_FORMAT",
      "OUT_OF_RANGE",
      "WEBHOOK_ENDPOINT_EXISTS",
      "WEBHOOK_ENDPOINT_GONE",
      "SVIX_LOGIN_REFUSED",
      "SVIX_APP_UNAVAILABLE",
    ],
    vendors: ["CLERK", "SVIX"],
    typescript: `
import { WebhookEndpoint, WebhookSecret } from "./resources/clerk.ts";

const { secret } = new WebhookSecret("secret");
new WebhookEndpoint("partner", {
  uid: "shop-partner",
  url: "https://partner.example/hook",
  eventTypes: ["user.created"],
  secret,
});`,
    yaml: `
resources:
  secret:
    type: clerkconvex:clerk:WebhookSecret
  partner:
    type: clerkconvex:clerk:WebhookEndpoint
    properties:
      uid: shop-partner
      url: https://partner.example/hook
      eventTypes: [user.created]
      secret: \${secret.secret}`,
  },

  ManualWebhook: {
    errors: ["WEBHOOK_URL_MISMATCH"],
    vendors: [],
    typescript: `
import { Config } from "@pulumi/pulumi";
import { ManualWebhook } from "./resources/clerk.ts";

new ManualWebhook("webhook", {
  url: "https://calm-otter-7.convex.site/clerk-webhook",
  secret: new Config().requireSecret("signingSecret"),
});`,
  },
};
