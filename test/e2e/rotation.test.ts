import { Svix } from "svix";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { planWithRefresh } from "./observe.ts";

/** Default grace period of a rotation, in milliseconds. */
const grace = 86_400_000;

let vendors: LocalVendors;
let local: LocalStack;
let endpoint: { id: string; appId: string };
let users = 0;

beforeAll(async () => {
  vendors = await startLocalVendors();
  local = await createLocalStack({ environment: vendors.environment });
  await local.stack.up();
  const [only] = vendors.svix.inventory().endpoints;
  if (!only) throw new Error("no endpoint");
  endpoint = only;
});

afterAll(async () => {
  await vendors?.close();
  await local?.remove();
});

/** The secret that Svix signs with. */
async function signing(): Promise<string> {
  const svix = new Svix(vendors.svix.token, { serverUrl: vendors.svix.url });
  return (await svix.endpoint.getSecret(endpoint.appId, endpoint.id)).key;
}

const accepted = () => vendors.deployment.environmentVariables.get("CLERK_WEBHOOK_SECRET");

/** Lets somebody sign up, and waits until the event is through. */
async function signUp(): Promise<void> {
  users += 1;
  vendors.clerk.instance.signUp({ email: `user-${users}@example.com` });
  await vendors.svix.settled();
}

/** What the backend answers to a delivery that one secret alone signs. */
async function answerTo(secret: string): Promise<number> {
  const { id: endpointId } = endpoint;
  const payload = { type: "session.created", object: "event", data: {} };
  const messageId = `msg_probe_${Math.random()}`;
  return (await vendors.svix.deliverRaw({ endpointId, messageId, payload, secret })).status;
}

/** Raises the version; events come in all the while, and for certain at each step of the rotation. */
async function rotate(version: number): Promise<string[]> {
  const old = await signing();
  const steps: string[] = [];
  const backend = vendors.convex.servers.find(({ url }) => url === vendors.deployment.url);
  if (!backend) throw new Error("the deployment has no server");
  backend.fault = async ({ path }) => {
    if (!path.endsWith("/update_environment_variables")) return undefined;
    steps.push("before the backend knows the new secret");
    await signUp();
    expect(await answerTo(old)).toBe(200);
    return undefined;
  };
  vendors.svix.fault = async ({ path }) => {
    if (!path.endsWith("/secret/rotate")) return undefined;
    steps.push("before Svix signs with the new secret");
    await signUp();
    expect(accepted()?.split(" ").at(1)).toBe(old);
    for (const secret of accepted()?.split(" ") ?? []) expect(await answerTo(secret)).toBe(200);
    return undefined;
  };
  await local.stack.setConfig("clerk-convex:webhookSecretVersion", { value: String(version) });
  const meanwhile: Promise<void>[] = [];
  await local.stack.up({ onEvent: () => meanwhile.push(signUp()) });
  await Promise.all(meanwhile);
  backend.fault = undefined;
  vendors.svix.fault = undefined;
  return steps;
}

async function expectNoneLost(): Promise<void> {
  const attempts = vendors.svix.attempts();
  expect(attempts.filter(({ succeeded }) => !succeeded)).toEqual([]);
  expect(attempts).toHaveLength(users);
  expect(await vendors.deployment.rows("users")).toHaveLength(users);
}

test("two rotations, each with its grace period to the end, lose no delivery", async () => {
  await signUp();
  const first = await signing();
  expect(accepted()).toBe(first);

  const steps = [
    "before the backend knows the new secret",
    "before Svix signs with the new secret",
  ];
  expect(await rotate(2)).toEqual(steps);
  const second = await signing();
  expect(accepted()).toBe(`${second} ${first}`);
  expect(users).toBeGreaterThan(10);

  await vendors.svix.advance(grace / 2);
  await signUp();
  await vendors.svix.advance(grace / 2);
  await signUp();
  await expectNoneLost();

  expect(await rotate(3)).toEqual(steps);
  const third = await signing();
  expect(accepted()).toBe(`${third} ${second}`);
  expect(new Set([first, second, third]).size).toBe(3);
  await signUp();
  await vendors.svix.advance(grace);
  await signUp();
  await expectNoneLost();

  // Two rotations shut out a secret that leaked before them.
  expect(await Promise.all([third, second, first].map(answerTo))).toEqual([200, 200, 400]);
  expect(await planWithRefresh(local.stack)).toEqual([]);
});
