import { expect, test } from "vitest";
import type { Fault } from "../../../../../emulators/faults.ts";
import { application } from "../../../../../infra/provider/handlers/application/index.ts";
import { PartialCreateError } from "../../../../../infra/provider/resource.ts";
import { nothingKnown, setUp } from "../setup.ts";

const inputs = { name: "Shop", environmentTypes: ["development"], deletionProtection: true };
const live = {
  ...inputs,
  environmentTypes: ["development", "production"],
  productionDomain: "shop.example",
};

type SetUp = Awaited<ReturnType<typeof setUp>>;

/** What the state holds of the emulator's instance of a kind, the one of the local stack aside. */
function outputsOf({ clerk }: SetUp, kind: "development" | "production") {
  const found = clerk.instances.filter(({ environmentType }) => environmentType === kind).at(-1);
  return {
    [`${kind}InstanceId`]: found?.id,
    [`${kind}PublishableKey`]: found?.publishableKey,
    [`${kind}SecretKey`]: found?.secretKey,
  };
}

const refusedWith = (code: string, text = "") => ({
  code,
  message: expect.stringContaining(text),
});

/** Spoils requests of a method to a path of this end. */
const faultAt =
  (method: string, end: string, fault: Fault) => (request: { method: string; path: string }) =>
    request.method === method && request.path.endsWith(end) ? fault : undefined;

const forbidden: Fault = { kind: "status", status: 403, body: '{"errors":[]}' };

test("an application is made, read back, renamed and deleted", async () => {
  const parts = await setUp();
  const { clerk, operation } = parts;
  const { id, state } = await application.create(inputs, operation);
  const outputs = { applicationId: id, ...outputsOf(parts, "development") };
  expect(state).toEqual({ ...inputs, ...outputs });
  expect(clerk.inventory().applications).toEqual([{ id, name: "Shop" }]);

  const known = { inputs, state };
  expect(await application.read(id, known, operation)).toEqual({ id, inputs, state });

  const renamed = { ...inputs, name: "Market" };
  expect(await application.update(id, { state, inputs: renamed }, operation)).toEqual({
    ...renamed,
    ...outputs,
  });
  expect((await application.read(id, known, operation))?.inputs).toEqual(renamed);

  await application.delete(id, state, operation);
  expect(clerk.inventory().applications).toEqual([]);
  expect(await application.read(id, known, operation)).toBeUndefined();
  await expect(application.delete(id, state, operation)).resolves.toBeUndefined();
  const update = application.update(id, { state, inputs }, operation);
  await expect(update).rejects.toMatchObject(refusedWith("APPLICATION_GONE", id));
});

test("one with both instances is made in one step", async () => {
  const parts = await setUp();
  const { operation, writesDuring } = parts;
  const writes = await writesDuring("clerk", async () => {
    const { id, state } = await application.create({ ...live, template: "b2b-saas" }, operation);
    expect(state).toEqual({
      ...{ ...live, template: "b2b-saas", applicationId: id },
      ...outputsOf(parts, "development"),
      ...outputsOf(parts, "production"),
    });
  });
  expect(writes).toBe(1);
});

test("an import reads every input by the id alone", async () => {
  const { connect, operation } = await setUp();
  for (const settings of [inputs, { ...live, name: "Live" }]) {
    const { id, state } = await application.create(settings, operation);
    expect(await application.read(id, nothingKnown, connect())).toEqual({
      id,
      inputs: settings,
      state,
    });
  }
});

test("what no vendor can tell is kept as it was declared", async () => {
  const { operation } = await setUp();
  const declared = { ...inputs, deletionProtection: false, template: "waitlist", adopt: true };
  const { id, state } = await application.create(declared, operation);
  const observed = await application.read(id, { inputs: declared, state }, operation);
  expect(observed?.inputs).toMatchObject({ deletionProtection: false });
  expect(observed?.state).toEqual(state);
});

test("a production instance is added, and its domain changed, touching only what differs", async () => {
  const parts = await setUp();
  const { clerk, operation, writesDuring } = parts;
  const { id, state } = await application.create(inputs, operation);
  const update = (settings: typeof live) =>
    writesDuring("clerk", async () => {
      const updated = await application.update(id, { state, inputs: settings }, operation);
      expect(updated).toEqual({
        ...{ ...settings, applicationId: id },
        ...outputsOf(parts, "development"),
        ...outputsOf(parts, "production"),
      });
    });
  expect(await update(live)).toBe(1);
  expect(clerk.instances).toHaveLength(3);
  expect(await update(live)).toBe(0);
  const moved = { ...live, productionDomain: "market.example" };
  expect(await update(moved)).toBe(1);
  expect((await application.read(id, nothingKnown, operation))?.inputs).toEqual(moved);
});

test("instances that the API cannot take away or add are refused before anything is changed", async () => {
  const { operation, writesDuring } = await setUp();
  const { id, state } = await application.create(live, operation);
  const alone = await application.create(
    { ...live, name: "Alone", environmentTypes: ["production"], productionDomain: "alone.example" },
    operation,
  );
  const writes = await writesDuring("clerk", async () => {
    const fewer = { ...inputs, name: "Market" };
    await expect(application.update(id, { state, inputs: fewer }, operation)).rejects.toMatchObject(
      refusedWith("APPLICATION_INSTANCES", id),
    );
    const more = { ...live, productionDomain: "alone.example" };
    await expect(
      application.update(alone.id, { state: alone.state, inputs: more }, operation),
    ).rejects.toMatchObject(refusedWith("APPLICATION_INSTANCES", alone.id));
  });
  expect(writes).toBe(0);
});

test("an application of that name is refused and left alone, with the command that imports it", async () => {
  const { clerk, operation, writesDuring } = await setUp();
  const { id } = await application.create(inputs, operation);
  const writes = await writesDuring("clerk", async () => {
    const command = `import ${id}`;
    const again = application.create(inputs, operation);
    await expect(again).rejects.toMatchObject(refusedWith("APPLICATION_EXISTS", command));
  });
  expect(writes).toBe(0);
  expect(clerk.inventory().applications).toHaveLength(1);
});

test("adopting takes it over, and writes only when it differs", async () => {
  const { clerk, operation, warnings, writesDuring } = await setUp();
  const { id } = await application.create(inputs, operation);
  const adopt = (settings: typeof inputs) =>
    writesDuring("clerk", async () => {
      const adopted = await application.create({ ...settings, adopt: true }, operation);
      expect(adopted).toMatchObject({ id, state: { ...settings, adopt: true } });
    });
  expect(await adopt(inputs)).toBe(0);
  expect(await adopt(live)).toBe(1);
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toContain(id);
  expect(clerk.inventory().applications).toEqual([{ id, name: "Shop" }]);
});

test("what cannot be adopted stays out of the state, where a destroy would delete it", async () => {
  const { operation, warnings } = await setUp();
  const { vendors } = operation;
  await application.create(live, operation);
  const declared = { ...inputs, adopt: true };
  const fewer = await application.create(declared, operation).catch((error) => error);
  expect(fewer).not.toBeInstanceOf(PartialCreateError);
  expect(fewer).toMatchObject(refusedWith("APPLICATION_INSTANCES"));

  const second = await vendors.clerkPlatform.create(inputs);
  const ambiguous = application.create(declared, operation);
  await expect(ambiguous).rejects.toMatchObject(refusedWith("APPLICATION_EXISTS", second));
  expect(warnings).toEqual([]);
});

test("one that is made but cannot be read is kept in the state, and finished by an update", async () => {
  const parts = await setUp();
  const { clerk, operation } = parts;
  clerk.fault = ({ method, path }) =>
    method === "GET" && !path.endsWith("/applications") ? forbidden : undefined;
  const error = await application.create(inputs, operation).catch((reason) => reason);
  const [made] = clerk.inventory().applications;
  expect(error).toBeInstanceOf(PartialCreateError);
  expect(error).toMatchObject({ id: made?.id, state: { ...inputs, applicationId: made?.id } });
  expect(error.message).toContain("[CLERK_PLATFORM_API_FORBIDDEN]");

  clerk.fault = undefined;
  const { id, state } = error;
  expect(await application.update(id, { state, inputs }, operation)).toEqual({
    ...state,
    ...outputsOf(parts, "development"),
  });
});

test("a production instance is deleted only once its protection was lifted in the state", async () => {
  const { clerk, operation } = await setUp();
  const { id, state } = await application.create(live, operation);
  await expect(application.delete(id, state, operation)).rejects.toMatchObject(
    refusedWith("APPLICATION_PROTECTED", id),
  );
  expect(clerk.inventory().applications).toHaveLength(1);
  const lifted = { ...live, deletionProtection: false };
  await application.delete(
    id,
    await application.update(id, { state, inputs: lifted }, operation),
    operation,
  );
  expect(clerk.inventory().applications).toEqual([]);
});

test("one that was added behind the stack's back is protected too", async () => {
  const { operation } = await setUp();
  const { id, state } = await application.create(inputs, operation);
  await operation.vendors.clerkPlatform.createProductionInstance(id, "shop.example");
  await expect(application.delete(id, state, operation)).rejects.toMatchObject(
    refusedWith("APPLICATION_PROTECTED"),
  );
});

test("a domain that Clerk still sets up is neither drift nor set again", async () => {
  const { clerk, operation, writesDuring } = await setUp();
  const { id, state } = await application.create(live, operation);
  const body = JSON.stringify({ data: [], total_count: 0 });
  clerk.fault = faultAt("GET", "/domains", { kind: "status", status: 200, body });
  const observed = await application.read(id, { inputs: live, state }, operation);
  expect(observed?.inputs).toEqual(live);
  const update = () => application.update(id, { state, inputs: live }, operation);
  expect(await writesDuring("clerk", update)).toBe(0);
});

test("a failure that is not an absence is no absence", async () => {
  const { clerk, operation } = await setUp();
  const { id, state } = await application.create(live, operation);
  for (const end of [id, "/domains"]) {
    clerk.fault = faultAt("GET", end, forbidden);
    await expect(application.read(id, nothingKnown, operation)).rejects.toMatchObject(
      refusedWith("CLERK_PLATFORM_API_FORBIDDEN"),
    );
  }
  clerk.fault = faultAt("GET", id, forbidden);
  await expect(application.delete(id, state, operation)).rejects.toMatchObject(
    refusedWith("CLERK_PLATFORM_API_FORBIDDEN"),
  );
});
