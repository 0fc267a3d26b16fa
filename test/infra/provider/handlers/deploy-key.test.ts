import { expect, test } from "vitest";
import { resolveDeployment } from "../../../../infra/clients/convex-target.ts";
import { deployKey } from "../../../../infra/provider/handlers/deploy-key.ts";
import { codeOf, nothingKnown, offline, setUp as setUpVendors } from "./setup.ts";

/** A deployment that an access token made, and the declaration of a key for it. */
async function setUp() {
  const vendors = await setUpVendors("accessToken");
  const { deployments } = vendors.operation.vendors.management;
  const project = vendors.convex.projects()[0]?.id ?? 0;
  const settings = { type: "dev", reference: "staging" } as const;
  const { name: deployment } = await deployments.create(project, settings);
  const inputs = { deployment, name: "ours" };
  const keys = () => vendors.convex.deployment(deployment)?.deployKeys;
  /** Whether Convex takes a key. */
  const opens = (key: string) => {
    const provisionHost = vendors.convex.url;
    const credentials = { kind: "deployKey", deployKey: key, provisionHost } as const;
    return resolveDeployment(credentials, vendors.operation.signal).then(
      ({ name }) => name === deployment,
      () => false,
    );
  };
  return Object.assign(vendors, { inputs, keys, opens });
}

test("check refuses an empty name", async () => {
  const failures = (await deployKey.check?.({ deployment: "a", name: "" }, offline)) ?? [];
  expect(failures.map(({ property, reason }) => [property, codeOf(reason)])).toEqual([
    ["name", "NAME_EMPTY"],
  ]);
  expect(await deployKey.check?.({ deployment: "a", name: "ours" }, offline)).toEqual([]);
});

test("a key is minted, read back without being told again, and revoked", async () => {
  const { operation, inputs, keys, opens } = await setUp();
  const { id, state } = await deployKey.create(inputs, operation);
  expect(id).toBe(`${inputs.deployment}/ours`);
  expect(state).toEqual({ ...inputs, key: expect.stringMatching(/^dev:/) });
  expect(await opens(state.key)).toBe(true);
  expect(await deployKey.read(id, { inputs, state }, operation)).toEqual({ id, inputs, state });

  await deployKey.delete(id, state, operation);
  expect(keys()).toEqual([]);
  expect(await opens(state.key)).toBe(false);
  await expect(deployKey.delete(id, state, operation)).resolves.toBeUndefined();
});

test("a key that an interrupted run left is revoked and minted anew", async () => {
  const { operation, inputs, keys, opens, warnings } = await setUp();
  const lost = await deployKey.create(inputs, operation);
  const { state } = await deployKey.create(inputs, operation);
  expect(keys()).toEqual(["ours"]);
  expect(await opens(lost.state.key)).toBe(false);
  expect(await opens(state.key)).toBe(true);
  expect(warnings).toEqual([expect.stringContaining("ours")]);
  expect(warnings[0]).not.toContain(lost.state.key);
});

test("keys of other names are left alone", async () => {
  const { operation, inputs, keys } = await setUp();
  const { deployments } = operation.vendors.management;
  await deployments.createKey(inputs.deployment, "theirs");
  const { id, state } = await deployKey.create(inputs, operation);
  await deployKey.delete(id, state, operation);
  expect(keys()).toEqual(["theirs"]);
});

test("a key that was revoked, or died with its deployment, is gone", async () => {
  const { convex, operation, inputs } = await setUp();
  const { id, state } = await deployKey.create(inputs, operation);
  convex.revokeDeployKey(inputs.deployment, "ours");
  expect(await deployKey.read(id, { inputs, state }, operation)).toBeUndefined();
  await convex.deleteDeployment(inputs.deployment);
  expect(await deployKey.read(id, { inputs, state }, operation)).toBeUndefined();
  await expect(deployKey.delete(id, state, operation)).resolves.toBeUndefined();
});

test("a refusal is no absence", async () => {
  const { convex, operation, inputs } = await setUp();
  const { id, state } = await deployKey.create(inputs, operation);
  for (const server of convex.servers) server.fault = () => ({ kind: "status", status: 403 });
  for (const attempt of [
    () => deployKey.read(id, { inputs, state }, operation),
    () => deployKey.delete(id, state, operation),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ code: "CONVEX_FORBIDDEN" });
  }
});

test("a revocation that Convex accepts but does not do is no success", async () => {
  const { convex, operation, inputs } = await setUp();
  const { id, state } = await deployKey.create(inputs, operation);
  for (const server of convex.servers) {
    server.fault = ({ path }) =>
      path.endsWith("/delete_deploy_key") ? { kind: "status", status: 200, body: "{}" } : undefined;
  }
  const deletion = deployKey.delete(id, state, operation);
  await expect(deletion).rejects.toMatchObject({ code: "DEPLOY_KEY_STAYS" });
});

test("a key cannot be imported, since nobody is told its value", async () => {
  const { operation, inputs } = await setUp();
  const { id } = await deployKey.create(inputs, operation);
  await expect(deployKey.read(id, nothingKnown, operation)).rejects.toMatchObject({
    code: "DEPLOY_KEY_IMPORT",
  });
});

test("a deployment that is not there gets no key", async () => {
  const { operation } = await setUp();
  const inputs = { deployment: "no-otter-1", name: "ours" };
  await expect(deployKey.create(inputs, operation)).rejects.toMatchObject({
    code: "CONVEX_NOT_FOUND",
  });
});
