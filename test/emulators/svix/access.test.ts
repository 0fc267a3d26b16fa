import { Svix } from "svix";
import { expect, test } from "vitest";
import { exchange, refusal, setUp } from "./setup.ts";

const ENDPOINT = { url: "https://example.com/hook" };

test("a one-time token is exchanged once, which counts as a read", async () => {
  const { svix, appId } = await setUp();
  svix.requests.length = 0;
  const oneTimeToken = svix.oneTimeToken(appId);
  const first = await exchange(svix.url, oneTimeToken);
  expect(first.token).toMatch(/^appsk_\S+\.eu$/);
  expect(first.capabilities).toContain("ManageEndpoint");
  expect(await exchange(svix.url, oneTimeToken)).toMatchObject({
    status: 401,
    code: "authentication_failed",
  });
  expect(svix.requests.map(({ write }) => write)).toEqual([false, false]);
});

test("a token opens its own app alone", async () => {
  const { svix, client, appId } = await setUp();
  const other = svix.createApp("Other");
  expect(await client.application.get(appId)).toMatchObject({ id: appId, name: "Instance" });
  expect(await refusal(client.endpoint.list(other.id))).toMatchObject({ status: 404 });
  expect(await refusal(client.application.list())).toMatchObject({
    status: 403,
    body: { code: "insufficient access" },
  });
  expect(await refusal(client.application.delete(appId))).toMatchObject({ status: 403 });
  const send = client.message.create(appId, { eventType: "user.created", payload: {} });
  expect(await refusal(send)).toMatchObject({ status: 403 });
});

test("an unknown token is refused with 401", async () => {
  const { svix, appId } = await setUp();
  const stranger = new Svix("appsk_unknown.eu", { serverUrl: svix.url });
  expect(await refusal(stranger.endpoint.list(appId))).toMatchObject({
    status: 401,
    body: { code: "authentication_failed", detail: "Invalid token" },
  });
});

test("a capability that was not granted is missed with 403", async () => {
  const { client, appId, environment } = await setUp({ capabilities: ["ViewBase"] });
  const { id } = await environment.endpoint.create(appId, ENDPOINT);
  expect(await client.endpoint.get(appId, id)).toMatchObject({ id });
  expect(await refusal(client.endpoint.getSecret(appId, id))).toMatchObject({ status: 403 });
  expect(await refusal(client.endpoint.rotateSecret(appId, id))).toMatchObject({ status: 403 });
  expect(await refusal(client.endpoint.delete(appId, id))).toMatchObject({ status: 403 });
});

test("deleting an app takes its endpoints and tokens along", async () => {
  const { svix, client, appId, environment } = await setUp();
  await client.endpoint.create(appId, ENDPOINT);
  await environment.application.delete(appId);
  expect(await refusal(client.endpoint.list(appId))).toMatchObject({ status: 401 });
  expect(svix.inventory()).toEqual({ apps: [], endpoints: [] });
});

test("apps are listed oldest first, found by uid and made once", async () => {
  const { environment, appId } = await setUp();
  const made = await environment.application.create({ name: "Second", uid: "second" });
  expect((await environment.application.list()).data.map(({ id }) => id)).toEqual([appId, made.id]);
  expect(await environment.application.getOrCreate({ name: "x", uid: "second" })).toEqual(made);
  const again = environment.application.create({ name: "x", uid: "second" });
  expect(await refusal(again)).toMatchObject({ status: 409 });
  const renamed = await environment.application.patch("second", { name: "Renamed" });
  expect(renamed).toMatchObject({ id: made.id, name: "Renamed", uid: "second" });
  expect(await environment.application.upsert("second", { name: "Plain" })).toMatchObject({
    id: made.id,
    name: "Plain",
    uid: undefined,
  });
});

test("past the rate limit comes 429 with the seconds to wait", async () => {
  const { client, appId } = await setUp({ rateLimit: { requests: 2, windowMs: 30_000 } });
  await client.endpoint.list(appId);
  await client.endpoint.list(appId);
  const { status, headers } = await refusal(client.endpoint.list(appId));
  expect(status).toBe(429);
  expect(Number(headers["retry-after"])).toBeGreaterThan(25);
  expect(Number(headers["retry-after"])).toBeLessThanOrEqual(30);
});

test("a create whose answer was lost is not made twice under one idempotency key", async () => {
  const { svix, client, appId } = await setUp();
  let faults = 1;
  svix.fault = () => (faults-- > 0 ? { kind: "reset", when: "after" } : undefined);
  const { id } = await client.endpoint.create(appId, { ...ENDPOINT, uid: "u" });
  expect(
    svix.requests.filter(({ method, path }) => method === "POST" && path.endsWith("endpoint")),
  ).toHaveLength(2);
  expect(svix.inventory().endpoints.map((endpoint) => endpoint.id)).toEqual([id]);
});

test("what the emulator does not know it refuses, naming it", async () => {
  const { svix } = await setUp();
  const response = await fetch(`${svix.url}/api/v1/ingest`, {
    headers: { authorization: `Bearer ${svix.token}` },
  });
  expect(response.status).toBe(501);
  expect(await response.json()).toMatchObject({
    code: "not_implemented",
    detail: expect.stringContaining("GET /api/v1/ingest"),
  });
});
