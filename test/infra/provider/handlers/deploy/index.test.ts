import { mkdir } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { deployProject } from "../../../../../infra/clients/convex-cli.ts";
import { deploy } from "../../../../../infra/provider/handlers/deploy/index.ts";
import { type Properties, UNKNOWN } from "../../../../../infra/provider/resource.ts";
import type { Vendors } from "../../../../../infra/provider/vendors.ts";
import { otherProject } from "../../../../emulators/convex/setup.ts";
import { codeOf, nothingKnown, offline, setUp } from "../setup.ts";

const ping = (answer: string) =>
  `import { queryGeneric } from "convex/server";
export const ping = queryGeneric({ args: {}, handler: async () => "${answer}" });`;

/** A Convex project of one function. */
async function project(source = ping("pong")) {
  const { directory, write, remove } = await otherProject({ "sample.ts": source });
  onTestFinished(remove);
  return { directory, write: (text: string) => write({ "sample.ts": text }) };
}

/** Inputs as check leaves them. */
async function checked(deployment: string, directory: string) {
  const inputs: Properties = { deployment, directory };
  expect(await deploy.check?.(inputs, offline)).toEqual([]);
  return inputs as unknown as Parameters<typeof deploy.create>[0];
}

test("check computes what would be deployed, the same each time, and asks nobody", async () => {
  const { directory, write } = await project();
  const first = await checked("otter-1", directory);
  expect(first.modules).toEqual({
    "sample.js": expect.stringMatching(/^isolate:[0-9a-f]{64}$/),
  });
  expect(first.schema).toBe("");
  expect((await checked("otter-1", directory)).modules).toEqual(first.modules);
  await write(ping("another"));
  expect((await checked("otter-1", directory)).modules).not.toEqual(first.modules);
}, 60_000);

test("check names code that does not bundle", async () => {
  const { directory } = await project('import { gone } from "./nowhere";\nexport default gone;');
  const failures = (await deploy.check?.({ deployment: "otter-1", directory }, offline)) ?? [];
  expect(failures.map(({ property, reason }) => [property, codeOf(reason)])).toEqual([
    ["directory", "CONVEX_BUNDLE_FAILED"],
  ]);
  expect(failures[0]?.reason).toContain("nowhere");
}, 60_000);

test("check waits for a directory that is not known yet", async () => {
  const inputs: Properties = { deployment: "otter-1", directory: UNKNOWN };
  expect(await deploy.check?.(inputs, offline)).toEqual([]);
  expect(inputs).not.toHaveProperty("modules");
});

test("code is pushed, read back without a difference, updated and taken down", async () => {
  const { deployment, operation } = await setUp();
  const { directory, write } = await project();
  const inputs = await checked(deployment.name, directory);
  const { id, state } = await deploy.create(inputs, operation);
  expect(id).toBe(deployment.name);
  expect(Object.keys(deployment.modules())).toEqual(["sample.js"]);
  expect(state).toEqual({ ...inputs, activeSchema: "" });
  const read = (known: Parameters<typeof deploy.read>[1]) => deploy.read(id, known, operation);
  expect(await read({ inputs, state })).toEqual({ id, inputs, state });
  expect((await read(nothingKnown))?.inputs.modules).toEqual(inputs.modules);

  await write(ping("another"));
  const next = await checked(deployment.name, directory);
  const updated = await deploy.update(id, { state, inputs: next }, operation);
  expect(updated.modules).toEqual(next.modules);
  expect((await read({ inputs, state }))?.inputs.modules).toEqual(next.modules);

  await deploy.delete(id, updated, operation);
  expect(deployment.modules()).toEqual({});
  expect(await read({ inputs: next, state: updated })).toBeUndefined();
  const { pushes } = deployment;
  await deploy.delete(id, updated, operation);
  expect(deployment.pushes).toBe(pushes);
}, 120_000);

test("a folder that changed after check is not pushed", async () => {
  const { deployment, operation } = await setUp();
  const { directory, write } = await project();
  const inputs = await checked(deployment.name, directory);
  await write(ping("changed meanwhile"));
  const state = { ...inputs, activeSchema: "" };
  const refused = {
    code: "CONVEX_FOLDER_CHANGED",
    message: expect.stringContaining("sample.js"),
  };
  await expect(deploy.create(inputs, operation)).rejects.toMatchObject(refused);
  const update = deploy.update(deployment.name, { state, inputs }, operation);
  await expect(update).rejects.toMatchObject(refused);
  expect(deployment.pushes).toBe(0);
}, 60_000);

test.each([
  ["changed", { "sample.ts": ping("another") }, "sample.js"],
  ["added to", { "sample.ts": ping("pong"), "more.ts": ping("more") }, "more.js"],
])(
  "a push whose code is %s by another hand before it is confirmed does not pass",
  async (_what, files, named) => {
    const { deployment, operation } = await setUp();
    const { directory } = await project();
    const inputs = await checked(deployment.name, directory);
    const other = await otherProject(files);
    onTestFinished(other.remove);
    const { signal } = operation;
    let asked = 0;
    const convex: Vendors["convex"] = async (...bound) => {
      const target = await operation.vendors.convex(...bound);
      asked += 1;
      // The first connection is made for the push, the second to confirm it.
      if (asked === 2)
        await deployProject({ directory: other.directory, signal }, target.credentials);
      return target;
    };
    const overtaken = { ...operation, vendors: { convex } as Vendors };
    await expect(deploy.create(inputs, overtaken)).rejects.toMatchObject({
      id: deployment.name,
      state: { deployment: deployment.name, activeSchema: "" },
      cause: { code: "CONVEX_DEPLOY_OVERTAKEN", message: expect.stringContaining(named) },
    });
  },
  60_000,
);

test("credentials of another deployment push nothing", async () => {
  const { convex, deployment, connect } = await setUp();
  const { deployKey } = await convex.createDeployment({ type: "dev" });
  const other = connect({ CONVEX_DEPLOY_KEY: deployKey });
  const inputs = { deployment: deployment.name, directory: ".", modules: {}, schema: "" };
  const state = { ...inputs, activeSchema: "" };
  for (const attempt of [
    deploy.create(inputs, other),
    deploy.read(deployment.name, nothingKnown, other),
    deploy.update(deployment.name, { state, inputs }, other),
    deploy.delete(deployment.name, state, other),
  ]) {
    await expect(attempt).rejects.toMatchObject({ code: "CONVEX_WRONG_DEPLOYMENT" });
  }
  expect(convex.inventory()).toEqual([]);
});

test("what another hand pushed is named when it is read, once, and nothing is said without it", async () => {
  const { deployment, operation, warnings } = await setUp();
  const { directory, write } = await project();
  const inputs = await checked(deployment.name, directory);
  const { id, state } = await deploy.create(inputs, operation);
  await deploy.read(id, { inputs, state }, operation);
  await deploy.read(id, nothingKnown, operation);
  expect(warnings).toEqual([]);
  await write(ping("by hand"));
  const { credentials } = await operation.vendors.convex();
  await deployProject({ directory, signal: operation.signal }, credentials);
  const read = await deploy.read(id, { inputs, state }, operation);
  const found = `The code on ${id} is not what this stack pushed. By another hand: changed sample.js`;
  expect(warnings).toEqual([found]);
  if (read) await deploy.read(id, read, operation);
  expect(warnings).toEqual([found]);
}, 60_000);

test("check warns of code from outside the repository, naming its files", async () => {
  const { operation, warnings } = await setUp();
  const outside = await otherProject({ "shared.ts": "export const shared = () => Date.now();" });
  onTestFinished(outside.remove);
  const imported = path.join("..", "..", path.basename(outside.directory), "convex", "shared");
  const { directory } = await project(`import { shared } from "${imported}";\n${ping("pong")}
export const other = () => shared();`);
  const check = () => deploy.check?.({ deployment: "otter-1", directory }, operation);
  expect([await check(), warnings]).toEqual([[], []]);
  await mkdir(path.join(directory, ".git"));
  expect([await check(), warnings]).toEqual([
    [],
    [expect.stringContaining(`: ${imported.slice("../".length)}.ts.`)],
  ]);
}, 60_000);
