import { expect, test } from "vitest";
import { bundleProject } from "../../infra/clients/convex-cli.ts";
import { copyProject } from "./project-copy.ts";

const { signal } = new AbortController();

test("the same sources give the same hashes in another folder", async () => {
  await using copy = await copyProject();
  const here = await bundleProject({ directory: process.cwd(), signal });
  const there = await bundleProject({ directory: copy.directory, signal });
  expect(Object.keys(here.modules)).toContain("users.js");
  expect(there).toEqual(here);
});

test("a changed source changes the hash of its module, and of no other", async () => {
  await using copy = await copyProject();
  const before = await bundleProject({ directory: copy.directory, signal });
  await copy.edit("convex/users.ts", (source) => source.replace("Date.now()", "1"));
  const after = await bundleProject({ directory: copy.directory, signal });
  const differing = Object.keys(after.modules).filter(
    (name) => after.modules[name] !== before.modules[name],
  );
  expect(differing).toEqual(["users.js"]);
  expect(after.schema).toBe(before.schema);
});

test("code that does not bundle is refused in the bundler's words", async () => {
  await using copy = await copyProject();
  await copy.edit("convex/users.ts", (source) => `import "./absent";\n${source}`);
  await expect(bundleProject({ directory: copy.directory, signal })).rejects.toMatchObject({
    code: "CONVEX_BUNDLE_FAILED",
    message: expect.stringContaining("./absent"),
  });
});
