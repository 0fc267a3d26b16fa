import { expect, test } from "vitest";
import { deployment } from "../../../../../infra/provider/handlers/deployment/index.ts";
import { nothingKnown, setUp } from "../setup.ts";

test.each(["dev", "prod", "selfHosted"] as const)("a %s deployment is looked up", async (type) => {
  const { deployment: emulated, operation, writesDuring } = await setUp(type);
  const name = type === "selfHosted" ? new URL(emulated.url).host : emulated.name;
  const writes = await writesDuring("convex", async () => {
    const { id, state } = await deployment.create({ type }, operation);
    expect(id).toBe(name);
    expect(state).toEqual({ type, name, url: emulated.url, siteUrl: emulated.siteUrl });
    const read = await deployment.read(id, { inputs: { type }, state }, operation);
    expect(read).toEqual({ id, inputs: { type }, state });
    await deployment.delete(id, state, operation);
  });
  expect(writes).toBe(0);
});

test("an import knows the deployment by its name alone, a refresh no more than was declared", async () => {
  const { deployment: emulated, operation } = await setUp("dev");
  const { name: id, url, siteUrl } = emulated;
  expect(await deployment.read(id, nothingKnown, operation)).toEqual({
    id,
    inputs: { type: "dev" },
    state: { type: "dev", name: id, url, siteUrl },
  });
  const { state } = await deployment.create({}, operation);
  expect(await deployment.read(id, { inputs: {}, state }, operation)).toEqual({
    id,
    inputs: {},
    state,
  });
});

test("a deployment of another type is refused", async () => {
  const { deployment: emulated, operation } = await setUp("dev");
  const refusal = { code: "CONVEX_DEPLOYMENT_TYPE", message: expect.stringContaining("prod") };
  await expect(deployment.create({ type: "prod" }, operation)).rejects.toMatchObject(refusal);
  const { id, state } = await deployment.create({}, operation);
  const inputs = { type: "prod" };
  await expect(deployment.update(id, { state, inputs }, operation)).rejects.toMatchObject(refusal);
  expect(id).toBe(emulated.name);
});

test("credentials of another deployment are refused once the stack is bound", async () => {
  const { convex, operation, connect } = await setUp();
  const { id, state } = await deployment.create({}, operation);
  const { name, deployKey } = await convex.createDeployment({ type: "dev" });
  const other = connect({ CONVEX_DEPLOY_KEY: deployKey });
  const refusal = { code: "CONVEX_WRONG_DEPLOYMENT", message: expect.stringContaining(name) };
  const known = { inputs: {}, state };
  await expect(deployment.read(id, known, other)).rejects.toMatchObject(refusal);
  await expect(deployment.update(id, { state, inputs: {} }, other)).rejects.toMatchObject(refusal);
});
