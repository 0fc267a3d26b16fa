import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
let project: string;

beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), "codegen-test-"));
  for (const name of ["convex", "docs", "emulators", "infra", "scripts", "package.json"]) {
    cpSync(path.join(root, name), path.join(project, name), { recursive: true });
  }
  symlinkSync(path.join(root, "node_modules"), path.join(project, "node_modules"), "junction");
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const generated = (name: string) => path.join(project, "convex/_generated", name);

function codegen(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(project, "scripts/codegen.ts"), ...args],
    // A key of the caller's must not choose where the code is pushed.
    { encoding: "utf8", timeout: 60_000, env: { ...process.env, CONVEX_DEPLOY_KEY: "prod:a|b" } },
  );
  return { status, stdout, stderr };
}

const current = { status: 0, stdout: "Generated files are current\n", stderr: "" };

test("names each file that is changed, missing or left over, and changes none", {
  timeout: 60_000,
}, () => {
  writeFileSync(generated("api.js"), "export const api = {};\n");
  rmSync(generated("server.js"));
  writeFileSync(generated("left-over.js"), "");
  expect(codegen("--check")).toEqual({
    status: 1,
    stdout: "",
    stderr:
      "Generated files are not current: convex/_generated/api.js, convex/_generated/left-over.js, " +
      "convex/_generated/server.js. Run node scripts/codegen.ts and commit what it wrote. [CODEGEN_STALE]\n",
  });
  expect(readFileSync(generated("api.js"), "utf8")).toBe("export const api = {};\n");
  expect(readdirSync(generated("."))).not.toContain("server.js");
});

test("makes code current that a new module made stale, once and for all", {
  timeout: 60_000,
}, () => {
  expect(codegen("--check")).toEqual(current);
  writeFileSync(path.join(project, "convex/more.ts"), "export const more = 1;\n");
  writeFileSync(generated("left-over.js"), "");
  expect(codegen("--check").stderr).toContain(
    ": convex/_generated/api.d.ts, convex/_generated/left-over.js. ",
  );
  expect(codegen()).toEqual({
    status: 0,
    stdout: "Wrote convex/_generated/api.d.ts, convex/_generated/left-over.js\n",
    stderr: "",
  });
  expect(readFileSync(generated("api.d.ts"), "utf8")).toContain('from "../more.js"');
  expect(readdirSync(generated("."))).not.toContain("left-over.js");
  expect(codegen("--check")).toEqual(current);
});

test("tells what does not bundle, and leaves the code that was there", { timeout: 60_000 }, () => {
  const before = readFileSync(generated("api.d.ts"), "utf8");
  writeFileSync(path.join(project, "convex/broken.ts"), "export const = ;\n");
  const { status, stderr } = codegen();
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^The Convex CLI could not generate code: .*broken\.ts.* \[CODEGEN_FAILED\]\n$/,
  );
  expect(readFileSync(generated("api.d.ts"), "utf8")).toBe(before);
});

test("refuses an option it does not know", () => {
  const { status, stderr } = codegen("--chekc");
  expect(status).toBe(1);
  expect(stderr).toContain("--chekc");
});
