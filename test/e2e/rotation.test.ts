import { Svix } from "svix";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { planWithRefresh } from "./observe.ts";

let vendors: LocalVendors;
let local: LocalStack;

beforeAll(async () => {
  vendors = await startLocalVendors();
  local = await createLocalStack({ environment: vendors.environment });
});

afterAll(async () => {
  await vendors?.close();
  await local?.remove();
});

test("raising the secret's version rotates it without losing a delivery", async () => {
  await local.stack.up();
  const [endpoint] = vendors.svix.inventory().endpoints;
  if (!endpoint) throw new Error("no endpoint");
  const svix = new Svix(vendors.svix.token, { serverUrl: vendors.svix.url });
  const secret = async () => (await svix.endpoint.getSecret(endpoint.appId, endpoint.id)).key;
  const before = await secret();

  await local.stack.setConfig("clerk-convex:webhookSecretVersion", { value: "2" });
  let users = 0;
  const onEvent = () => {
    vendors.clerk.instance.signUp({ email: `user-${users}@example.com` });
    users += 1;
  };
  await local.stack.up({ onEvent });
  await vendors.svix.settled();

  const after = await secret();
  expect(after).not.toBe(before);
  const accepted = vendors.deployment.environmentVariables.get("CLERK_WEBHOOK_SECRET");
  expect(accepted).toBe(`${after} ${before}`);
  const statuses = vendors.svix.attempts().map(({ responseStatusCode }) => responseStatusCode);
  expect(statuses.length).toBeGreaterThan(5);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await vendors.deployment.rows("users")).toHaveLength(users);
  expect(await planWithRefresh(local.stack)).toEqual([]);
});
