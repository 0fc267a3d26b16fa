import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { output, unsecret } from "@pulumi/pulumi";
import { afterAll, expect, test } from "vitest";
import { readVariables } from "../../../infra/config/variables.ts";
import { projectRoot } from "../../../infra/project.ts";
import { outputsOfStacks, settings } from "./settings.ts";

const folder = await mkdtemp(path.join(tmpdir(), "variables-"));
afterAll(() => rm(folder, { recursive: true }));

/** Writes a file; returns its path as a setting may have it. */
async function file(name: string, text: string): Promise<string> {
  const target = path.join(folder, name);
  await writeFile(target, text);
  return path.relative(projectRoot, target);
}

/** What a program gets to see. */
async function read(values: Record<string, unknown>): Promise<Record<string, string> | undefined> {
  const variables = await readVariables(settings(values));
  if (variables === undefined) return undefined;
  return new Promise((resolve) => output(unsecret(variables)).apply(resolve));
}

/** What a refused reading says. */
const refusalOf = (values: Record<string, unknown>): Promise<string> =>
  read(values).then(
    () => "",
    (error: Error) => error.message,
  );

test("a stack without variables has none", async () => {
  expect(await read({})).toBeUndefined();
  expect(await read({ variables: {}, variableFiles: [], variablesFrom: {} })).toBeUndefined();
});

test("later files go before earlier ones, and settings before files", async () => {
  const first = await file("first.env", "A=1\nB=1\nC=1\nD=1\n");
  const second = await file("second.env", `B=2\nC=2\nD=2 # a remark\nE="two\\nlines"\n`);
  outputsOfStacks["org/other/dev"] = { address: "https://other.example" };
  const values = {
    variableFiles: [first, second],
    variables: { C: "3" },
    variablesFrom: { D: { stack: "org/other/dev", output: "address" } },
  };
  expect(await read(values)).toEqual({
    A: "1",
    B: "2",
    C: "3",
    D: "https://other.example",
    E: "two\nlines",
  });
});

test("all are one secret", async () => {
  const variables = await readVariables(settings({ variableFiles: [await file("a.env", "A=1")] }));
  const { isSecret } = variables as unknown as { isSecret: Promise<boolean> };
  expect(await isSecret).toBe(true);
});

test.each<[string, Record<string, unknown>, string, string]>([
  ["a number", { variables: { A: 3 } }, "CONFIG_VARIABLES", "clerk-convex:variables"],
  ["a list", { variables: ["A"] }, "CONFIG_VALUE", "clerk-convex:variables"],
  ["a text", { variables: "A=hidden" }, "CONFIG_VALUE", "clerk-convex:variables"],
  [
    "the environment's own",
    { variables: { CLERK_WEBHOOK_SECRET: "hidden" } },
    "CONFIG_VARIABLE_RESERVED",
    "CLERK_WEBHOOK_SECRET",
  ],
  ["Convex's own", { variables: { CONVEX_SITE_URL: "a" } }, "VARIABLE_BUILT_IN", "CONVEX_SITE_URL"],
  ["a name that is none", { variables: { "A-B": "hidden" } }, "VARIABLE_NAME", "variables: A-B"],
  ["a value too long", { variables: { A: "hidden".repeat(2000) } }, "VARIABLE_SIZE", "value of A"],
  [
    "too many",
    { variables: Object.fromEntries(Array.from({ length: 513 }, (_, n) => [`A${n}`, ""])) },
    "VARIABLE_COUNT",
    "513",
  ],
  [
    "too much",
    {
      variables: Object.fromEntries(
        Array.from({ length: 65 }, (_, n) => [`A${n}`, " ".repeat(8192)]),
      ),
    },
    "VARIABLE_TOTAL",
    "524288",
  ],
  ["no list of files", { variableFiles: ".env" }, "CONFIG_VALUE", "clerk-convex:variableFiles"],
  ["no file", { variableFiles: ["none/.env"] }, "CONFIG_VARIABLE_FILE", "none/.env"],
  ["a folder", { variableFiles: ["test"] }, "CONFIG_VARIABLE_FILE", "EISDIR"],
  ["no stack", { variablesFrom: { A: { output: "a" } } }, "CONFIG_VALUE", "variablesFrom.A.stack"],
  [
    "no output",
    { variablesFrom: { A: { stack: "a/b/c" } } },
    "CONFIG_VALUE",
    "variablesFrom.A.output",
  ],
  [
    "an unknown key",
    { variablesFrom: { A: { stack: "a/b/c", output: "a", key: "a" } } },
    "CONFIG_VALUE",
    "key",
  ],
])("%s is refused, and no value repeated", async (_what, values, code, named) => {
  const refusal = await refusalOf(values);
  expect(refusal).toContain(`[${code}]`);
  expect(refusal).toContain(named);
  expect(refusal).not.toContain("hidden");
});

test("a file cannot take the place of the environment's own, nor hold what Convex refuses", async () => {
  const own = await file("own.env", "CLERK_JWT_ISSUER_DOMAIN=hidden");
  expect(await refusalOf({ variableFiles: [own] })).toMatch(
    /own\.env\) sets CLERK_JWT_ISSUER_DOMAIN.*\[CONFIG_VARIABLE_RESERVED\]/,
  );
  const odd = await file("odd.env", "A.B=hidden");
  expect(await refusalOf({ variableFiles: [odd] })).toMatch(/odd\.env\): A\.B.*\[VARIABLE_NAME\]/);
});

test("what another stack does not give is named", async () => {
  outputsOfStacks["org/other/dev"] = { secret: "hidden", number: 3 };
  const from = (output: string, name = "A") => ({
    variablesFrom: { [name]: { stack: "org/other/dev", output } },
  });
  expect(await refusalOf(from("missing"))).toMatch(
    /variablesFrom\.A is the output missing of the stack org\/other\/dev.*\[CONFIG_VARIABLES_FROM\]/,
  );
  expect(await refusalOf(from("number"))).toContain("[CONFIG_VARIABLES_FROM]");
  expect(await refusalOf(from("secret", "CLERK_WEBHOOK_SECRET"))).toContain(
    "[CONFIG_VARIABLE_RESERVED]",
  );
  const both = { ...from("secret"), variables: { A: "hidden" } };
  expect(await refusalOf(both)).toMatch(/both set A.*\[CONFIG_VARIABLE_TWICE\]/);
});
