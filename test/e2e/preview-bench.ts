import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { askCurrent } from "../../scripts/local/story.ts";
import { type ConvexMeans, startLocalVendors } from "../../scripts/local/vendors.ts";
import type { DownResult } from "../../scripts/preview/down.ts";
import type { Listing } from "../../scripts/preview/list.ts";
import type { SweepResult } from "../../scripts/preview/sweep.ts";
import type { UpResult } from "../../scripts/preview/up.ts";
import { environmentProgram } from "../../scripts/stack/project.ts";
import { makeCheckout } from "./checkout.ts";

/** In the checkout's `convex/seed.ts`: `seed:run` adds one row. */
const seed = `
import { internalMutation } from "./_generated/server";
export const run = internalMutation({
  args: {},
  handler: async (ctx) => {
    await ctx.db.insert("users", { clerkId: "seeded", updatedAt: 0, eventTimestamp: 0 });
  },
});
`;

export type Bench = Awaited<ReturnType<typeof openBench>>;

/**
 * Vendors, and a checkout whose previews reach them. With `accessToken` previews are created, else claimed.
 */
export async function openBench(means: ConvexMeans, { accessToken = false } = {}) {
  const vendors = await startLocalVendors(means);
  const token = { CONVEX_ACCESS_TOKEN: vendors.convex.teamToken, CONVEX_PROJECT: "project" };
  const environment = { ...vendors.environment, ...(accessToken && token) };
  const checkout = await makeCheckout(environment);
  await checkout.write("convex/seed.ts", seed);

  const run = (args: string[], more?: Record<string, string>) =>
    checkout.run("scripts/preview.ts", args, more);
  async function answer<T>(args: string[], more?: Record<string, string>) {
    const { stdout, ...rest } = await run([...args, "--json"], more);
    return { ...(JSON.parse(stdout) as T & { messages?: string[] }), ...rest };
  }
  const deployments = () => vendors.convex.deploymentsOf(vendors.convex.projects()[0]?.id ?? 0);
  const deploymentOf = (name: string) =>
    deployments().find(
      ({ reference, previewIdentifier }) =>
        reference === `clerkconvex/clerk-convex/${name}` || previewIdentifier === name,
    );

  return {
    vendors,
    checkout,
    /** What a CI job has beside {@link openBench}'s environment, to reach Convex's Management API. */
    token,
    run,
    up: (name: string, args: string[] = [], more?: Record<string, string>) =>
      answer<UpResult>(["up", "--name", name, ...args], more),
    down: (name: string, args: string[] = [], more?: Record<string, string>) =>
      answer<DownResult>(["down", "--name", name, ...args], more),
    list: async () => (await answer<Listing>(["list"])).previews,
    sweep: (...args: string[]) => answer<SweepResult>(["sweep", ...args]),

    deployments,
    deploymentOf,
    endpointOf: (name: string) =>
      vendors.svix
        .inventory()
        .endpoints.find(({ uid }) => uid === `clerkconvex.clerk-convex.${name}`),
    writes: () => Object.values(vendors.requests()).reduce((sum, { writes }) => sum + writes, 0),

    /** Makes the stack that stays, and owns the JWT template. */
    async makeBase(): Promise<Stack> {
      const stack = await LocalWorkspace.createStack(
        { stackName: "dev", projectName: "clerk-convex", program: environmentProgram },
        { workDir: checkout.directory, envVars: checkout.environment },
      );
      await stack.setConfig("clerk-convex:target.kind", { value: "development" }, true);
      await stack.up();
      return stack;
    },

    /** Whether a preview lets a user in whom Clerk tells it of. */
    async works(name: string): Promise<boolean> {
      const { instance } = vendors.clerk;
      const { id } = instance.signUp({ email: `${name}-${Math.random()}@example.com` });
      await vendors.svix.settled();
      const token = await instance.mintToken(id, "convex");
      const row = await askCurrent(deploymentOf(name)?.url ?? "", token);
      return (row as { clerkId?: string }).clerkId === id;
    },

    /** Makes the settings that every preview begins with, as a person does. */
    async makeTemplate(plain: Record<string, string>, secret: Record<string, string>) {
      const stack = await LocalWorkspace.createStack(
        { stackName: "preview", projectName: "clerk-convex", program: environmentProgram },
        { workDir: checkout.directory, envVars: checkout.environment },
      );
      for (const [key, value] of Object.entries(plain)) await stack.setConfig(key, { value }, true);
      for (const [key, value] of Object.entries(secret)) {
        await stack.setConfig(key, { value, secret: true }, true);
      }
      await stack.workspace.removeStack(stack.name, { preserveConfig: true });
    },

    loseState: (name: string) => rm(stateFile(checkout.state, name)),
    /** Leaves a stack of this name that knows of nothing. */
    async emptyState(name: string): Promise<void> {
      const checkpoint = {
        stack: `organization/clerk-convex/${name}`,
        latest: { manifest: {}, resources: [] },
      };
      await writeFile(stateFile(checkout.state, name), JSON.stringify({ version: 3, checkpoint }));
    },

    async close(): Promise<void> {
      await vendors.close();
      await checkout.remove();
    },
  };
}

function stateFile(state: string, name: string): string {
  return path.join(state, `.pulumi/stacks/clerk-convex/${name}.json`);
}
