import { describe, expect, test } from "vitest";
import { jwtTemplate } from "../../../../infra/provider/handlers/jwt-template.ts";
import { type Properties, UNKNOWN } from "../../../../infra/provider/resource.ts";
import { codeOf, nothingKnown, offline, setUp } from "./setup.ts";

const settings = {
  name: "convex",
  claims: { aud: "convex", name: "{{user.full_name}}" },
  lifetime: 60,
  allowedClockSkew: 5,
};

test.each([
  ["name", "NAME_EMPTY", { name: "" }],
  ["claims.iss", "CLERK_RESERVED_CLAIM", { claims: { iss: "https://elsewhere.test" } }],
  ["claims.sid", "CLERK_RESERVED_CLAIM", { claims: { sid: "sess_1" } }],
  ["lifetime", "OUT_OF_RANGE", { lifetime: 29 }],
  ["lifetime", "OUT_OF_RANGE", { lifetime: 315_360_001 }],
  ["allowedClockSkew", "OUT_OF_RANGE", { allowedClockSkew: -1 }],
  ["allowedClockSkew", "OUT_OF_RANGE", { allowedClockSkew: 301 }],
])("check refuses %s with %s", async (property, code, wrong) => {
  const failures = (await jwtTemplate.check?.({ ...settings, ...wrong }, offline)) ?? [];
  expect(failures.map((failure) => [failure.property, codeOf(failure.reason)])).toEqual([
    [property, code],
  ]);
});

test("check lets pass what is right, at the limits or not known yet", async () => {
  const fine: Properties[] = [
    {},
    { claims: UNKNOWN, name: UNKNOWN, lifetime: UNKNOWN },
    { lifetime: 30, allowedClockSkew: 300 },
    { lifetime: 315_360_000, allowedClockSkew: 0 },
  ];
  for (const right of fine) {
    expect(await jwtTemplate.check?.({ ...settings, ...right }, offline)).toEqual([]);
  }
});

test("a template is made, read back, changed and deleted", async () => {
  const { clerk, operation } = await setUp();
  const { id, state } = await jwtTemplate.create(settings, operation);
  expect(state).toEqual({ ...settings, templateId: id });
  expect(clerk.inventory().templates).toMatchObject([{ id, name: "convex" }]);

  const known = { inputs: settings, state };
  expect(await jwtTemplate.read(id, known, operation)).toEqual({ id, inputs: settings, state });

  const inputs = { ...settings, claims: { aud: "convex" }, lifetime: 120 };
  const updated = await jwtTemplate.update(id, { state, inputs }, operation);
  expect(updated).toEqual({ ...inputs, templateId: id });
  expect((await jwtTemplate.read(id, known, operation))?.inputs).toEqual(inputs);

  await jwtTemplate.delete(id, updated, operation);
  expect(clerk.inventory().templates).toEqual([]);
  expect(await jwtTemplate.read(id, known, operation)).toBeUndefined();
  await expect(jwtTemplate.delete(id, updated, operation)).resolves.toBeUndefined();
});

test("an import reads every input by the id alone", async () => {
  const { connect, operation } = await setUp();
  const { id } = await jwtTemplate.create(settings, operation);
  expect(await jwtTemplate.read(id, nothingKnown, connect())).toEqual({
    id,
    inputs: settings,
    state: { ...settings, templateId: id },
  });
});

test("a template that is there already is refused and left alone", async () => {
  const { clerk, operation, writesDuring } = await setUp();
  const { id } = await jwtTemplate.create(settings, operation);
  const writes = await writesDuring("clerk", async () => {
    const again = jwtTemplate.create({ ...settings, lifetime: 90 }, operation);
    await expect(again).rejects.toMatchObject({
      code: "JWT_TEMPLATE_EXISTS",
      message: expect.stringContaining(id),
    });
  });
  expect(writes).toBe(0);
  expect(clerk.inventory().templates).toHaveLength(1);
});

test("adopting takes it over, and writes only when it differs", async () => {
  const { operation, warnings, writesDuring } = await setUp();
  const { id } = await jwtTemplate.create(settings, operation);
  const adopt = (lifetime: number) =>
    writesDuring("clerk", async () => {
      const adopted = await jwtTemplate.create({ ...settings, lifetime, adopt: true }, operation);
      expect(adopted.id).toBe(id);
      expect(adopted.state).toEqual({ ...settings, lifetime, adopt: true, templateId: id });
    });
  expect(await adopt(60)).toBe(0);
  expect(await adopt(90)).toBe(1);
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toContain(id);
});

test("a failure that is not an absence is no absence", async () => {
  const { clerk, operation } = await setUp();
  const { id } = await jwtTemplate.create(settings, operation);
  clerk.fault = () => ({ kind: "status", status: 403, body: JSON.stringify({ errors: [] }) });
  await expect(jwtTemplate.read(id, nothingKnown, operation)).rejects.toMatchObject({
    code: "CLERK_FORBIDDEN",
  });
});

describe("a template that another stack owns", () => {
  const owners = { ...settings, claims: { ...settings.claims, role: "admin" }, lifetime: 120 };
  const sharing = { ...settings, share: true };

  test("is shared as it is: checked, never written, never deleted", async () => {
    const { clerk, operation, writesDuring } = await setUp();
    const { id } = await jwtTemplate.create(owners, operation);
    const writes = await writesDuring("clerk", async () => {
      const shared = await jwtTemplate.create(sharing, operation);
      expect(shared).toEqual({ id, state: { ...sharing, templateId: id } });
      const known = { inputs: sharing, state: shared.state };
      expect(await jwtTemplate.read(id, known, operation)).toEqual({
        id,
        inputs: sharing,
        state: shared.state,
      });
      await jwtTemplate.update(id, { state: shared.state, inputs: sharing }, operation);
      await jwtTemplate.delete(id, shared.state, operation);
    });
    expect(writes).toBe(0);
    expect(clerk.inventory().templates).toMatchObject([{ id, name: "convex" }]);
  });

  test("is refused while it is missing", async () => {
    const { clerk, operation } = await setUp();
    await expect(jwtTemplate.create(sharing, operation)).rejects.toMatchObject({
      code: "JWT_TEMPLATE_MISSING",
    });
    expect(clerk.inventory().templates).toEqual([]);
  });

  test.each([
    ["lacks a claim", { aud: "convex" }, ["name"]],
    ["has another value for one", { ...settings.claims, aud: "other" }, ["aud"]],
  ])("is refused when it %s, and a refresh shows it", async (_what, claims, differing) => {
    const { operation } = await setUp();
    const { id, state } = await jwtTemplate.create({ ...settings, claims }, operation);
    await expect(jwtTemplate.create(sharing, operation)).rejects.toMatchObject({
      code: "JWT_TEMPLATE_DIFFERS",
      message: expect.stringContaining(differing.join(", ")),
    });
    const change = { state: { ...state, share: true }, inputs: sharing };
    await expect(jwtTemplate.update(id, change, operation)).rejects.toMatchObject({
      code: "JWT_TEMPLATE_DIFFERS",
    });
    const known = { inputs: sharing, state: { ...sharing, templateId: id } };
    expect((await jwtTemplate.read(id, known, operation))?.inputs.claims).toEqual(claims);
  });

  test("is taken over only on request", async () => {
    const { operation, writesDuring } = await setUp();
    const { id } = await jwtTemplate.create(owners, operation);
    const { state } = await jwtTemplate.create(sharing, operation);
    const refused = await writesDuring("clerk", async () => {
      const takeOver = jwtTemplate.update(id, { state, inputs: settings }, operation);
      await expect(takeOver).rejects.toMatchObject({ code: "JWT_TEMPLATE_EXISTS" });
    });
    expect(refused).toBe(0);
    const inputs = { ...settings, adopt: true };
    expect(await jwtTemplate.update(id, { state, inputs }, operation)).toEqual({
      ...inputs,
      templateId: id,
    });
  });
});
