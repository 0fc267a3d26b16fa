import { expect, test } from "vitest";
import { refusal, setUp } from "./setup.ts";

const CLAIMS = { aud: "convex", name: "{{user.full_name}}" };

test("a template is created with defaults, read, changed and deleted", async () => {
  const { client, clerk, instance } = await setUp();
  const created = await client.jwtTemplates.create({ name: "convex", claims: CLAIMS });
  expect(created).toMatchObject({
    id: expect.stringMatching(/^jtmp_\w{27}$/),
    name: "convex",
    claims: CLAIMS,
    lifetime: 60,
    allowedClockSkew: 5,
    customSigningKey: false,
    signingAlgorithm: "RS256",
  });
  expect(await client.jwtTemplates.get(created.id)).toEqual(created);
  expect(clerk.inventory().templates).toEqual([
    { id: created.id, name: "convex", instanceId: instance.id },
  ]);

  const updated = await client.jwtTemplates.update({
    templateId: created.id,
    name: "convex",
    claims: { aud: "other" },
    lifetime: 3600,
  });
  expect(updated).toMatchObject({
    id: created.id,
    claims: { aud: "other" },
    lifetime: 3600,
    allowedClockSkew: 5,
    createdAt: created.createdAt,
  });
  expect(updated.updatedAt).toBeGreaterThan(created.updatedAt);
  const kept = await client.jwtTemplates.update({
    templateId: created.id,
    name: "convex",
    claims: CLAIMS,
  });
  expect(kept.lifetime).toBe(3600);

  expect(await client.jwtTemplates.delete(created.id)).toMatchObject({
    id: created.id,
    object: "jwt_template",
    deleted: true,
  });
  const gone = { status: 404, code: "resource_not_found", message: "JWT template not found" };
  expect(await refusal(client.jwtTemplates.get(created.id))).toMatchObject(gone);
  expect(await refusal(client.jwtTemplates.delete(created.id))).toMatchObject(gone);
  expect(clerk.inventory().templates).toEqual([]);
});

test("an update wants the name and the claims again", async () => {
  const { client } = await setUp();
  const { id } = await client.jwtTemplates.create({ name: "convex", claims: CLAIMS });
  const update = (body: object) =>
    refusal(client.jwtTemplates.update({ templateId: id, ...body } as never));
  const missing = { status: 422, code: "form_param_missing" };
  expect(await update({ name: "convex" })).toMatchObject({
    ...missing,
    meta: { paramName: "claims" },
  });
  expect(await update({ claims: CLAIMS })).toMatchObject({
    ...missing,
    meta: { paramName: "name" },
  });
});

test.each(["azp", "exp", "iat", "iss", "jti", "nbf", "sub", "sid", "v", "pla", "fea"])(
  "the claim %s is reserved",
  async (claim) => {
    const { client, clerk } = await setUp();
    const call = client.jwtTemplates.create({ name: "t", claims: { [claim]: "x" } });
    expect(await refusal(call)).toMatchObject({
      status: 400,
      code: "jwt_template_reserved_claim",
      longMessage: `You can't use the reserved claim: '${claim}'`,
    });
    expect(clerk.inventory().templates).toEqual([]);
  },
);

test.each([
  ["lifetime", "lifetime", 29, 30],
  ["lifetime", "lifetime", 315_360_001, 315_360_000],
  ["allowedClockSkew", "allowed_clock_skew", -1, 0],
  ["allowedClockSkew", "allowed_clock_skew", 301, 300],
])("%s has its bounds: %s of %i is refused, %i is not", async (key, paramName, bad, good) => {
  const { client } = await setUp();
  const create = (value: number) =>
    client.jwtTemplates.create({ name: "t", claims: {}, [key]: value });
  expect(await refusal(create(bad))).toMatchObject({ status: 422, meta: { paramName } });
  expect(await create(good)).toMatchObject({ [key]: good });
});

test("a name is taken once, and a template may keep its own", async () => {
  const { client } = await setUp();
  const first = await client.jwtTemplates.create({ name: "a", claims: {} });
  const second = await client.jwtTemplates.create({ name: "b", claims: {} });
  const taken = { status: 422, code: "form_already_exists", meta: { paramName: "name" } };
  expect(await refusal(client.jwtTemplates.create({ name: "a", claims: {} }))).toMatchObject(taken);
  const rename = (templateId: string) =>
    client.jwtTemplates.update({ templateId, name: "a", claims: {} });
  expect(await refusal(rename(second.id))).toMatchObject(taken);
  expect((await rename(first.id)).name).toBe("a");
});

test("a key of one's own needs its algorithm, and is never answered", async () => {
  const { client } = await setUp();
  const template = { name: "t", claims: {}, customSigningKey: true };
  expect(await refusal(client.jwtTemplates.create(template))).toMatchObject({
    status: 422,
    code: "form_conditional_param_missing",
    meta: { paramName: "signing_algorithm" },
  });
  const created = await client.jwtTemplates.create({
    ...template,
    signingAlgorithm: "HS256",
    signingKey: "top-secret-value",
  });
  expect(created).toMatchObject({ customSigningKey: true, signingAlgorithm: "HS256" });
  expect(JSON.stringify(created)).not.toContain("top-secret-value");
});

test("lists are whole and plain, or paged ten at a time, newest first", async () => {
  const { client, clerk, instance } = await setUp();
  const names = Array.from({ length: 12 }, (_, index) => `t${index}`);
  for (const name of names) await client.jwtTemplates.create({ name, claims: {} });
  names.reverse();
  const namesOf = (list: { name: string }[]) => list.map(({ name }) => name);

  const first = await client.jwtTemplates.list();
  expect(first.totalCount).toBe(12);
  expect(namesOf(first.data)).toEqual(names.slice(0, 10));
  const second = await client.jwtTemplates.list({ limit: 10, offset: 10 });
  expect(namesOf(second.data)).toEqual(names.slice(10));
  const plain = await fetch(`${clerk.url}/v1/jwt_templates`, {
    headers: { authorization: `Bearer ${instance.secretKey}` },
  });
  expect(namesOf((await plain.json()) as { name: string }[])).toEqual(names);
  expect(await refusal(client.jwtTemplates.list({ limit: 501 }))).toMatchObject({ status: 422 });
});
