import { verifyToken } from "@clerk/backend";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { refusal, setUp } from "./setup.ts";

const CONVEX = {
  aud: "convex",
  name: "{{user.full_name}}",
  email: "{{user.primary_email_address}}",
  email_verified: "{{user.email_verified}}",
  picture: "{{user.image_url}}",
};

/** Verifies as a resource server does: from the issuer's discovery document on. */
async function verifyByDiscovery(token: string, issuer: string, audience: string) {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { jwks_uri } = (await response.json()) as { jwks_uri: string };
  const keys = createRemoteJWKSet(new URL(jwks_uri));
  return jwtVerify(token, keys, { issuer, audience, algorithms: ["RS256"] });
}

async function setUpUser(options: Parameters<typeof setUp>[0] = {}) {
  const parts = await setUp(options);
  const user = parts.instance.signUp({ email: "ada@example.com", firstName: "Ada" });
  return { ...parts, user };
}

test("a template's token carries its claims and verifies by discovery", async () => {
  const { client, instance, user } = await setUpUser();
  await client.jwtTemplates.create({
    name: "convex",
    claims: CONVEX,
    lifetime: 600,
    allowedClockSkew: 20,
  });
  const session = await client.sessions.createSession({ userId: user.id });
  const { jwt } = await client.sessions.getToken(session.id, "convex");
  const { payload, protectedHeader } = await verifyByDiscovery(jwt, instance.issuer, "convex");
  expect(protectedHeader).toEqual({
    alg: "RS256",
    cat: "cl_B7d4PD222AAA",
    kid: instance.id,
    typ: "JWT",
  });
  expect(payload).toMatchObject({
    iss: instance.issuer,
    sub: user.id,
    aud: "convex",
    name: "Ada",
    email: "ada@example.com",
    email_verified: true,
    picture: user.image_url,
    jti: expect.stringMatching(/^[0-9a-f]{20}$/),
  });
  expect(payload.sid).toBeUndefined();
  const { iat = 0, exp = 0, nbf = 0 } = payload;
  expect([exp - iat, iat - nbf]).toEqual([600, 20]);
  expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(30);
});

test("a plain session token names its session and passes Clerk's own check", async () => {
  const { client, clerk, instance, user } = await setUpUser();
  const session = await client.sessions.createSession({ userId: user.id });
  const { jwt } = await client.sessions.getToken(session.id);
  const claims = await verifyToken(jwt, { secretKey: instance.secretKey, apiUrl: clerk.url });
  expect(claims).toMatchObject({
    sub: user.id,
    sid: session.id,
    iss: instance.issuer,
    sts: "active",
  });
  expect(claims.exp - claims.iat).toBe(60);
  expect(decodeProtectedHeader(jwt).cat).toBe("cl_B7d4PD111AAA");
});

test("mintToken makes both kinds, signing the user in once", async () => {
  const { client, instance, user } = await setUpUser();
  await client.jwtTemplates.create({ name: "convex", claims: CONVEX });
  const plain = await instance.mintToken(user.id, "session");
  const convex = await instance.mintToken(user.id, "convex");
  expect((await verifyByDiscovery(convex, instance.issuer, "convex")).payload.sub).toBe(user.id);
  const { data } = await client.sessions.getSessionList({ userId: user.id });
  expect(data.map(({ id }) => id)).toEqual([decodeJwt(plain).sid]);
  await expect(instance.mintToken(user.id, "absent")).rejects.toMatchObject({
    code: "resource_not_found",
  });
});

test("an old token does not verify any more", async () => {
  const { instance, user } = await setUpUser({ now: () => Date.now() - 120_000 });
  const token = await instance.mintToken(user.id, "session");
  const keys = createRemoteJWKSet(new URL(`${instance.issuer}/.well-known/jwks.json`));
  await expect(jwtVerify(token, keys)).rejects.toMatchObject({ code: "ERR_JWT_EXPIRED" });
});

test("a lifetime asked for takes the place of the usual one, within bounds", async () => {
  const { client, user } = await setUpUser();
  const { id } = await client.sessions.createSession({ userId: user.id });
  const { jwt } = await client.sessions.getToken(id, undefined, 300);
  const { exp = 0, iat = 0 } = decodeJwt(jwt);
  expect(exp - iat).toBe(300);
  expect(await refusal(client.sessions.getToken(id, undefined, 29))).toMatchObject({ status: 422 });
});

test("tokens of unknown templates, sessions and users, and of ended sessions, are refused", async () => {
  const { client, user } = await setUpUser();
  const { id } = await client.sessions.createSession({ userId: user.id });
  expect(await refusal(client.sessions.getToken(id, "absent"))).toMatchObject({
    status: 404,
    longMessage: "No JWT template exists with name: absent",
  });
  const absent = { status: 404, code: "resource_not_found" };
  expect(await refusal(client.sessions.getToken("sess_absent"))).toMatchObject(absent);
  const nobody = client.sessions.createSession({ userId: "user_absent" });
  expect(await refusal(nobody)).toMatchObject(absent);
  expect((await client.sessions.revokeSession(id)).status).toBe("revoked");
  expect(await refusal(client.sessions.getToken(id))).toMatchObject(absent);
});

test("deleting a user ends the sessions", async () => {
  const { client, instance, user } = await setUpUser();
  const { id } = await client.sessions.createSession({ userId: user.id });
  instance.deleteUser(user.id);
  expect(await refusal(client.sessions.getSession(id))).toMatchObject({ status: 404 });
});

test("production instances make no sessions on request", async () => {
  const { client, user } = await setUpUser({ instances: [{ environmentType: "production" }] });
  expect(await refusal(client.sessions.createSession({ userId: user.id }))).toMatchObject({
    status: 400,
    code: "request_invalid_for_environment",
  });
});

test("after a rotation both keys are published, or the new one alone", async () => {
  const { instance, user } = await setUpUser();
  const keys = () => createRemoteJWKSet(new URL(`${instance.issuer}/.well-known/jwks.json`));
  const old = await instance.mintToken(user.id, "session");
  await instance.rotateSigningKey();
  const fresh = await instance.mintToken(user.id, "session");
  expect(decodeProtectedHeader(fresh).kid).not.toBe(decodeProtectedHeader(old).kid);
  expect((await jwtVerify(old, keys())).payload.sub).toBe(user.id);
  expect((await jwtVerify(fresh, keys())).payload.sub).toBe(user.id);
  await instance.rotateSigningKey({ keepPublished: false });
  await expect(jwtVerify(fresh, keys())).rejects.toMatchObject({
    code: "ERR_JWKS_NO_MATCHING_KEY",
  });
});
