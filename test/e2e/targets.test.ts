import { afterAll, describe, expect, test } from "vitest";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { userStory } from "../../scripts/local/story.ts";
import {
  type ConvexMeans,
  type LocalVendors,
  startLocalVendors,
} from "../../scripts/local/vendors.ts";
import { planWithRefresh } from "./observe.ts";

const open: { vendors: LocalVendors; local: LocalStack }[] = [];

afterAll(async () => {
  for (const { vendors, local } of open) {
    await vendors.close();
    await local.remove();
  }
});

async function environmentOn(means: ConvexMeans, config: Record<string, string>) {
  const vendors = await startLocalVendors(means);
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

describe("a preview deployment, claimed by name", () => {
  const config = { "clerk-convex:target.kind": "preview", "clerk-convex:target.name": "pr-7" };

  test("works, and its destroy says what only an access token can do", async () => {
    const { vendors, stack } = await environmentOn("previewKey", config);
    await stack.up();
    expect(vendors.deployment).toMatchObject({ type: "preview", previewIdentifier: "pr-7" });
    expect(await answers(vendors)).toEqual(["Not authenticated", "row", "row", "User not found"]);
    expect(await planWithRefresh(stack)).toEqual([]);
    const { name } = vendors.deployment;
    const { stdout } = await stack.destroy();
    expect(stdout).toContain(`The preview deployment ${name} is taken out of use`);
    expect(vendors.leftovers()).toEqual([`Convex: ${name}: deployment preview preview/pr-7`]);
  });

  test("is deleted where an access token is at hand, and made anew when it is gone", async () => {
    const vendors = await startLocalVendors("previewKey");
    const environment = { ...vendors.environment, CONVEX_ACCESS_TOKEN: vendors.convex.teamToken };
    const local = await createLocalStack({ environment, config });
    open.push({ vendors, local });
    await local.stack.up();
    const first = vendors.deployment.name;
    await vendors.convex.deleteDeployment(first);
    await local.stack.up({ refresh: true });
    expect(vendors.deployment.name).not.toBe(first);
    expect(await answers(vendors)).toEqual(["Not authenticated", "row", "row", "User not found"]);
    await local.stack.destroy();
    expect(vendors.leftovers()).toEqual([]);
  });
});

describe("a deployment that the stack creates", () => {
  const config = {
    "clerk-convex:target.kind": "created",
    "clerk-convex:target.type": "dev",
    "clerk-convex:target.newProject": "Shop",
  };

  test("needs no dashboard, and leaves nothing", async () => {
    const { vendors, stack } = await environmentOn("accessToken", config);
    const { summary } = await stack.up();
    expect(summary.resourceChanges).toEqual({ create: 12 });
    expect(vendors.deployment).toMatchObject({
      type: "dev",
      reference: "clerkconvex/clerk-convex/local",
      deployKeys: ["clerkconvex-clerk-convex-local-v1"],
    });
    expect(await answers(vendors)).toEqual(["Not authenticated", "row", "row", "User not found"]);
    expect(await planWithRefresh(stack)).toEqual([]);

    vendors.forgetRequests();
    await stack.up();
    expect(vendors.requests().convex.total).toBe(0);

    await stack.destroy();
    expect(vendors.leftovers()).toEqual([]);
    expect(vendors.convex.projects().map(({ slug }) => slug)).toEqual(["project"]);
  });

  test("comes back when someone deletes it, or revokes its key, and the key can be rotated", async () => {
    const { vendors, stack } = await environmentOn("accessToken", config);
    await stack.up();
    const { name } = vendors.deployment;

    vendors.convex.revokeDeployKey(name, "clerkconvex-clerk-convex-local-v1");
    expect((await planWithRefresh(stack)).map(({ resource, op }) => [resource, op])).toContainEqual(
      ["environment-deploy-key", "create"],
    );
    await stack.up({ refresh: true });
    expect(await planWithRefresh(stack)).toEqual([]);

    await stack.setConfig("clerk-convex:target.deployKeyVersion", { value: "2" }, true);
    await stack.up();
    expect(vendors.deployment.deployKeys).toEqual(["clerkconvex-clerk-convex-local-v2"]);
    expect(await planWithRefresh(stack)).toEqual([]);

    await vendors.convex.deleteDeployment(name);
    await stack.up({ refresh: true });
    expect(vendors.deployment.name).not.toBe(name);
    expect(await answers(vendors)).toEqual(["Not authenticated", "row", "row", "User not found"]);
    await stack.destroy();
    expect(vendors.leftovers()).toEqual([]);
  });

  test("production is protected from destroy", async () => {
    const production = { ...config, "clerk-convex:target.type": "prod" };
    const { vendors, stack } = await environmentOn("accessToken", production);
    await stack.up();
    await expect(stack.destroy()).rejects.toThrow(/protect/);
    expect(vendors.deployment.type).toBe("prod");
    await stack.setConfig("clerk-convex:protect", { value: "false" });
    await stack.up();
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
    [
      "a deployment's key in a preview stack",
      { "clerk-convex:target.kind": "preview" },
      "CONVEX_KEY_KIND",
    ],
    [
      "a production key in a preview stack that makes its own deployment",
      {
        "clerk-convex:target.kind": "created",
        "clerk-convex:target.type": "preview",
        "clerk-convex:target.project": "project",
      },
      "CONVEX_DEPLOYMENT_TYPE",
      "prod",
    ],
    [
      "a project's preview key for a development deployment",
      development,
      "CONVEX_KEY_KIND",
      "previewKey",
    ],
  ] as [string, Record<string, string>, string, ConvexMeans?][])(
    "%s",
    async (_what, config, code, means = "dev") => {
      const vendors = await startLocalVendors(means);
      const environment = { ...vendors.environment, CONVEX_ACCESS_TOKEN: vendors.convex.teamToken };
      const local = await createLocalStack({ environment, config });
      open.push({ vendors, local });
      const { stack } = local;
      await expect(stack.up()).rejects.toThrow(`[${code}]`);
      expect(vendors.leftovers()).toEqual([]);
      const { clerk, svix, convex } = vendors.requests();
      expect([clerk.writes, svix.writes, convex.writes]).toEqual([0, 0, 0]);
    },
  );
});

/** What the app answers along a user's life, with rows told apart from refusals only. */
async function answers(vendors: LocalVendors): Promise<unknown[]> {
  const told = [];
  for await (const { answer } of userStory(vendors)) {
    told.push(typeof answer === "string" ? answer : "row");
  }
  return told;
}
