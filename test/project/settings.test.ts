import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Config, runtime } from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { expect, onTestFinished, test, vi } from "vitest";
import { readConfig } from "../../infra/config/index.ts";
import { settingNames } from "../../infra/config/settings.ts";
import { targetFields } from "../../infra/config/target.ts";
import { checkConfiguration, configurationSpec } from "../../infra/provider/configuration.ts";

const root = path.resolve(import.meta.dirname, "../..");
const project = await (await LocalWorkspace.create({ workDir: root })).projectSettings();
const file = await readFile(path.join(root, "Pulumi.dev.yaml"), "utf8");

// Another stack, as the example of a reference reads it.
const outputs = { outputs: { key: "value" }, secretOutputNames: [] };
await runtime.setMocks(
  { newResource: () => ({ id: "", state: outputs }), call: () => ({}) },
  project.name,
  "dev",
);

/** A stack's settings as Pulumi reads them from a file of this text. */
async function settingsIn(text: string): Promise<Record<string, unknown>> {
  const workDir = await mkdtemp(path.join(tmpdir(), "settings-"));
  onTestFinished(() => rm(workDir, { recursive: true, force: true }));
  await writeFile(path.join(workDir, "Pulumi.dev.yaml"), text);
  const workspace = await LocalWorkspace.create({ workDir });
  return { ...(await workspace.stackSettings("dev")).config };
}

/** What the program makes of them. */
function read(settings: Record<string, unknown>) {
  const texts = Object.entries(settings).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  runtime.setAllConfig(Object.fromEntries(texts));
  return readConfig();
}

/** Settings that are commented out, each with the lines that belong to it. */
const examples = [...file.matchAll(/^ {2}# (clerk-?convex:\w+):.*\n(?: {2}# {3}.*\n)*/gm)].map(
  ([lines, key]) => [key ?? "", lines.replaceAll(/^ {2}# /gm, "  ")] as const,
);

test("the file of the stack dev is read as it stands", async () => {
  expect(await read(await settingsIn(file))).toMatchObject({
    target: { kind: "development" },
    environmentType: "development",
    webhookSecretVersion: 1,
    adopt: false,
    protect: false,
  });
});

test("it names every setting that the program reads", async () => {
  const asked = new Set<string>();
  for (const method of [
    "get",
    "getBoolean",
    "getNumber",
    "getObject",
    "getSecretObject",
  ] as const) {
    const original = Config.prototype[method] as (key: string) => unknown;
    const spy = vi.spyOn(Config.prototype, method).mockImplementation(function (
      this: Config,
      key: string,
    ) {
      asked.add(key);
      return original.call(this, key) as never;
    });
    onTestFinished(() => spy.mockRestore());
  }
  await read({ [`${project.name}:target`]: { kind: "development" } });
  const renamed = ["deploymentType"];
  const named = [...asked].filter((key) => !renamed.includes(key));
  expect(named.sort()).toEqual([...settingNames].sort());
  expect(named.filter((key) => !file.includes(`${project.name}:${key}`))).toEqual([]);
});

test("it names every kind of target with all that it has", () => {
  const words = [...Object.keys(targetFields), ...Object.values(targetFields).flat()];
  expect(words.filter((word) => !new RegExp(`\\b${word}\\b`).test(file))).toEqual([]);
});

test("it names every setting of the plugin, and credentials only by how to set them", () => {
  const settings = Object.entries(configurationSpec.properties);
  expect(settings.filter(([name]) => !file.includes(`clerkconvex:${name}`))).toEqual([]);
  const secrets = settings.filter(([, { secret }]) => secret).map(([name]) => name);
  expect(secrets.filter((name) => file.includes(`clerkconvex:${name}:`))).toEqual([]);
  expect(secrets.filter((name) => !file.includes(`--secret clerkconvex:${name} `))).toEqual([]);
});

test("there are examples of each kind of target that is more than its kind", async () => {
  const kinds = await Promise.all(
    examples
      .filter(([key]) => key === `${project.name}:target`)
      .map(async ([key, text]) => (await settingsIn(`config:\n${text}`))[key]),
  );
  expect(kinds).toMatchObject([{ kind: "preview" }, { kind: "created" }, { kind: "created" }]);
});

test.each(examples)("the example of %s can be used as it is", async (key, text) => {
  const example = await settingsIn(`config:\n${text}`);
  expect(Object.keys(example)).toEqual([key]);
  const [namespace, name = ""] = key.split(":");
  if (namespace !== project.name) {
    expect(checkConfiguration({ [name]: String(example[key]) })).toEqual([]);
    return;
  }
  const reading = read({ ...(await settingsIn(file)), ...example });
  // The one example that speaks of a file, which a fresh checkout does not have.
  if (name === "variableFiles") await expect(reading).rejects.toThrow("[CONFIG_VARIABLE_FILE]");
  else await expect(reading).resolves.toHaveProperty("target");
});
