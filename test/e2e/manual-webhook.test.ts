import path from "node:path";
import { Svix } from "svix";
import { afterAll, beforeEach, expect, test } from "vitest";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { filesHolding, planWithRefresh } from "./observe.ts";

const open: { vendors: LocalVendors; local: LocalStack }[] = [];
let vendors: LocalVendors;
let local: LocalStack;

beforeEach(async () => {
  vendors = await startLocalVendors();
  local = await createLocalStack({ environment: vendors.environment });
  open.push({ vendors, local });
});

afterAll(async () => {
  for (const { vendors, local } of open) {
    await vendors.close();
    await local.remove();
  }
});

const set = (key: string, value: string, secret = false) =>
  local.stack.setConfig(`clerk-convex:${key}`, { value, secret }, true);

/** From now on Svix exchanges no login. */
function refuseLogins() {
  vendors.svix.fault = ({ path }) =>
    path.endsWith("/one-time-token") ? { kind: "status", status: 403, body: "{}" } : undefined;
}

/** What a person does in Clerk's dashboard. Returns the endpoint's id and secret. */
async function makeByHand(url: string) {
  const svix = new Svix(vendors.svix.token, { serverUrl: vendors.svix.url });
  const [app] = vendors.svix.inventory().apps;
  if (!app) throw new Error("the instance has no Svix application");
  const eventTypes = ["user.created", "user.updated", "user.deleted"];
  const { id } = await svix.endpoint.create(app.id, { url, eventTypes });
  return { id, secret: (await svix.endpoint.getSecret(app.id, id)).key };
}

async function expectSync() {
  const before = (await vendors.deployment.rows("users")).length;
  vendors.clerk.instance.signUp({ email: `user-${before}@example.com` });
  await vendors.svix.settled();
  expect(await vendors.deployment.rows("users")).toHaveLength(before + 1);
}

const variable = () => vendors.deployment.environmentVariables.get("CLERK_WEBHOOK_SECRET");
const endpointIds = () => vendors.svix.inventory().endpoints.map(({ id }) => id);

test("where Svix refuses the login, an endpoint made by hand does", async () => {
  refuseLogins();
  await expect(local.stack.up()).rejects.toThrow(
    /clerk-convex:webhook\.secret.*\[SVIX_LOGIN_REFUSED\]/,
  );
  const url = `${vendors.deployment.siteUrl}/clerk-webhook`;
  const { id, secret } = await makeByHand(url);

  await set("webhook.secret", `whsec_${Buffer.alloc(32, 7).toString("base64")}`);
  await expect(local.stack.up()).rejects.toThrow("[CONFIG_SECRET_PLAINTEXT]");
  await set("webhook.secret", secret, true);
  await set("webhook.endpointUrl", "https://elsewhere.example/clerk-webhook");
  const before = variable();
  await expect(local.stack.preview()).rejects.toThrow("[WEBHOOK_URL_MISMATCH]");
  vendors.forgetRequests();
  await expect(local.stack.up()).rejects.toThrow("[WEBHOOK_URL_MISMATCH]");
  expect(Object.values(vendors.requests()).map(({ writes }) => writes)).toEqual([0, 0, 0]);
  expect(variable()).toBe(before);

  await set("webhook.endpointUrl", url);
  let output = "";
  const { outputs } = await local.stack.up({ onOutput: (text) => (output += text) });
  expect(output).toContain("ok: a signed webhook is accepted");
  expect(outputs.webhookUrl?.value).toBe(url);
  expect(outputs.webhookEndpointId).toBeUndefined();
  expect(variable()).toBe(secret);
  await expectSync();
  expect(await planWithRefresh(local.stack)).toEqual([]);
  const { resources } = (await local.stack.exportStack()).deployment;
  const types = resources.map(({ type }: { type: string }) => type);
  expect(types).toContain("clerkconvex:clerk:ManualWebhook");
  expect(types.filter((type: string) => /Webhook(Endpoint|Secret)/.test(type))).toEqual([]);
  expect(await filesHolding(path.join(local.folder, ".pulumi"), [secret])).toEqual([]);

  await local.stack.destroy();
  expect(endpointIds()).toEqual([id]);
});

test("the first preview says that it cannot compare the address yet", async () => {
  await set("webhook.secret", `whsec_${Buffer.alloc(32, 7).toString("base64")}`, true);
  await set("webhook.endpointUrl", "https://elsewhere.example/clerk-webhook");
  const { stdout } = await local.stack.preview();
  expect(stdout).toContain("once the deployment is known");
  await expect(local.stack.up()).rejects.toThrow("[WEBHOOK_URL_MISMATCH]");
  expect(variable()).toBeUndefined();
  expect(vendors.deployment.pushes).toBe(0);
});

test("a stack changes to a webhook by hand and back, and loses neither settings nor events", async () => {
  await set("eventTypes[0]", "session.created");
  await set("webhookSecretVersion", "3");
  const { outputs } = await local.stack.up();
  const [managed] = endpointIds();
  const { id, secret } = await makeByHand(String(outputs.webhookUrl?.value));
  await expectSync();

  await set("webhook.secret", secret, true);
  await local.stack.up();
  expect(endpointIds()).toEqual([id]);
  expect(endpointIds()).not.toContain(managed);
  expect(variable()).toBe(secret);
  await expectSync();
  expect(await planWithRefresh(local.stack)).toEqual([]);

  await local.stack.removeConfig("clerk-convex:webhook");
  await expect(local.stack.up()).rejects.toThrow("[WEBHOOK_ENDPOINT_EXISTS]");
  await set("adopt", "true");
  await local.stack.up();
  expect(endpointIds()).toEqual([id]);
  const svix = new Svix(vendors.svix.token, { serverUrl: vendors.svix.url });
  const [app] = vendors.svix.inventory().apps;
  const endpoint = await svix.endpoint.get(app?.id ?? "", id);
  expect(endpoint.uid).toBe("clerkconvex.clerk-convex.local");
  expect(endpoint.eventTypes).toContain("session.created");
  const { deployment } = await local.stack.exportStack();
  const made = deployment.resources.find(({ urn }: { urn: string }) =>
    urn.endsWith("environment-webhook-secret"),
  );
  expect(made.inputs).toEqual({ version: 3 });
  await expectSync();
  expect(await planWithRefresh(local.stack)).toEqual([]);
});
