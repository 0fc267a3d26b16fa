import { expect, test } from "vitest";
import { project } from "../../../../infra/provider/handlers/project.ts";
import { UNKNOWN } from "../../../../infra/provider/resource.ts";
import { codeOf, nothingKnown, offline, setUp as setUpVendors } from "./setup.ts";

const setUp = () => setUpVendors("accessToken");
const inputs = { name: "My Shop" };

test("check refuses an empty name, and lets pass one that is not known yet", async () => {
  const failures = (await project.check?.({ name: "" }, offline)) ?? [];
  expect(failures.map(({ property, reason }) => [property, codeOf(reason)])).toEqual([
    ["name", "NAME_EMPTY"],
  ]);
  for (const name of ["My Shop", UNKNOWN] as const) {
    expect(await project.check?.({ name }, offline)).toEqual([]);
  }
});

test("a project is made, read back, renamed and deleted", async () => {
  const { convex, operation, writesDuring } = await setUp();
  const { id, state } = await project.create(inputs, operation);
  expect(convex.inventory()).toEqual(["project my-shop"]);
  expect(state).toEqual({ ...inputs, projectId: Number(id), slug: "my-shop", teamSlug: "team" });
  const known = { inputs, state };
  expect(await project.read(id, known, operation)).toEqual({ id, inputs, state });

  const renamed = { name: "Our Shop" };
  const updated = await project.update(id, { state, inputs: renamed }, operation);
  expect(updated).toEqual({ ...state, ...renamed });
  expect((await project.read(id, known, operation))?.inputs).toEqual(renamed);

  await project.delete(id, updated, operation);
  expect(convex.inventory()).toEqual([]);
  expect(await project.read(id, known, operation)).toBeUndefined();
  const again = await writesDuring("convex", () => project.delete(id, updated, operation));
  expect(again).toBe(0);
});

test("an import knows the project by its id, a number", async () => {
  const { connect, operation } = await setUp();
  const { id, state } = await project.create(inputs, operation);
  expect(await project.read(id, nothingKnown, connect())).toEqual({ id, inputs, state });
  for (const wrong of ["my-shop", "0", "-1", ""]) {
    await expect(project.read(wrong, nothingKnown, operation)).rejects.toMatchObject({
      code: "PROJECT_ID",
    });
  }
});

test("a project of that name is refused with its id, and left alone", async () => {
  const { convex, operation, writesDuring } = await setUp();
  const { id } = await project.create(inputs, operation);
  const writes = await writesDuring("convex", () =>
    expect(project.create(inputs, operation)).rejects.toMatchObject({
      code: "PROJECT_EXISTS",
      message: expect.stringContaining(id),
    }),
  );
  expect(writes).toBe(0);
  expect(convex.inventory()).toEqual(["project my-shop"]);
});

test("adopting takes it over without a write, and says so", async () => {
  const { operation, warnings, writesDuring } = await setUp();
  const made = await project.create(inputs, operation);
  const adopting = { ...inputs, adopt: true };
  const writes = await writesDuring("convex", async () => {
    const { id, state } = await project.create(adopting, operation);
    expect({ id, state }).toEqual({ id: made.id, state: { ...made.state, adopt: true } });
  });
  expect(writes).toBe(0);
  expect(warnings).toEqual([expect.stringContaining("my-shop")]);
});

test("a project in which others have deployments is not deleted, and they are named", async () => {
  const { convex, operation } = await setUp();
  const { id, state } = await project.create(inputs, operation);
  const { deployments } = operation.vendors.management;
  const { name } = await deployments.create(Number(id), { type: "dev", reference: "theirs" });
  await expect(project.delete(id, state, operation)).rejects.toMatchObject({
    code: "PROJECT_NOT_EMPTY",
    message: expect.stringMatching(new RegExp(`my-shop.*${name}`)),
  });
  expect(convex.deployment(name)).toBeDefined();
  await deployments.delete(name);
  await project.delete(id, state, operation);
  expect(convex.inventory()).toEqual([]);
});

test("a deletion that Convex accepts but does not do is no success", async () => {
  const { convex, operation } = await setUp();
  const { id, state } = await project.create(inputs, operation);
  for (const server of convex.servers) {
    server.fault = ({ path }) =>
      path.endsWith("/delete") ? { kind: "status", status: 200, body: "{}" } : undefined;
  }
  const deletion = project.delete(id, state, operation);
  await expect(deletion).rejects.toMatchObject({ code: "PROJECT_STAYS" });
});

test("the token of one project makes no other, and may not see one", async () => {
  const { convex, connect, operation } = await setUp();
  const { id, state } = await project.create(inputs, operation);
  const narrow = connect({ CONVEX_ACCESS_TOKEN: convex.projectToken });
  await expect(project.create({ name: "Another" }, narrow)).rejects.toMatchObject({
    code: "CONVEX_TOKEN_SCOPE",
  });
  for (const attempt of [
    () => project.read(id, { inputs, state }, narrow),
    () => project.delete(id, state, narrow),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ code: "CONVEX_FORBIDDEN" });
  }
  expect(convex.inventory()).toEqual(["project my-shop"]);
});
