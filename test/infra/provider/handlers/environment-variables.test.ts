import { expect, test } from "vitest";
import { environmentVariables } from "../../../../infra/provider/handlers/environment-variables.ts";
import { nothingKnown, setUp as setUpVendors } from "./setup.ts";

async function setUp() {
  const vendors = await setUpVendors();
  await vendors.deployment.setVariable("FOREIGN", "not ours");
  const deployment = vendors.deployment.name;
  const inputs = { deployment, variables: { ONE: "1", TWO: "2" } as Record<string, string> };
  const present = () => Object.fromEntries(vendors.deployment.environmentVariables);
  const writes = (step: () => Promise<unknown>) => vendors.writesDuring("convex", step);
  return { ...vendors, name: deployment, inputs, present, writes };
}

test("variables are set in one write, and other names stay as they are", async () => {
  const { operation, inputs, name, present, writes } = await setUp();
  const created = await writes(async () => {
    const { id, state } = await environmentVariables.create(inputs, operation);
    expect(id).toBe(name);
    expect(state).toEqual(inputs);
  });
  expect(created).toBe(1);
  expect(present()).toEqual({ FOREIGN: "not ours", ONE: "1", TWO: "2" });
});

test("values that are there already are taken over without a write", async () => {
  const { deployment, operation, inputs, warnings, writes } = await setUp();
  await deployment.setVariable("ONE", "1");
  await deployment.setVariable("TWO", "2");
  expect(await writes(() => environmentVariables.create(inputs, operation))).toBe(0);
  expect(warnings).toEqual([]);
});

test("another value under a declared name is refused and left alone", async () => {
  const { deployment, operation, inputs, name, present, writes } = await setUp();
  await deployment.setVariable("TWO", "somebody's");
  const refused = () =>
    expect(environmentVariables.create(inputs, operation)).rejects.toMatchObject({
      code: "VARIABLES_EXIST",
      message: expect.stringContaining(`${name}#ONE,TWO`),
    });
  expect(await writes(refused)).toBe(0);
  expect(present()).toEqual({ FOREIGN: "not ours", TWO: "somebody's" });
});

test("the refusal holds neither value", async () => {
  const { deployment, operation, name } = await setUp();
  await deployment.setVariable("TWO", "value-in-place");
  const inputs = { deployment: name, variables: { TWO: "value-declared" } };
  const error = await environmentVariables.create(inputs, operation).catch(String);
  expect(error).toContain("TWO");
  expect(error).not.toMatch(/value-in-place|value-declared/);
});

test("adopting overwrites another value and says which", async () => {
  const { deployment, operation, inputs, present, warnings } = await setUp();
  await deployment.setVariable("TWO", "somebody's");
  await environmentVariables.create({ ...inputs, adopt: true }, operation);
  expect(present()).toEqual({ FOREIGN: "not ours", ONE: "1", TWO: "2" });
  expect(warnings).toEqual([expect.stringContaining("TWO")]);
  expect(warnings[0]).not.toMatch(/ONE|FOREIGN/);
});

test("an update writes what differs and removes what is no longer declared", async () => {
  const { operation, inputs, name, present, writes } = await setUp();
  await environmentVariables.create(inputs, operation);
  const next = { deployment: name, variables: { ONE: "1", THREE: "3" } };
  const change = { state: inputs, inputs: next };
  const update = () => environmentVariables.update(name, change, operation);
  expect(await writes(update)).toBe(1);
  expect(present()).toEqual({ FOREIGN: "not ours", ONE: "1", THREE: "3" });
  expect(await writes(update)).toBe(0);
});

test("what others set counts, and is counted before anything is written", async () => {
  const { deployment, operation, inputs, name, writes } = await setUp();
  for (let index = 0; index < 64; index += 1) {
    await deployment.setVariable(`F${String(index).padStart(3, "0")}`, "v".repeat(8150));
  }
  const create = (variables: Record<string, string>) =>
    environmentVariables.create({ deployment: name, variables }, operation);
  const large = { ONE: "1".repeat(8192) };
  const refused = (attempt: Promise<unknown>) =>
    expect(attempt).rejects.toMatchObject({
      code: "VARIABLE_TOTAL",
      message: expect.stringContaining("others"),
    });
  expect(await writes(() => refused(create(large)))).toBe(0);
  await create(inputs.variables);
  const change = { state: inputs, inputs: { ...inputs, variables: large } };
  const update = () => refused(environmentVariables.update(name, change, operation));
  expect(await writes(update)).toBe(0);
  const many = Object.fromEntries(Array.from({ length: 448 }, (_, n) => [`N${n}`, ""]));
  await expect(create(many)).rejects.toMatchObject({ code: "VARIABLE_COUNT" });
});

test("a variable whose name every object has is removed as well", async () => {
  const { operation, name, present } = await setUp();
  const inputs = { deployment: name, variables: { constructor: "x" } };
  await environmentVariables.create(inputs, operation);
  const change = { state: inputs, inputs: { deployment: name, variables: {} } };
  await environmentVariables.update(name, change, operation);
  expect(present()).toEqual({ FOREIGN: "not ours" });
});

test("a refresh sees changed and missing values and no foreign names", async () => {
  const { deployment, operation, inputs, name } = await setUp();
  await environmentVariables.create(inputs, operation);
  await deployment.setVariable("ONE", "changed");
  await deployment.setVariable("TWO", null);
  const observed = { deployment: name, variables: { ONE: "changed" } };
  const read = () => environmentVariables.read(name, { inputs, state: inputs }, operation);
  expect(await read()).toEqual({ id: name, inputs: observed, state: observed });
  await deployment.setVariable("ONE", null);
  expect(await read()).toBeUndefined();
});

test("an import brings in the names of its id, and demands some", async () => {
  const { operation, connect, inputs, name } = await setUp();
  await environmentVariables.create(inputs, operation);
  const read = (id: string) => environmentVariables.read(id, nothingKnown, connect());
  const observed = { deployment: name, variables: { TWO: "2", FOREIGN: "not ours" } };
  expect(await read(`${name}#TWO,FOREIGN`)).toEqual({
    id: name,
    inputs: observed,
    state: observed,
  });
  expect(await read(`${name}#NOWHERE`)).toBeUndefined();
  await expect(read(name)).rejects.toMatchObject({ code: "IMPORT_NAMES_MISSING" });
});

test("deleting removes the declared names only, and nothing twice", async () => {
  const { operation, inputs, name, present, writes } = await setUp();
  await environmentVariables.create(inputs, operation);
  const remove = () => environmentVariables.delete(name, inputs, operation);
  expect(await writes(remove)).toBe(1);
  expect(present()).toEqual({ FOREIGN: "not ours" });
  expect(await writes(remove)).toBe(0);
});

test("credentials of another deployment change nothing anywhere", async () => {
  const { convex, connect, inputs, name, present, writes } = await setUp();
  const { deployKey, environmentVariables: others } = await convex.createDeployment({
    type: "dev",
  });
  const other = connect({ CONVEX_DEPLOY_KEY: deployKey });
  const change = { state: inputs, inputs };
  const count = await writes(async () => {
    for (const attempt of [
      environmentVariables.create(inputs, other),
      environmentVariables.read(name, { inputs, state: inputs }, other),
      environmentVariables.update(name, change, other),
      environmentVariables.delete(name, inputs, other),
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: "CONVEX_WRONG_DEPLOYMENT" });
    }
  });
  expect(count).toBe(0);
  expect(present()).toEqual({ FOREIGN: "not ours" });
  expect(others.size).toBe(0);
});
