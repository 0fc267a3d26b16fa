import { afterAll, describe, expect, test } from "vitest";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { userStory } from "../../scripts/local/story.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { planWithRefresh } from "./observe.ts";

const open: { vendors: LocalVendors; local: LocalStack }[] = [];

afterAll(async () => {
  for (const { vendors, local } of open) {
    await vendors.close();
    await local.remove();
  }
});

async function environmentOn(type: "dev" | "prod" | "selfHosted", config: Record<string, string>) {
  const vendors = await startLocalVendors(type);
  const local = await createLocalStack({ environment: vendors.environment, config });
  open.push({ vendors, local });
  return { vendors, stack: local.stack };
}

describe("a deployment of each kind", () => {
  test("production: works, and is protected from destroy", async () => {
    const config = { "clerk-convex:target.kind": "production" };
    const { vendors, stack } = await environmentOn("prod", config);
    await stack.up();
    expect(await answers(vendors)).toEqual(["Not authenticated", "row", "row", "User not found"]);
    await expect(stack.destroy()).rejects.toThrow(/protect/);
    expect(vendors.leftovers()).not.toEqual([]);
    await stack.setConfig("clerk-convex:protect", { value: "false" });
    await stack.up();
    await stack.destroy();
    expect(vendors.leftovers()).toEqual([]);
  });

  test("self-hosted: works by URL and admin key", async () => {
    const config = { "clerk-convex:target.kind": "selfHosted" };
    const { vendors, stack } = await environmentOn("selfHosted", config);
    await stack.up();
    expect(await answers(vendors)).toEqual(["Not authenticated", "row", "row", "User not found"]);
    expect(await planWithRefresh(stack)).toEqual([]);
    await stack.destroy();
    expect(vendors.leftovers()).toEqual([]);
  });
});

const development = { "clerk-convex:target.kind": "development" };

describe("credentials of the wrong kind are refused before anything is changed", () => {
  test.each([
    [
      "a deployment of another type",
      { "clerk-convex:target.kind": "production" },
      "CONVEX_DEPLOYMENT_TYPE",
    ],
    [
      "an instance of another kind",
      { ...development, "clerk-convex:environmentType": "production" },
      "CLERK_INSTANCE_KIND",
    ],
    [
      "a publishable key of another instance",
      {
        ...development,
        "clerk-convex:publishableKey": `pk_test_${btoa("other-name-1.clerk.accounts.dev$")}`,
      },
      "CLERK_PUBLISHABLE_KEY_MISMATCH",
    ],
    [
      "a publishable key that is none",
      { ...development, "clerk-convex:publishableKey": "pk_test_x" },
      "CLERK_PUBLISHABLE_KEY_FORMAT",
    ],
  ])("%s", async (_what, config: Record<string, string>, code) => {
    const { vendors, stack } = await environmentOn("dev", config);
    await expect(stack.up()).rejects.toThrow(`[${code}]`);
    expect(vendors.deployment.pushes).toBe(0);
    expect([...vendors.deployment.environmentVariables.keys()]).toEqual([]);
    expect(vendors.svix.inventory().endpoints).toEqual([]);
  });
});

/** What the app answers along a user's life, with rows told apart from refusals only. */
async function answers(vendors: LocalVendors): Promise<unknown[]> {
  const told = [];
  for await (const { answer } of userStory(vendors)) {
    told.push(typeof answer === "string" ? answer : "row");
  }
  return told;
}
