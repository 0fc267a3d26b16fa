import { expect, test } from "vitest";
import type { Fault } from "../../../emulators/faults.ts";
import { setUp } from "../provider/handlers/setup.ts";

const template = { name: "convex", claims: { aud: "convex" }, lifetime: 60, allowedClockSkew: 5 };
const endpoint = {
  uid: "clerk-convex",
  url: "https://app.example/hook",
  eventTypes: ["user.created"],
  description: "",
  disabled: false,
};
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** Spoils only the first request that changes something. */
function firstWrite(fault: Fault) {
  let spoiled = false;
  return ({ method }: { method: string }) => {
    if (spoiled || method !== "POST") return undefined;
    spoiled = true;
    return fault;
  };
}

const interruptions: [string, Fault][] = [
  ["cut after it took effect", { kind: "reset", when: "after" }],
  ["cut before it took effect", { kind: "reset", when: "before" }],
  ["half an answer", { kind: "truncate" }],
  ["an answer that is no JSON", { kind: "notJson" }],
  ["500", { kind: "status", status: 500, body: "{}" }],
  ["429", { kind: "status", status: 429, headers: { "retry-after": "0" }, body: "{}" }],
];

test.each(interruptions)("a template is made once in spite of: %s", async (_, fault) => {
  const { clerk, operation } = await setUp();
  clerk.fault = firstWrite(fault);
  const { id } = await operation.vendors.clerk.createJwtTemplate(template);
  expect(clerk.inventory().templates.map((made) => made.id)).toEqual([id]);
});

test.each(interruptions)("an application is made once in spite of: %s", async (_, fault) => {
  const { clerk, operation } = await setUp();
  clerk.fault = firstWrite(fault);
  const settings = { name: "Shop", environmentTypes: ["development"] };
  const id = await operation.vendors.clerkPlatform.create(settings);
  expect(clerk.inventory().applications.map((made) => made.id)).toEqual([id]);
});

test.each(interruptions)("a production instance is made once in spite of: %s", async (_, fault) => {
  const { clerk, operation } = await setUp();
  const { clerkPlatform } = operation.vendors;
  const id = await clerkPlatform.create({ name: "Shop", environmentTypes: ["development"] });
  clerk.fault = firstWrite(fault);
  await clerkPlatform.createProductionInstance(id, "shop.example");
  const made = await clerkPlatform.get(id);
  const types = made?.instances.map(({ environmentType }) => environmentType);
  expect(types).toEqual(["development", "production"]);
});

test.each(interruptions)("an endpoint is made once in spite of: %s", async (_, fault) => {
  const { svix, operation } = await setUp();
  const endpoints = await operation.vendors.ensureEndpoints();
  svix.fault = firstWrite(fault);
  const { id } = await endpoints.create(secret, endpoint);
  expect(svix.inventory().endpoints.map((made) => made.id)).toEqual([id]);
});

test.each(interruptions)("variables are set in spite of: %s", async (_, fault) => {
  const { convex, deployment, operation } = await setUp();
  const { client } = await operation.vendors.convex();
  for (const server of convex.servers) server.fault = firstWrite(fault);
  await client.updateEnvironmentVariables({ ONE: "1" });
  expect(Object.fromEntries(deployment.environmentVariables)).toEqual({ ONE: "1" });
});

test.each([
  [401, "UNAUTHORIZED"],
  [403, "FORBIDDEN"],
  [409, "CONFLICT"],
  [422, "INVALID"],
])("every client tells %d apart and does not repeat it", async (status, suffix) => {
  const { clerk, svix, convex, operation } = await setUp();
  const { vendors } = operation;
  const endpoints = await vendors.ensureEndpoints();
  const { client, code } = await vendors.convex();
  let refused = 0;
  for (const server of [clerk, svix, ...convex.servers]) {
    server.fault = () => {
      refused += 1;
      return { kind: "status", status, body: '{"errors":[],"detail":"hidden-body"}' };
    };
  }
  const calls: [string, Promise<unknown>][] = [
    ["CLERK", vendors.clerk.instance()],
    ["CLERK_PLATFORM_API", vendors.clerkPlatform.get("app_1")],
    ["SVIX", endpoints.get("ep_1")],
    ["CONVEX", client.environmentVariables()],
    ["CONVEX", code.moduleHashes()],
  ];
  for (const [vendor, call] of calls) {
    const error: Error = await call.then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error).toMatchObject({ code: `${vendor}_${suffix}`, status });
    expect(error.message).not.toContain("hidden-body");
  }
  expect(refused).toBe(calls.length);
});

test("every client hands on how long the vendor asks to wait, and gives up on an hour", async () => {
  const { clerk, svix, convex, operation } = await setUp();
  const { vendors } = operation;
  const endpoints = await vendors.ensureEndpoints();
  const { code } = await vendors.convex();
  for (const server of [clerk, svix, ...convex.servers]) {
    const headers = { "retry-after": "3600" };
    server.fault = () => ({ kind: "status", status: 429, headers, body: "{}" });
  }
  for (const call of [
    vendors.clerk.instance(),
    vendors.clerkPlatform.get("app_1"),
    endpoints.get("ep_1"),
    code.moduleHashes(),
  ]) {
    await expect(call).rejects.toMatchObject({ kind: "rateLimited", retryAfter: 3_600_000 });
  }
});
