import { writeFile } from "node:fs/promises";
import path from "node:path";
import { secret } from "@pulumi/pulumi";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { filesHolding, planWithRefresh } from "./observe.ts";

const canaries = ["canary-of-a-file", "canary-of-another-stack"];

let vendors: LocalVendors;
let local: LocalStack;
let other: LocalStack;

const set = (key: string, value: string) =>
  local.stack.setConfig(`clerk-convex:${key}`, { value }, true);
const unset = (key: string) => local.stack.removeConfig(`clerk-convex:${key}`, true);
const present = () => Object.fromEntries(vendors.deployment.environmentVariables);

beforeAll(async () => {
  vendors = await startLocalVendors();
  local = await createLocalStack({ environment: vendors.environment });
  other = await createLocalStack({
    name: "other",
    environment: { PULUMI_BACKEND_URL: `file://${local.folder}` },
    program: async () => ({ address: "https://other.example", key: secret(canaries[1]) }),
  });
  await other.stack.up();
});

afterAll(async () => {
  await vendors?.close();
  await Promise.all([local?.remove(), other?.remove()]);
});

test("variables of files and of other stacks are set, and removed one by one", async () => {
  const file = path.join(local.folder, "app.env");
  await writeFile(file, `FILE_KEY=${canaries[0]}\nADDRESS=of-the-file\nREGION=eu\n`);
  await vendors.deployment.setVariable("SOMEBODY_ELSES", "kept");
  await set("variableFiles[0]", file);
  await set("variables.REGION", "us");
  await set("variablesFrom.ADDRESS.stack", "organization/clerk-convex/other");
  await set("variablesFrom.ADDRESS.output", "address");
  await set("variablesFrom.OTHER_KEY.stack", "organization/clerk-convex/other");
  await set("variablesFrom.OTHER_KEY.output", "key");
  await local.stack.up();
  const { CLERK_JWT_ISSUER_DOMAIN: _, CLERK_WEBHOOK_SECRET: __, ...users } = present();
  expect(users).toEqual({
    ADDRESS: "https://other.example",
    FILE_KEY: canaries[0],
    OTHER_KEY: canaries[1],
    REGION: "us",
    SOMEBODY_ELSES: "kept",
  });
  expect(await planWithRefresh(local.stack)).toEqual([]);
  expect(await filesHolding(path.join(local.folder, ".pulumi"), canaries)).toEqual([]);

  const before = present();
  await unset("variablesFrom.OTHER_KEY");
  await local.stack.up();
  const { OTHER_KEY: ___, ...without } = before;
  expect(present()).toEqual(without);
});

test.each([
  ["a missing output", "organization/clerk-convex/other", "[CONFIG_VARIABLES_FROM]"],
  ["a missing stack", "organization/clerk-convex/nowhere", "nowhere"],
])(
  "%s of another stack is named, and nothing is changed or removed",
  async (_what, stack, named) => {
    await set("variablesFrom.MISSING.stack", stack);
    await set("variablesFrom.MISSING.output", "missing");
    const before = present();
    vendors.forgetRequests();
    await expect(local.stack.preview()).rejects.toThrow(named);
    await expect(local.stack.up()).rejects.toThrow(named);
    expect(Object.values(vendors.requests()).map(({ total }) => total)).toEqual([0, 0, 0]);
    expect(present()).toEqual(before);
    await unset("variablesFrom.MISSING");
    expect(await planWithRefresh(local.stack)).toEqual([]);
  },
);
