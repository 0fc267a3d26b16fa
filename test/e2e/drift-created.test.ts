import { afterAll, beforeAll, expect, test } from "vitest";
import { ManagementConnection } from "../../infra/clients/convex-management/connection.ts";
import {
  ConvexDeployments,
  type DeploymentChange,
} from "../../infra/clients/convex-management/deployments.ts";
import { ConvexProjects } from "../../infra/clients/convex-management/projects.ts";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { planWithRefresh } from "./observe.ts";

let vendors: LocalVendors;
let local: LocalStack;
let management: ManagementConnection;

const hours = 3_600_000;

beforeAll(async () => {
  vendors = await startLocalVendors("accessToken");
  local = await createLocalStack({
    environment: vendors.environment,
    config: {
      "clerk-convex:target.kind": "created",
      "clerk-convex:target.type": "dev",
      "clerk-convex:target.newProject": "Shop",
      "clerk-convex:target.reference": "staging",
      "clerk-convex:target.class": "s16",
      "clerk-convex:target.expiresAt": new Date(Date.now() + 48 * hours).toISOString(),
    },
  });
  const { convex } = vendors;
  const { signal } = new AbortController();
  management = new ManagementConnection({
    accessToken: convex.teamToken,
    provisionHost: convex.url,
    signal,
  });
  await local.stack.up();
});

afterAll(async () => {
  await vendors?.close();
  await local?.remove();
});

const change = (to: DeploymentChange) =>
  new ConvexDeployments(management).update(vendors.deployment.name, to);

test("nothing of what the stack made differs at first", async () => {
  expect(await planWithRefresh(local.stack)).toEqual([]);
});

test.each<[string, () => Promise<unknown>, { resource: string; paths: string[] }]>([
  [
    "the project's name",
    () => new ConvexProjects(management).rename(vendors.deployment.projectId ?? 0, "Store"),
    { resource: "environment-project", paths: ["name"] },
  ],
  [
    "the deployment's reference",
    () => change({ reference: "elsewhere" }),
    { resource: "environment-deployment", paths: ["reference"] },
  ],
  [
    "its class",
    () => change({ class: "s256" }),
    { resource: "environment-deployment", paths: ["class"] },
  ],
  [
    "its type",
    () => change({ type: "custom" }),
    { resource: "environment-deployment", paths: ["type"] },
  ],
  [
    "when it expires",
    () => change({ expiresAt: Date.now() + 24 * hours }),
    { resource: "environment-deployment", paths: ["expiresAt"] },
  ],
])("%s, changed by somebody else, is seen exactly and mended", async (_what, outside, seen) => {
  const { name } = vendors.deployment;
  await outside();
  expect(await planWithRefresh(local.stack)).toEqual([{ ...seen, op: "update" }]);
  await local.stack.up({ refresh: true });
  expect(await planWithRefresh(local.stack)).toEqual([]);
  expect(vendors.deployment.name).toBe(name);
});
