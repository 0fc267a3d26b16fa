import { type Output, runtime } from "@pulumi/pulumi";
import { beforeEach, expect, test } from "vitest";
import type { CreatedTarget, Target } from "../../infra/config/target.ts";
import { declareDeployment } from "../../infra/deployment.ts";

/** What was declared, by name. */
const declared: Record<string, { type: string; inputs: Record<string, unknown> }> = {};

await runtime.setMocks(
  {
    newResource({ type, name, inputs }) {
      declared[name] = { type, inputs };
      return { id: name, state: { ...inputs, ...outputs[type] } };
    },
    call: () => ({}),
  },
  "shop",
  "staging",
);

const outputs: Record<string, object> = {
  "clerkconvex:convex:Project": { slug: "my-shop" },
  "clerkconvex:convex:Deployment": { name: "happy-otter-1" },
  "clerkconvex:convex:DeployKey": { key: "dev:happy-otter-1|abc" },
};

const created: CreatedTarget = {
  kind: "created",
  type: "dev",
  project: { existing: "shop" },
  reference: "clerkconvex/shop/staging",
  ownReference: true,
  isDefault: undefined,
  class: undefined,
  region: undefined,
  expiresAt: undefined,
  deployKeyVersion: 1,
};

async function declare(target: Target, adopt = false) {
  const { deployment, reach, belongs } = declareDeployment("app", target, adopt, {});
  await settled(deployment.urn);
  const key = reach.deployKey && (await settled(reach.deployKey as Output<string>));
  return { deployment, reach: { ...reach, ...(key && { deployKey: key }) }, belongs };
}

function settled<T>(output: Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

beforeEach(() => {
  for (const name of Object.keys(declared)) delete declared[name];
});

test.each([
  ["production", "prod"],
  ["development", "dev"],
  ["custom", "custom"],
  ["selfHosted", "selfHosted"],
] as const)(
  "a target of kind %s is looked up, by the plugin's credentials alone",
  async (kind, type) => {
    const { reach, belongs } = await declare({ kind });
    expect(declared).toEqual({
      "app-deployment": { type: "clerkconvex:convex:Deployment", inputs: { type } },
    });
    expect({ reach, belongs }).toEqual({ reach: {}, belongs: {} });
  },
);

test("a preview is claimed by its name, and what is in it reached by that name", async () => {
  const { reach, belongs } = await declare({ kind: "preview", name: "pr-7" });
  expect(declared).toEqual({
    "app-deployment": {
      type: "clerkconvex:convex:Deployment",
      inputs: { type: "preview", previewName: "pr-7" },
    },
  });
  expect({ reach, belongs }).toEqual({ reach: { previewName: "pr-7" }, belongs: {} });
});

test("a created deployment has a key of the stack's own, and goes with all that is in it", async () => {
  const { deployment, reach, belongs } = await declare(created);
  expect(Object.keys(declared)).toEqual(["app-deployment", "app-deploy-key"]);
  expect(declared["app-deployment"]?.inputs).toEqual({
    type: "dev",
    project: "shop",
    reference: "clerkconvex/shop/staging",
    adopt: true,
  });
  expect(declared["app-deploy-key"]?.inputs).toEqual({
    deployment: "happy-otter-1",
    name: "clerkconvex-shop-staging-v1",
  });
  expect(reach).toEqual({ deployKey: "dev:happy-otter-1|abc" });
  expect(belongs.deletedWith).toBe(deployment);
});

test("a project of the stack's own is made first", async () => {
  await declare({ ...created, project: { make: "My Shop" } });
  expect(declared["app-project"]).toEqual({
    type: "clerkconvex:convex:Project",
    inputs: { name: "My Shop", adopt: false },
  });
  expect(declared["app-deployment"]?.inputs.project).toBe("my-shop");
});

test.each([
  { ownReference: true, adopt: false, taken: true },
  { ownReference: false, adopt: false, taken: false },
  { ownReference: false, adopt: true, taken: true },
])("what has the reference is taken over: %j", async ({ ownReference, adopt, taken }) => {
  await declare({ ...created, ownReference }, adopt);
  expect(declared["app-deployment"]?.inputs.adopt).toBe(taken);
});

test("every setting of a created deployment is declared, and a version names another key", async () => {
  const settings = {
    ...{ isDefault: true, class: "s256", region: "aws-eu-west-1" },
    expiresAt: "2030-01-31T12:00:00Z",
  };
  await declare({ ...created, ...settings, deployKeyVersion: 2 });
  expect(declared["app-deployment"]?.inputs).toMatchObject(settings);
  expect(declared["app-deploy-key"]?.inputs.name).toBe("clerkconvex-shop-staging-v2");
});
