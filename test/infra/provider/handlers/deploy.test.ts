import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { deploy } from "../../../../infra/provider/handlers/deploy.ts";
import { type Properties, UNKNOWN } from "../../../../infra/provider/resource.ts";
import { codeOf, nothingKnown, offline, setUp } from "./setup.ts";

const modules = path.resolve(import.meta.dirname, "../../../../node_modules");
const ping = (answer: string) =>
  `import { queryGeneric } from "convex/server";
export const ping = queryGeneric({ args: {}, handler: async () => "${answer}" });`;

/** A Convex project of one function. */
async function project(source = ping("pong")) {
  const directory = await mkdtemp(path.join(tmpdir(), "convex-project-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await mkdir(path.join(directory, "convex"));
  await symlink(modules, path.join(directory, "node_modules"), "junction");
  const manifest = { name: "sample", private: true, dependencies: { convex: "*" } };
  await writeFile(path.join(directory, "package.json"), JSON.stringify(manifest));
  const write = (text: string) => writeFile(path.join(directory, "convex", "sample.ts"), text);
  await write(source);
  return { directory, write };
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

test("a folder that changed after check is not passed off as what was declared", async () => {
  const { deployment, operation } = await setUp();
  const { directory, write } = await project();
  const inputs = await checked(deployment.name, directory);
  await write(ping("changed meanwhile"));
  await expect(deploy.create(inputs, operation)).rejects.toMatchObject({
    id: deployment.name,
    state: { deployment: deployment.name, activeSchema: "" },
    cause: { code: "CONVEX_DEPLOY_OVERTAKEN", message: expect.stringContaining("sample.js") },
  });
}, 60_000);

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
