import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { run } from "../../scripts/setup/processes.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const parts = ["Pulumi.yaml", "Pulumi.dev.yaml", "package.json", "infra", "convex", "scripts"];

let vendors: LocalVendors;
let directory: string;

/** Runs the CLI as somebody does in a clone, with the language host of its own where it has one. */
function pulumi(...args: string[]) {
  const standIn = path.join(root, "test/stand-ins/language");
  return run("pulumi", [...args, "--non-interactive", "--color=never"], {
    cwd: directory,
    env: {
      ...process.env,
      ...vendors.environment,
      PATH: [process.env.PATH, standIn].join(path.delimiter),
      PULUMI_BACKEND_URL: `file://${directory}`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
  });
}

async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, excerpt } = await pulumi(...args);
  expect(code, excerpt).toBe(0);
  return stdout;
}

beforeAll(async () => {
  vendors = await startLocalVendors();
  directory = await mkdtemp(path.join(tmpdir(), "literal "));
  for (const part of parts) {
    await cp(path.join(root, part), path.join(directory, part), { recursive: true });
  }
  await symlink(path.join(root, "node_modules"), path.join(directory, "node_modules"), "junction");
});

afterAll(async () => {
  await vendors?.close();
  await rm(directory, { recursive: true, force: true });
});

test("the stack's file as it is, and credentials, are all that a preview needs", async () => {
  await succeed("stack", "init", "dev");
  expect(await succeed("preview")).toMatch(/\+ 10 to create/);
  expect(vendors.leftovers()).toEqual([]);
});

test.each([
  ["target.kind", "staging", "CONFIG_TARGET"],
  // Known only once it is decrypted, after the program has run to its end.
  ["variables.CLERK_WEBHOOK_SECRET", "mine", "CONFIG_VARIABLE_RESERVED"],
])("a wrong %s is one line, without a trace of the program", async (key, value, code) => {
  const file = path.join(directory, "Pulumi.dev.yaml");
  const right = await readFile(file);
  await succeed("config", "set", "--path", `clerk-convex:${key}`, value);
  const refused = await pulumi("preview");
  await writeFile(file, right);
  expect(refused.code).not.toBe(0);
  const errors = refused.stdout.split("\n").filter((line) => line.startsWith("    error: "));
  expect(errors).toEqual([expect.stringMatching(new RegExp(`clerk-convex:.* \\[${code}\\]$`))]);
  expect(refused.stdout).not.toMatch(/^\s+at |\.ts:\d+/m);
});

test("up makes the environment, and its outputs say where it is", async () => {
  await succeed("up", "--yes");
  const { name, url, siteUrl } = vendors.deployment;
  expect(JSON.parse(await succeed("stack", "output", "--json"))).toEqual({
    issuer: vendors.clerk.instance.issuer,
    deploymentName: name,
    deploymentUrl: url,
    siteUrl,
    webhookUrl: `${siteUrl}/clerk-webhook`,
    webhookEndpointId: vendors.svix.inventory().endpoints[0]?.id,
    webhookSecrets: {},
    jwtTemplateId: vendors.clerk.inventory().templates[0]?.id,
  });
  await succeed("preview", "--refresh", "--expect-no-changes");
});

test("destroy leaves nothing", async () => {
  await succeed("destroy", "--yes");
  expect(vendors.leftovers()).toEqual([]);
  await succeed("stack", "rm", "dev", "--yes", "--preserve-config");
});
