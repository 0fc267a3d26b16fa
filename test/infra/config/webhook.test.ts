import { expect, test } from "vitest";
import {
  readEventTypes,
  readManualWebhook,
  readWebhookEndpoints,
} from "../../../infra/config/webhook.ts";
import { refusalOf, settings } from "./settings.ts";

const partner = { url: "https://partner.example", eventTypes: ["user.created"] };

test("event types are a list of texts", () => {
  expect(readEventTypes(settings({ eventTypes: ["organization.created"] }))).toEqual([
    "organization.created",
  ]);
  expect(readEventTypes(settings({}))).toEqual([]);
  for (const eventTypes of ["organization.created", [1], [""], ["with space"], { "0": "a" }]) {
    const refusal = refusalOf(() => readEventTypes(settings({ eventTypes })));
    expect(refusal).toContain("[CONFIG_VALUE]");
    expect(refusal).toContain("clerk-convex:eventTypes");
  }
});

test("other endpoints have a URL in Svix's form and event types", () => {
  const full = { ...partner, description: "Ours", disabled: true, secretVersion: 2 };
  const webhookEndpoints = { partner: full, audit: { ...partner, url: "HTTPS://Audit.example/x" } };
  expect(readWebhookEndpoints(settings({ webhookEndpoints }))).toEqual({
    partner: { ...full, url: "https://partner.example/" },
    audit: { url: "https://audit.example/x", eventTypes: ["user.created"], secretVersion: 1 },
  });
  expect(readWebhookEndpoints(settings({}))).toEqual({});
});

test.each<[string, unknown, string, string]>([
  ["a list", [partner], "CONFIG_VALUE", "clerk-convex:webhookEndpoints"],
  ["a name that is none", { "a/b": partner }, "CONFIG_VALUE", "a/b"],
  ["a name too long", { ["n".repeat(240)]: partner }, "WEBHOOK_UID", "256"],
  ["no URL", { partner: { ...partner, url: undefined } }, "CONFIG_VALUE", "partner.url"],
  ["half a URL", { partner: { ...partner, url: "partner.example" } }, "URL_INVALID", "partner.url"],
  ["a URL in the clear", { p: { ...partner, url: "http://a.example" } }, "URL_NOT_HTTPS", "p.url"],
  ["no event types", { partner: { url: partner.url } }, "CONFIG_VALUE", "partner.eventTypes"],
  ["none at all", { partner: { ...partner, eventTypes: [] } }, "CONFIG_VALUE", "eventTypes"],
  ["an unknown key", { partner: { ...partner, secret: "whsec_x" } }, "CONFIG_VALUE", "secret"],
  ["a text as flag", { partner: { ...partner, disabled: "no" } }, "CONFIG_VALUE", "disabled"],
  ["version 0", { partner: { ...partner, secretVersion: 0 } }, "CONFIG_VALUE", "secretVersion"],
  [
    "one URL twice",
    { a: partner, b: { ...partner, url: `${partner.url}/` } },
    "CONFIG_VALUE",
    "two",
  ],
])("endpoints: %s is refused", (_what, webhookEndpoints, code, named) => {
  const refusal = refusalOf(() => readWebhookEndpoints(settings({ webhookEndpoints })));
  expect(refusal).toContain(`[${code}]`);
  expect(refusal).toContain(named);
});

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const byHand = (webhook: unknown, secrets = ["webhook"], endpoints = {}) =>
  readManualWebhook(settings({ webhook }, secrets), endpoints);

test("a webhook by hand has an encrypted secret and, optionally, its URL", () => {
  expect(byHand({ secret })).toMatchObject({ endpointUrl: undefined });
  expect(byHand({ secret, endpointUrl: "https://a.example" })).toMatchObject({
    endpointUrl: "https://a.example/",
  });
  expect(readManualWebhook(settings({}), {})).toBeUndefined();
});

test.each<[string, () => unknown, string]>([
  ["a secret in plain text", () => byHand({ secret }, []), "CONFIG_SECRET_PLAINTEXT"],
  ["no secret", () => byHand({ endpointUrl: "https://a.example" }), "CONFIG_WEBHOOK_SECRET"],
  ["half a secret", () => byHand({ secret: "whsec_hidden" }), "CONFIG_WEBHOOK_SECRET"],
  ["a text", () => byHand("hidden"), "CONFIG_VALUE"],
  ["an unknown key", () => byHand({ secret, url: "https://a.example" }), "CONFIG_VALUE"],
  ["a URL that is none", () => byHand({ secret, endpointUrl: "a.example" }), "URL_INVALID"],
  ["other endpoints", () => byHand({ secret }, ["webhook"], { a: {} }), "CONFIG_WEBHOOK_CONFLICT"],
])("a webhook by hand with %s is refused, and its secret is not repeated", (_what, read, code) => {
  const refusal = refusalOf(read);
  expect(refusal).toContain(`[${code}]`);
  expect(refusal).not.toContain("hidden");
  expect(refusal).not.toContain(secret);
});
