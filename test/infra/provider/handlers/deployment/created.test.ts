import { describe, expect, test } from "vitest";
import { deployment } from "../../../../../infra/provider/handlers/deployment/index.ts";
import type { Inputs } from "../../../../../infra/provider/handlers/deployment/spec.ts";
import { diffInputs } from "../../../../../infra/provider/protocol/diff.ts";
import type { Properties } from "../../../../../infra/provider/resource.ts";
import { nothingKnown, setUp as setUpVendors } from "../setup.ts";

const inputs: Inputs = { type: "dev", project: "project", reference: "staging" };
const inTwoHours = () => new Date(Date.now() + 2 * 60 * 60 * 1000).toISOString();

/** Only an access token is given; the project `project` is there. */
async function setUp() {
  const vendors = await setUpVendors("accessToken");
  const projectId = vendors.convex.projects()[0]?.id ?? 0;
  const emulated = () => vendors.convex.deploymentsOf(projectId);
  const writes = (step: () => Promise<unknown>) => vendors.writesDuring("convex", step);
  return Object.assign(vendors, { projectId, emulated, writes });
}

const differences = (olds: object, news: object) =>
  diffInputs(deployment.spec, olds as Properties, news as Properties).map(({ path }) => path);

test("a deployment is made in its project, read back and deleted", async () => {
  const { convex, operation, projectId, emulated } = await setUp();
  const { id, state } = await deployment.create(inputs, operation);
  const [made] = emulated();
  expect(made).toMatchObject({ name: id, type: "dev", reference: "staging" });
  expect(state).toEqual({
    ...inputs,
    ...{ isDefault: false, class: "s16", region: "aws-us-east-1" },
    ...{ projectId, name: id, url: made?.url, siteUrl: made?.siteUrl },
  });
  const read = await deployment.read(id, { inputs, state }, operation);
  expect(read?.state).toEqual(state);

  await deployment.delete(id, state, operation);
  expect(convex.inventory()).toEqual([]);
  expect(await deployment.read(id, { inputs, state }, operation)).toBeUndefined();
  await expect(deployment.delete(id, state, operation)).resolves.toBeUndefined();
});

test("what the vendor chose is no drift; what is declared and differs is", async () => {
  const { operation } = await setUp();
  const declared = { ...inputs, class: "s256", expiresAt: inTwoHours() };
  const { id, state } = await deployment.create(declared, operation);
  const observe = async () =>
    (await deployment.read(id, { inputs: declared, state }, operation))?.inputs ?? {};
  expect(differences(await observe(), declared)).toEqual([]);
  expect(differences(await observe(), inputs)).toEqual([]);

  const { deployments } = operation.vendors.management;
  await deployments.update(id, { isDefault: true, class: "d1024", reference: "moved" });
  expect(differences(await observe(), declared)).toEqual(["reference", "class"]);
});

test("an update writes only what is declared and differs", async () => {
  const { operation, emulated, writes } = await setUp();
  const { id, state } = await deployment.create(inputs, operation);
  const { deployments } = operation.vendors.management;
  await deployments.update(id, { isDefault: true });
  const update = (next: Inputs) => deployment.update(id, { state, inputs: next }, operation);
  expect(await writes(() => update(inputs))).toBe(0);

  const expiresAt = inTwoHours();
  const next = { ...inputs, reference: "staging/2", class: "s256", expiresAt };
  expect(await writes(async () => expect(await update(next)).toMatchObject(next))).toBe(1);
  expect(emulated()).toMatchObject([
    { name: id, ...{ reference: "staging/2", class: "s256", expiresAt: Date.parse(expiresAt) } },
  ]);
  expect(emulated()[0]?.isDefault).toBe(true);
  expect(await writes(() => update(next))).toBe(0);
});

test("a project given by its id is the same project, whatever a read calls it", async () => {
  const { operation, projectId } = await setUp();
  const byId = { ...inputs, project: String(projectId) };
  const { id, state } = await deployment.create(byId, operation);
  const read = (known: Partial<typeof state>) =>
    deployment.read(id, { inputs: byId, state: { ...state, ...known } }, operation);
  expect((await read({}))?.inputs.project).toBe(byId.project);
  // As it is after somebody has moved the deployment to another project.
  const moved = await read({ projectId: projectId + 1 });
  expect(moved?.inputs.project).toBe("project");
  expect(differences(moved?.inputs ?? {}, byId)).toEqual(["project"]);
});

test("an import knows the deployment by its name and an access token alone", async () => {
  const { connect, operation } = await setUp();
  const declared = { ...inputs, isDefault: true, class: "s256", region: "aws-eu-west-1" };
  const { id, state } = await deployment.create(declared, operation);
  expect(await deployment.read(id, nothingKnown, connect())).toEqual({
    id,
    inputs: declared,
    state,
  });
});

describe("a deployment of that reference that is there already", () => {
  test("is refused with its name, and left alone", async () => {
    const { operation, emulated, writes } = await setUp();
    const { id } = await deployment.create(inputs, operation);
    const refused = () =>
      expect(deployment.create({ ...inputs, class: "s256" }, operation)).rejects.toMatchObject({
        code: "DEPLOYMENT_EXISTS",
        message: expect.stringContaining(id),
      });
    expect(await writes(refused)).toBe(0);
    expect(emulated()).toMatchObject([{ name: id, class: "s16" }]);
  });

  test("is taken over on request, and written to only where it differs", async () => {
    const { operation, emulated, warnings, writes } = await setUp();
    const { id } = await deployment.create(inputs, operation);
    const adopt = (declared: Inputs) =>
      writes(async () => {
        const adopted = await deployment.create({ ...declared, adopt: true }, operation);
        expect(adopted).toMatchObject({ id, state: { ...declared, adopt: true, name: id } });
      });
    expect(await adopt(inputs)).toBe(0);
    expect(await adopt({ ...inputs, class: "s256" })).toBe(1);
    expect(emulated()).toMatchObject([{ name: id, class: "s256" }]);
    expect(warnings).toEqual([expect.stringContaining(id), expect.stringContaining(id)]);
  });
});

test("a deployment that was made but does not answer still comes into the state", async () => {
  const { convex, operation, emulated } = await setUp();
  const { management } = operation.vendors;
  const create = management.deployments.create.bind(management.deployments);
  management.deployments.create = async (...args) => {
    const made = await create(...args);
    for (const server of convex.servers.slice(1)) {
      server.fault = () => ({ kind: "status", status: 403 });
    }
    return made;
  };
  const error = await deployment.create(inputs, operation).catch((reason) => reason);
  const [made] = emulated();
  expect(error).toMatchObject({
    id: made?.name,
    state: { ...inputs, name: made?.name, url: made?.url, siteUrl: "" },
    cause: { code: "CONVEX_FORBIDDEN" },
  });
  for (const server of convex.servers) server.fault = undefined;
  const change = { state: error.state, inputs };
  expect(await deployment.update(error.id, change, operation)).toMatchObject({
    siteUrl: made?.siteUrl,
  });
});

test("a deployment that is gone cannot be updated, and the way out is told", async () => {
  const { convex, operation } = await setUp();
  const { id, state } = await deployment.create(inputs, operation);
  await convex.deleteDeployment(id);
  await expect(deployment.update(id, { state, inputs }, operation)).rejects.toMatchObject({
    code: "CONVEX_DEPLOYMENT_GONE",
    message: expect.stringContaining("--refresh"),
  });
});

test("a deletion that Convex accepts but does not do is no success", async () => {
  const { convex, operation } = await setUp();
  const { id, state } = await deployment.create(inputs, operation);
  for (const server of convex.servers) {
    server.fault = ({ path }) =>
      path.endsWith("/delete") ? { kind: "status", status: 200, body: "{}" } : undefined;
  }
  const deletion = deployment.delete(id, state, operation);
  await expect(deletion).rejects.toMatchObject({ code: "DEPLOYMENT_STAYS" });
});

test("what the access token may not see is not taken for what is gone", async () => {
  const { convex, connect, operation } = await setUp();
  const shop = await operation.vendors.management.projects.create(1, "Shop");
  const elsewhere = { ...inputs, project: "shop" };
  const { id, state } = await deployment.create(elsewhere, operation);
  const narrow = connect({ CONVEX_ACCESS_TOKEN: convex.projectToken });
  for (const [attempt, code] of [
    [() => deployment.create(elsewhere, narrow), "PROJECT_UNKNOWN"],
    [() => deployment.read(id, { inputs: elsewhere, state }, narrow), "CONVEX_FORBIDDEN"],
    [() => deployment.delete(id, state, narrow), "CONVEX_FORBIDDEN"],
  ] as const) {
    await expect(attempt()).rejects.toMatchObject({ code });
  }
  expect(convex.deploymentsOf(shop.id)).toHaveLength(1);
});
