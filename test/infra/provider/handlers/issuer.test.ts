import { expect, test } from "vitest";
import { frontendHostOf, issuer } from "../../../../infra/provider/handlers/issuer.ts";
import { type Properties, UNKNOWN } from "../../../../infra/provider/resource.ts";
import { codeOf, nothingKnown, offline, setUp } from "./setup.ts";

const keyOf = (content: string) => `pk_test_${Buffer.from(content).toString("base64")}`;

test("the host is read out of a publishable key", () => {
  expect(frontendHostOf(keyOf("clerk.example.com$"))).toBe("clerk.example.com");
  expect(frontendHostOf(keyOf("127.0.0.1:8080$"))).toBe("127.0.0.1:8080");
});

test.each([
  ["of another prefix", "sk_test_Y2xlcmsuZXhhbXBsZS5jb20k"],
  ["cut short", "pk_test_"],
  ["without the closing sign", keyOf("clerk.example.com")],
  ["with more than a host", keyOf("clerk.example.com/path$")],
])("check refuses a publishable key %s", async (_, publishableKey) => {
  const failures = (await issuer.check?.({ publishableKey }, offline)) ?? [];
  expect(failures.map(({ property, reason }) => [property, codeOf(reason)])).toEqual([
    ["publishableKey", "CLERK_PUBLISHABLE_KEY_FORMAT"],
  ]);
});

test("check lets pass a key that is right, absent or not known yet", async () => {
  const fine: Properties[] = [
    { publishableKey: keyOf("clerk.example.com$") },
    { publishableKey: UNKNOWN },
    {},
  ];
  for (const inputs of fine) {
    expect(await issuer.check?.(inputs, offline)).toEqual([]);
  }
});

test("check refuses the key of another kind of instance by its looks, and asks nobody", async () => {
  const { connect, requests } = await setUp();
  const codesWith = async (CLERK_SECRET_KEY: string, environmentType: string) => {
    const failures =
      (await issuer.check?.({ environmentType }, connect({ CLERK_SECRET_KEY }))) ?? [];
    return failures.map(({ property, reason }) => [property, codeOf(reason)]);
  };
  const refused = [["environmentType", "CLERK_INSTANCE_KIND"]];
  expect(await codesWith("sk_live_abc", "development")).toEqual(refused);
  expect(await codesWith("sk_test_abc", "production")).toEqual(refused);
  expect(await codesWith("sk_live_abc", "production")).toEqual([]);
  expect(await codesWith("sk_test_abc", "development")).toEqual([]);
  expect(requests().clerk.total).toBe(0);
});

test("the issuer is the one of the secret key's instance", async () => {
  const { clerk, operation, writesDuring } = await setUp();
  const { id, publishableKey, environmentType } = clerk.instance;
  const inputs = { publishableKey, environmentType };
  const writes = await writesDuring("clerk", async () => {
    const created = await issuer.create(inputs, operation);
    expect(created).toEqual({
      id,
      state: {
        ...inputs,
        issuer: clerk.instance.issuer,
        domain: new URL(clerk.instance.issuer).host,
        instanceId: id,
      },
    });
    const { state } = created;
    expect(await issuer.read(id, { inputs, state }, operation)).toEqual({ id, inputs, state });
    expect(await issuer.update(id, { state, inputs: {} }, operation)).not.toHaveProperty(
      "publishableKey",
    );
    await issuer.delete(id, state, operation);
  });
  expect(writes).toBe(0);
});

test("an import knows the instance by its id alone", async () => {
  const { clerk, operation } = await setUp();
  const { id } = clerk.instance;
  expect(await issuer.read(id, nothingKnown, operation)).toMatchObject({
    id,
    inputs: {},
    state: { issuer: clerk.instance.issuer, instanceId: id },
  });
});

test("an instance of another kind is refused", async () => {
  const { operation } = await setUp();
  await expect(issuer.create({ environmentType: "production" }, operation)).rejects.toMatchObject({
    code: "CLERK_INSTANCE_KIND",
  });
});

test("a publishable key of another instance is refused", async () => {
  const { clerk, operation } = await setUp();
  const { publishableKey } = await clerk.addInstance();
  await expect(issuer.create({ publishableKey }, operation)).rejects.toMatchObject({
    code: "CLERK_PUBLISHABLE_KEY_MISMATCH",
  });
});

test("a secret key of another instance is refused once the stack is bound", async () => {
  const { clerk, operation, connect } = await setUp();
  const { id, state } = await issuer.create({}, operation);
  const other = connect({ CLERK_SECRET_KEY: (await clerk.addInstance()).secretKey });
  const refusal = { code: "CLERK_WRONG_INSTANCE", message: expect.stringContaining(id) };
  await expect(issuer.read(id, { inputs: {}, state }, other)).rejects.toMatchObject(refusal);
  await expect(issuer.update(id, { state, inputs: {} }, other)).rejects.toMatchObject(refusal);
});

test("satellite domains are not taken for the issuer", async () => {
  const { clerk, connect } = await setUp();
  const instance = await clerk.addInstance({ satelliteDomains: ["satellite.example"] });
  const operation = connect({ CLERK_SECRET_KEY: instance.secretKey });
  const { state } = await issuer.create({}, operation);
  expect(state.issuer).toBe(instance.issuer);
});
