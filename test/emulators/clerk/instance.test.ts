import { expect, test } from "vitest";
import { clientFor, refusal, setUp } from "./setup.ts";

test("an instance tells what it is, and its domains, the primary one last", async () => {
  const { clerk, client, instance } = await setUp({
    instances: [{ satelliteDomains: ["shop.example"], allowedOrigins: ["app://x"] }],
  });
  expect(await client.instance.get()).toEqual({
    id: instance.id,
    environmentType: "development",
    allowedOrigins: ["app://x"],
  });
  const { data, totalCount } = await client.domains.list();
  expect(totalCount).toBe(2);
  expect(data.map(({ isSatellite }) => isSatellite)).toEqual([true, false]);
  expect(data[1]?.frontendApiUrl).toBe(instance.issuer);
  expect(instance.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(instance.issuer).not.toBe(clerk.url);
});

test("the publishable key decodes to the issuer's host", async () => {
  const { clerk, instance } = await setUp();
  const live = await clerk.addInstance({ environmentType: "production" });
  const decode = (key: string, prefix: string) => {
    expect(key.startsWith(prefix)).toBe(true);
    return Buffer.from(key.slice(prefix.length), "base64").toString();
  };
  expect(decode(instance.publishableKey, "pk_test_")).toBe(`${new URL(instance.issuer).host}$`);
  expect(decode(live.publishableKey, "pk_live_")).toBe(`${new URL(live.issuer).host}$`);
  expect(instance.secretKey).toMatch(/^sk_test_\w{42}$/);
  expect(live.secretKey).toMatch(/^sk_live_\w{42}$/);
});

test("discovery leads from the issuer to the same keys the Backend API gives", async () => {
  const { client, instance } = await setUp();
  const discovered = await fetch(`${instance.issuer}/.well-known/openid-configuration`);
  const { issuer, jwks_uri } = (await discovered.json()) as { issuer: string; jwks_uri: string };
  expect(issuer).toBe(instance.issuer);
  const published = (await (await fetch(jwks_uri)).json()) as { keys: object[] };
  expect(published.keys).toMatchObject([
    { kid: instance.id, kty: "RSA", alg: "RS256", use: "sig" },
  ]);
  expect(published.keys[0]).not.toHaveProperty("d");
  expect(await client.jwks.getJwks()).toMatchObject(published);
});

test("a wrong key and none at all are refused, each with its code", async () => {
  const { clerk } = await setUp();
  const stranger = clientFor(clerk.url, `sk_test_${"0".repeat(42)}`);
  expect(await refusal(stranger.instance.get())).toMatchObject({
    status: 401,
    code: "clerk_key_invalid",
    clerkTraceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  const response = await fetch(`${clerk.url}/v1/instance`);
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({
    errors: [{ code: "authorization_header_format_invalid" }],
  });
});

test("instances do not see into one another", async () => {
  const { clerk, client, instance } = await setUp();
  const other = await clerk.addInstance();
  const user = instance.signUp({ email: "a@example.com" });
  const stranger = clientFor(clerk.url, other.secretKey);
  expect(await refusal(stranger.users.getUser(user.id))).toMatchObject({ status: 404 });
  expect((await client.users.getUser(user.id)).id).toBe(user.id);
  expect((await stranger.instance.get()).id).toBe(other.id);
});

test("a development instance answers 100 requests in ten seconds, and its keys always", async () => {
  let now = 1_800_000_000_000;
  const { clerk, client } = await setUp({ now: () => now });
  const other = await clerk.addInstance();
  for (let count = 0; count < 100; count += 1) await client.instance.get();
  now += 3_500;
  expect(await refusal(client.instance.get())).toMatchObject({
    status: 429,
    code: "too_many_requests",
    retryAfter: 7,
  });
  expect((await client.jwks.getJwks()).keys).toHaveLength(1);
  expect((await clientFor(clerk.url, other.secretKey).instance.get()).id).toBe(other.id);
  now += 6_500;
  await client.instance.get();
});

test("a production instance has ten times the limit", async () => {
  const { client } = await setUp({ instances: [{ environmentType: "production" }] });
  for (let count = 0; count < 101; count += 1) await client.instance.get();
});

test("what the emulator does not know it refuses, naming it", async () => {
  const { client, instance } = await setUp();
  const unknown = await refusal(client.organizations.getOrganizationList());
  expect(unknown).toMatchObject({ status: 501, code: "emulator_unsupported" });
  expect(unknown.longMessage).toContain("GET /v1/organizations");
  const page = await fetch(`${instance.issuer}/v1/environment`);
  expect(page.status).toBe(501);
});
