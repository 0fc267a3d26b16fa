import { expect, test } from "vitest";
import { webhookEndpoint } from "../../../../infra/provider/handlers/webhook-endpoint.ts";
import { type Properties, UNKNOWN } from "../../../../infra/provider/resource.ts";
import { codeOf, offline } from "./setup.ts";

const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString("base64")}`;
const right: Properties = {
  uid: "clerk-convex",
  url: "https://app.example/clerk-webhook",
  eventTypes: ["user.created"],
  secret: secretOf(32),
  rotationGracePeriod: 86_400,
};

test.each<[string, string, Properties]>([
  ["uid", "WEBHOOK_UID", { uid: "with space" }],
  ["uid", "WEBHOOK_UID", { uid: "" }],
  ["uid", "WEBHOOK_UID", { uid: "ep_mine" }],
  ["uid", "WEBHOOK_UID", { uid: "u".repeat(257) }],
  ["url", "URL_INVALID", { url: "app.example" }],
  ["url", "URL_NOT_HTTPS", { url: "http://app.example/hook" }],
  ["eventTypes", "WEBHOOK_EVENT_TYPES", { eventTypes: [] }],
  ["secret", "WEBHOOK_SECRET_FORMAT", { secret: secretOf(23) }],
  ["secret", "WEBHOOK_SECRET_FORMAT", { secret: secretOf(76) }],
  ["secret", "WEBHOOK_SECRET_FORMAT", { secret: secretOf(32).slice(6) }],
  ["rotationGracePeriod", "OUT_OF_RANGE", { rotationGracePeriod: -1 }],
  ["rotationGracePeriod", "OUT_OF_RANGE", { rotationGracePeriod: 604_801 }],
])("check refuses %s with %s", async (property, code, wrong) => {
  const failures = (await webhookEndpoint.check?.({ ...right, ...wrong }, offline)) ?? [];
  expect(failures.map((failure) => [failure.property, codeOf(failure.reason)])).toEqual([
    [property, code],
  ]);
});

test("check lets pass what is right, at the limits or not known yet", async () => {
  const fine: Properties[] = [
    {},
    { secret: secretOf(24), rotationGracePeriod: 0, uid: "u".repeat(256) },
    { secret: secretOf(75), rotationGracePeriod: 604_800 },
    { uid: UNKNOWN, url: UNKNOWN, eventTypes: UNKNOWN, secret: UNKNOWN },
  ];
  for (const change of fine) {
    expect(await webhookEndpoint.check?.({ ...right, ...change }, offline)).toEqual([]);
  }
});

test("check brings URL and event types into the form that Svix stores", async () => {
  const inputs: Properties = {
    ...right,
    url: "HTTPS://App.Example",
    eventTypes: ["user.updated", "user.created", "user.updated"],
  };
  expect(await webhookEndpoint.check?.(inputs, offline)).toEqual([]);
  expect(inputs.url).toBe("https://app.example/");
  expect(inputs.eventTypes).toEqual(["user.created", "user.updated"]);
});

test("check leaves event types alone while one is not known yet", async () => {
  const inputs: Properties = { ...right, eventTypes: ["user.updated", UNKNOWN, "user.created"] };
  expect(await webhookEndpoint.check?.(inputs, offline)).toEqual([]);
  expect(inputs.eventTypes).toEqual(["user.updated", UNKNOWN, "user.created"]);
});

test("a secret refused by check is not repeated in the reason", async () => {
  const secret = "whsec_not-a-usable-secret";
  const [failure] = (await webhookEndpoint.check?.({ ...right, secret }, offline)) ?? [];
  expect(failure?.reason).toBeTruthy();
  expect(failure?.reason).not.toContain("not-a-usable-secret");
});
