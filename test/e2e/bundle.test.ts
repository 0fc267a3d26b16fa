import { mkdir, readdir, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { startConvexEmulator } from "../../emulators/convex/index.ts";
import type { LocalBundle } from "../../infra/clients/convex-bundle.ts";
import { bundleProject, deployProject } from "../../infra/clients/convex-cli.ts";
import { copyProject, type ProjectCopy } from "./project-copy.ts";

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

describe("code whose bundle holds more than statements", () => {
  /** Everything of a source that esbuild takes over as it is written, the sources themselves included. */
  const files = {
    "convex.json": `{ "bundler": { "includeSourcesContent": true } }\n`,
    "greeting.txt": "Good\nday\n",
    "convex/texts.ts": `/*!
 * Kept as it is
 */
import { queryGeneric } from "convex/server";
// @ts-expect-error: no types for texts
import greeting from "../greeting.txt";
export const greet = queryGeneric({
  args: {},
  handler: async () => \`\${greeting} and
\${String.raw\`good \\
night\`}\`,
});
`,
  };

  async function copyWithTexts(below?: string): Promise<ProjectCopy> {
    const copy = await copyProject(below);
    for (const [file, text] of Object.entries(files)) {
      await writeFile(path.join(copy.directory, file), text);
    }
    return copy;
  }

  const bundle = ({ directory }: { directory: string }) => bundleProject({ directory, signal });

  let expected: LocalBundle;
  beforeAll(async () => {
    await using copy = await copyWithTexts();
    expected = await bundle(copy);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /** As git leaves them in a checkout that is told to. */
  async function withOtherLineEndings({ directory }: ProjectCopy): Promise<void> {
    const sources = await readdir(path.join(directory, "convex"), {
      recursive: true,
      withFileTypes: true,
    });
    const texts = sources
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    for (const file of [...texts, ...["convex.json", "greeting.txt", "package.json"]]) {
      const target = path.resolve(directory, file);
      await writeFile(target, (await readFile(target, "utf8")).replaceAll("\n", "\r\n"));
    }
  }

  async function withLinkedPackages({ directory }: ProjectCopy): Promise<void> {
    const elsewhere = path.join(directory, "..", "another place");
    await mkdir(elsewhere);
    const packages = path.join(elsewhere, "node_modules");
    await rename(path.join(directory, "node_modules"), packages);
    await symlink(packages, path.join(directory, "node_modules"), "junction");
  }

  const machines: [string, (copy: ProjectCopy) => Promise<unknown>][] = [
    ["line endings of Windows", withOtherLineEndings],
    ["node_modules linked to a folder elsewhere", withLinkedPackages],
    [
      "another home, temporary folder, language and time zone",
      async ({ directory }) => {
        const scratch = path.join(directory, "..", "scratch");
        await mkdir(scratch);
        for (const name of ["HOME", "TMPDIR"]) vi.stubEnv(name, scratch);
        for (const name of ["LANG", "LC_ALL"]) vi.stubEnv(name, "tr_TR.UTF-8");
        vi.stubEnv("TZ", "Pacific/Chatham");
      },
    ],
    [
      "files written in another order, at another time",
      async ({ directory }) => {
        const folder = path.join(directory, "convex");
        const names = (await readdir(folder)).filter((name) => name.endsWith(".ts")).sort();
        const sources = new Map<string, string>();
        for (const name of names) {
          sources.set(name, await readFile(path.join(folder, name), "utf8"));
          await rm(path.join(folder, name));
        }
        for (const [name, source] of [...sources].reverse()) {
          await writeFile(path.join(folder, name), source);
          await utimes(path.join(folder, name), 1, 1);
        }
      },
    ],
  ];

  test.each(machines)("%s: the same hashes", async (_, change) => {
    await using copy = await copyWithTexts("project");
    await change(copy);
    expect(await bundle(copy)).toEqual(expected);
  });

  test("a long way down, with blanks and letters of all kinds: the same hashes", async () => {
    await using copy = await copyWithTexts("a b/ünï çødé/プロジェクト/x/y/z");
    expect(await bundle(copy)).toEqual(expected);
  });

  test("is pushed as it is told, whatever the machine", async () => {
    const convex = await startConvexEmulator();
    onTestFinished(() => convex.close());
    const deployment = await convex.createDeployment({ type: "dev" });
    await deployment.setVariable("CLERK_JWT_ISSUER_DOMAIN", "https://issuer.example.com");
    await using copy = await copyWithTexts("project");
    await withOtherLineEndings(copy);
    await withLinkedPackages(copy);
    const { deployKey } = deployment;
    const credentials = { kind: "deployKey", deployKey, provisionHost: convex.url } as const;
    await deployProject({ directory: copy.directory, signal }, credentials);
    const pushed = Object.entries(deployment.modules()).map(([name, hash]) => [
      name,
      `isolate:${hash}`,
    ]);
    expect(Object.fromEntries(pushed)).toEqual(expected.modules);
  });

  test("an edit that is only of line endings inside a text is an edit all the same", async () => {
    await using copy = await copyWithTexts();
    await copy.edit("greeting.txt", (text) => text.replace("\n", "\n\n"));
    const { modules } = await bundle(copy);
    expect(modules["texts.js"]).not.toBe(expected.modules["texts.js"]);
    expect(modules["users.js"]).toBe(expected.modules["users.js"]);
  });
});
