import { expect, onTestFinished, test } from "vitest";
import { Configuration } from "../../infra/provider/configuration.ts";
import { connectManagement } from "../../infra/provider/convex-connection.ts";
import { createLocalStack } from "../../scripts/local/stack.ts";
import { startLocalVendors } from "../../scripts/local/vendors.ts";
import { planWithRefresh } from "./observe.ts";

const { signal } = new AbortController();

test("a deployment and a key that a run left without keeping its state are taken up", async () => {
  const vendors = await startLocalVendors("accessToken");
  onTestFinished(() => vendors.close());
  const { stack, remove } = await createLocalStack({
    environment: vendors.environment,
    config: {
      "clerk-convex:target.kind": "created",
      "clerk-convex:target.type": "dev",
      "clerk-convex:target.project": "project",
    },
  });
  onTestFinished(remove);
  const { deployments } = connectManagement(new Configuration({}, vendors.environment), signal);
  const projectId = vendors.convex.projects()[0]?.id ?? 0;
  const settings = { type: "dev", reference: "clerkconvex/clerk-convex/local" } as const;
  const { name } = await deployments.create(projectId, settings);
  const lostKey = await deployments.createKey(name, "clerkconvex-clerk-convex-local-v1");

  const { stdout } = await stack.up();
  expect(vendors.convex.deploymentsOf(projectId)).toMatchObject([
    { name, deployKeys: ["clerkconvex-clerk-convex-local-v1"] },
  ]);
  expect(stdout).toContain(`Took over the deployment ${name}`);
  expect(stdout).toContain("Revoked the deploy key clerkconvex-clerk-convex-local-v1");
  expect(stdout).not.toContain(lostKey);
  expect(await planWithRefresh(stack)).toEqual([]);
  await stack.destroy();
  expect(vendors.leftovers()).toEqual([]);
});
