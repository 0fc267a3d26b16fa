import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { digestOf, type PushRequest, straySources } from "../../../infra/clients/convex-bundle.ts";

function bundleOf(sources: Record<string, string[]>): PushRequest {
  const changedModules = Object.entries(sources).map(([file, list]) => ({
    path: file,
    source: file,
    sourceMap: JSON.stringify({ version: 3, sources: list }),
    environment: "isolate",
  }));
  return { appDefinition: { changedModules, schema: null } };
}

test("a hash covers source and source map, and stands behind the environment", () => {
  const module = { path: "a.js", source: "ab", environment: "node" };
  const digest = (parts: object) =>
    digestOf({ appDefinition: { changedModules: [{ ...module, ...parts }], schema: null } });
  // Of "abc".
  const hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(digest({ sourceMap: "c" })).toEqual({ modules: { "a.js": `node:${hash}` }, schema: "" });
  expect(digest({ source: "abc" })).toEqual(digest({ sourceMap: "c" }));
  expect(digest({}).modules).not.toEqual(digest({ sourceMap: "c" }).modules);
});

test("files outside the repository are named once, by their paths from the project", async () => {
  const repository = await mkdtemp(path.join(tmpdir(), "repository-"));
  onTestFinished(() => rm(repository, { recursive: true, force: true }));
  const project = path.join(repository, "apps", "one");
  await mkdir(project, { recursive: true });
  const bundle = bundleOf({
    "users.js": ["../convex/users.ts", "../../../packages/x.ts", "../../../../far/away.ts"],
    "deep/er.js": ["../../convex/deep/er.ts", "../../../../../far/away.ts"],
    "_deps/A.js": ["wasm-stub:x"],
  });
  expect(straySources(bundle, project)).toEqual([]);
  await mkdir(path.join(repository, ".git"));
  expect(straySources(bundle, project)).toEqual(["../../../far/away.ts"]);
});
