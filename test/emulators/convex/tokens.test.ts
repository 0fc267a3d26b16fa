import { createHmac, createPublicKey } from "node:crypto";
import { createClerkClient } from "@clerk/backend";
import { generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { Webhook } from "svix";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClerkEmulator, startClerkEmulator } from "../../../emulators/clerk/index.ts";
import { startSvixEmulator } from "../../../emulators/svix/index.ts";
import { callPublic } from "./calls.ts";
import { cliTimeout, type Parts, post, someIssuer, start } from "./setup.ts";

const webhookSecret = `whsec_${Buffer.from("a secret of the tests alone").toString("base64")}`;

let clerk: ClerkEmulator;
let parts: Parts;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const svix = await startSvixEmulator();
  clerk = await startClerkEmulator({ svix });
  const { secretKey, issuer } = clerk.instance;
  const client = createClerkClient({ apiUrl: clerk.url, secretKey });
  await client.jwtTemplates.create({ name: "convex", claims: { aud: "convex" } });
  await client.jwtTemplates.create({ name: "other", claims: { aud: "other" } });
  parts = await start({ type: "prod" });
  closing.push(
    parts.convex.close,
    () => clerk.close(),
    () => svix.close(),
  );
  await parts.deployment.setVariable("CLERK_JWT_ISSUER_DOMAIN", issuer);
  await parts.deployment.setVariable("CLERK_WEBHOOK_SECRET", webhookSecret);
  await parts.deploy();
}, cliTimeout);
afterAll(async () => {
  for (const close of closing) await close();
});

/** What `users:current` makes of a token. */
const current = (token?: string) =>
  callPublic(parts.deployment, "users:current", token === undefined ? {} : { token });

/** Delivers an event to the deployed webhook as Svix signs it. */
async function deliver(type: string, data: object) {
  const body = JSON.stringify({ type, data, timestamp: Date.now() });
  const sent = new Date();
  const headers = {
    "svix-id": "msg_1",
    "svix-timestamp": String(Math.floor(sent.getTime() / 1000)),
    "svix-signature": new Webhook(webhookSecret).sign("msg_1", sent, body),
  };
  const url = `${parts.deployment.siteUrl}/clerk-webhook`;
  const response = await fetch(url, { method: "POST", headers, body });
  return [response.status, await response.text()];
}

test("Clerk's token names the user, who is found once the webhook has told of them", async () => {
  const user = clerk.instance.signUp({ email: "ada@example.com", firstName: "Ada" });
  const token = await clerk.instance.mintToken(user.id, "convex");
  expect(await current(token)).toMatchObject({ error: { data: "User not found" } });

  expect(await deliver("user.created", user)).toEqual([200, "OK"]);

  expect(await current(token)).toEqual({
    value: expect.objectContaining({
      clerkId: user.id,
      email: "ada@example.com",
      firstName: "Ada",
      _id: expect.any(String),
    }),
  });
  expect(await parts.deployment.rows("users")).toEqual([
    expect.objectContaining({ clerkId: user.id, email: "ada@example.com" }),
  ]);
  const seen = await callPublic(parts.deployment, "users:seen", { type: "mutation", token });
  expect(seen).toEqual({ value: null });
  expect(await current(token)).toMatchObject({ value: { lastSeenAt: expect.any(Number) } });
});

test("without a token nobody is signed in", async () => {
  expect(await current()).toMatchObject({ error: { data: "Not authenticated" } });
});

describe("a token is refused", () => {
  /** Status and code of the refusal; the message names no more than it must. */
  async function refusal(token: string) {
    const { status, body } = await post(
      `${parts.deployment.url}/api/query`,
      { path: "users:current", args: [{}], format: "convex_encoded_json" },
      { authorization: `Bearer ${token}` },
    );
    const { code, message } = body as { code: string; message: string };
    expect((await current(token)).error?.message).toContain(code);
    return { status, code, message };
  }

  const claims = (more: JWTPayload = {}): JWTPayload => {
    const now = Math.floor(Date.now() / 1000);
    const { issuer } = clerk.instance;
    return { iss: issuer, aud: "convex", sub: "user_1", iat: now, exp: now + 60, ...more };
  };

  /** The key that the issuer publishes. */
  async function publishedKey() {
    const response = await fetch(`${clerk.instance.issuer}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: { kid: string }[] };
    const [jwk] = keys;
    if (!jwk) throw new Error("the issuer publishes no key");
    return jwk;
  }

  test("that is for another audience, and the providers are named", async () => {
    const user = clerk.instance.signUp({ email: "eve@example.com" });
    expect(await refusal(await clerk.instance.mintToken(user.id, "other"))).toEqual({
      status: 401,
      code: "NoAuthProvider",
      message: `No auth provider found matching the given token. Check that your JWT's issuer and audience match one of your configured providers: [OIDC(domain=${clerk.instance.issuer}, app_id=convex)]`,
    });
  });

  test("that is of an unknown issuer", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const token = await new SignJWT(claims({ iss: someIssuer }))
      .setProtectedHeader({ alg: "RS256" })
      .sign(privateKey);
    expect(await refusal(token)).toMatchObject({ status: 401, code: "NoAuthProvider" });
  });

  test("that has expired", { timeout: cliTimeout }, async () => {
    const svix = await startSvixEmulator();
    const past = await startClerkEmulator({ svix, now: () => Date.now() - 120_000 });
    closing.push(
      () => past.close(),
      () => svix.close(),
    );
    const other = await start({ type: "dev" });
    closing.push(other.convex.close);
    await other.deployment.setVariable("CLERK_JWT_ISSUER_DOMAIN", past.instance.issuer);
    await other.deploy();
    const client = createClerkClient({ apiUrl: past.url, secretKey: past.instance.secretKey });
    await client.jwtTemplates.create({ name: "convex", claims: { aud: "convex" }, lifetime: 60 });
    const user = past.instance.signUp();
    const ask = (token: string) => callPublic(other.deployment, "users:current", { token });
    const expired = await ask(await past.instance.mintToken(user.id, "convex"));
    expect(expired.error?.message).toContain("Unauthenticated");
    await client.jwtTemplates.create({ name: "long", claims: { aud: "convex" }, lifetime: 600 });
    const lasting = await ask(await past.instance.mintToken(user.id, "long"));
    expect(lasting).toMatchObject({ error: { data: "User not found" } });
  });

  test("that another key signed under the published key's name", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const { kid } = await publishedKey();
    const token = await new SignJWT(claims())
      .setProtectedHeader({ alg: "RS256", kid })
      .sign(privateKey);
    expect(await refusal(token)).toMatchObject({ status: 401, code: "Unauthenticated" });
  });

  test("that the public key signed as if it were a shared secret", async () => {
    const jwk = await publishedKey();
    const key = createPublicKey({ key: jwk, format: "jwk" });
    const secret = key.export({ type: "spki", format: "pem" });
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ alg: "HS256", kid: jwk.kid, typ: "JWT" })}.${part(claims())}`;
    const mac = createHmac("sha256", secret).update(signed).digest("base64url");
    expect(await refusal(`${signed}.${mac}`)).toMatchObject({
      status: 401,
      code: "Unauthenticated",
    });
  });

  test("that is not signed at all", async () => {
    expect(await refusal(new UnsecuredJWT(claims()).encode())).toMatchObject({
      status: 401,
      code: "Unauthenticated",
    });
  });

  test("that is no token", async () => {
    expect(await refusal("gibberish")).toMatchObject({ status: 401, code: "InvalidAuthHeader" });
  });
});
