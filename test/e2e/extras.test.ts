import { createClerkClient } from "@clerk/backend";
import { Svix } from "svix";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { startReceiver, verifies } from "../emulators/svix/receiver.ts";
import { planWithRefresh } from "./observe.ts";

let vendors: LocalVendors;
let local: LocalStack;
let partner: Awaited<ReturnType<typeof startReceiver>>;

const set = (key: string, value: string) =>
  local.stack.setConfig(`clerk-convex:${key}`, { value }, true);
const unset = (key: string) => local.stack.removeConfig(`clerk-convex:${key}`, true);

beforeAll(async () => {
  vendors = await startLocalVendors();
  partner = await startReceiver();
  local = await createLocalStack({ environment: vendors.environment });
});

afterAll(async () => {
  await vendors?.close();
  await partner?.close();
  await local?.remove();
});

test.each([
  ["claims.aud", "elsewhere", "CONFIG_CLAIM_AUD"],
  ["claims.sub", "me", "CLERK_RESERVED_CLAIM"],
  ["jwtTemplates.api.claims.iss", "me", "CLERK_RESERVED_CLAIM"],
  ["jwtTemplates.convex.claims.role", "me", "CONFIG_TEMPLATE_RESERVED"],
  ["webhookEndpoints.partner.urll", "https://partner.example", "CONFIG_VALUE"],
])("%s is refused, and no vendor is asked", async (key, value, code) => {
  await set(key, value);
  vendors.forgetRequests();
  await expect(local.stack.preview()).rejects.toThrow(`[${code}]`);
  await expect(local.stack.up()).rejects.toThrow(`[${code}]`);
  expect(Object.values(vendors.requests()).map(({ total }) => total)).toEqual([0, 0, 0]);
  await unset(key.split(".")[0] ?? key);
});

test("templates, endpoints and event types beside the environment's own come and go", async () => {
  await set("jwtTemplates.api.claims.aud", "api");
  await set("jwtTemplates.api.lifetime", "120");
  await set("webhookEndpoints.partner.url", partner.url);
  await set("webhookEndpoints.partner.eventTypes[0]", "user.created");
  await set("eventTypes[0]", "session.created");
  const { outputs } = await local.stack.up();

  const { secretKey } = vendors.clerk.instance;
  const clerk = createClerkClient({ secretKey, apiUrl: vendors.clerk.url });
  const { data: templates } = await clerk.jwtTemplates.list();
  expect(templates.find(({ name }) => name === "api")).toMatchObject({
    claims: { aud: "api" },
    lifetime: 120,
  });
  const svix = new Svix(vendors.svix.token, { serverUrl: vendors.svix.url });
  const endpoints = async () => {
    const [appId] = vendors.svix.inventory().apps.map(({ id }) => id);
    const { data } = await svix.endpoint.list(appId ?? "");
    return Promise.all(
      data.map(async ({ id, uid, eventTypes }) => {
        const { key } = await svix.endpoint.getSecret(appId ?? "", id);
        return { uid, eventTypes: [...(eventTypes ?? [])].sort(), key };
      }),
    );
  };
  const [own, extra] = (await endpoints()).sort((a, b) => (a.uid ?? "").localeCompare(b.uid ?? ""));
  expect([own?.uid, extra?.uid]).toEqual([
    "clerkconvex.clerk-convex.local",
    "clerkconvex.clerk-convex.local.partner",
  ]);
  expect(own?.eventTypes).toEqual([
    "session.created",
    "user.created",
    "user.deleted",
    "user.updated",
  ]);
  expect(extra?.eventTypes).toEqual(["user.created"]);
  expect(outputs.webhookSecrets).toEqual({ value: { partner: extra?.key }, secret: true });
  expect(extra?.key).not.toBe(own?.key);

  vendors.clerk.instance.signUp({ email: "ada@example.com" });
  await vendors.svix.settled();
  expect(partner.received).toHaveLength(1);
  expect(verifies(partner.received[0], String(outputs.webhookSecrets?.value.partner))).toBe(true);
  expect(await vendors.deployment.rows("users")).toHaveLength(1);
  expect(await planWithRefresh(local.stack)).toEqual([]);

  await set("webhookEndpoints.partner.secretVersion", "2");
  const rotated = await local.stack.up();
  const after = await endpoints();
  expect(after.map(({ key }) => key).sort()).toEqual(
    [own?.key, rotated.outputs.webhookSecrets?.value.partner].sort(),
  );
  expect(rotated.outputs.webhookSecrets?.value.partner).not.toBe(extra?.key);

  for (const key of ["jwtTemplates", "webhookEndpoints", "eventTypes"]) await unset(key);
  await local.stack.up();
  expect((await endpoints()).map(({ uid, eventTypes }) => [uid, eventTypes.length])).toEqual([
    ["clerkconvex.clerk-convex.local", 3],
  ]);
  expect(vendors.clerk.inventory().templates.map(({ name }) => name)).toEqual(["convex"]);
});
