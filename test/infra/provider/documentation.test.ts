import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { errorCodes } from "../../../infra/error-codes.ts";
import { docsOf } from "../../../infra/provider/documentation/index.ts";
import { handlers } from "../../../infra/provider/handlers/index.ts";
import { clerkConvexPackage } from "../../../infra/provider/package.ts";
import { checkInputs } from "../../../infra/provider/protocol/check.ts";
import { type Properties, UNKNOWN, type Value } from "../../../infra/provider/resource.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const specs = handlers.map(({ spec }) => spec);
const schema = JSON.parse(clerkConvexPackage.schema());

/** What the compiler finds in programs below `infra/`, by their names. */
function complaintsAbout(programs: Map<string, string>): string[] {
  const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (file) => programs.get(file) ?? readFile(file);
  host.fileExists = (file) => programs.has(file) || fileExists(file);
  host.getSourceFile = (file, language, ...more) => {
    const text = programs.get(file);
    return text === undefined
      ? getSourceFile(file, language, ...more)
      : ts.createSourceFile(file, text, language);
  };
  const unused = { noUnusedLocals: false };
  const program = ts.createProgram([...programs.keys()], { ...options, ...unused }, host);
  return [...programs.keys()].flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`),
  );
}

test("the examples in TypeScript are of this project's classes", { timeout: 60_000 }, () => {
  const programs = new Map(
    specs.map(({ token }, index) => {
      const file = path.join(root, `infra/example-${index}.ts`);
      return [file, `${docsOf(token).typescript}\nexport {};\n`] as const;
    }),
  );
  expect(complaintsAbout(programs)).toEqual([]);
});

const withYaml = specs.filter(({ token }) => docsOf(token).yaml !== undefined);

test.each(withYaml)("the example of $token in YAML has inputs that it takes", ({ token }) => {
  const { resources } = parse(docsOf(token).yaml ?? "") as {
    resources: Record<string, { type: string; properties?: Properties }>;
  };
  const declared = Object.values(resources);
  expect(declared.map(({ type }) => type)).toContain(token);
  for (const { type, properties = {} } of declared) {
    const spec = specs.find((known) => known.token === type);
    const inputs = withoutReferences(properties) as Properties;
    expect(spec && checkInputs(spec, inputs).failures, type).toEqual([]);
  }
});

/** What comes from another resource is not known before that is there. */
function withoutReferences(value: Value): Value {
  if (typeof value === "string" && /^\$\{.*\}$/.test(value)) return UNKNOWN;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutReferences(inner)]);
  return Object.fromEntries(entries);
}

test.each(specs)("the errors of $token are those that its handler raises", ({ token }) => {
  const name = token.split(":")[2] ?? "";
  const kebab = name.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
  const files = globSync(`infra/provider/handlers/${kebab}{.ts,/*.ts}`, { cwd: root });
  expect(files).not.toEqual([]);
  const source = files.map((file) => readFileSync(path.join(root, file), "utf8")).join("\n");
  const raised = errorCodes.filter((code) => new RegExp(`\\[${code}\\]|"${code}"`).test(source));
  const { errors } = docsOf(token);
  expect(raised.filter((code) => !errors.includes(code))).toEqual([]);
});

test("every property and setting of the plugin is described by whole sentences", () => {
  const described = [
    schema.provider.inputProperties,
    ...Object.values<{ properties: object }>(schema.resources).map(({ properties }) => properties),
  ].flatMap((properties) => Object.entries<{ description: string }>(properties));
  expect(described.length).toBeGreaterThan(50);
  const cut = described.filter(([, { description }]) => !/^[A-Z`].{8,}\.$/s.test(description));
  expect(cut).toEqual([]);
});

test("a resource's description says how it is imported and what it raises", () => {
  const { description } = schema.resources["clerkconvex:clerk:JwtTemplate"];
  expect(description).toContain("`pulumi import clerkconvex:clerk:JwtTemplate NAME 'jtmp_…'`");
  expect(description).toContain("`JWT_TEMPLATE_EXISTS`");
  expect(description).toContain("{{% example %}}");
});
