import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Svix } from "svix";
import { afterAll, describe, expect, test } from "vitest";
import { handlers } from "../../infra/provider/handlers/index.ts";
import { importCommand } from "../../infra/provider/protocol/commands.ts";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { type PlannedChange, planWithRefresh } from "./observe.ts";

const vendorsOpen: LocalVendors[] = [];
const stacks: LocalStack[] = [];

afterAll(async () => {
  await Promise.all(vendorsOpen.map((vendors) => vendors.close()));
  await Promise.all(stacks.map((stack) => stack.remove()));
});

async function startVendors() {
  const vendors = await startLocalVendors();
  vendorsOpen.push(vendors);
  return vendors;
}

/** A stack of this project's program; each has the same name and a state of its own. */
async function stackOn({ environment }: LocalVendors, config: Record<string, string> = {}) {
  const target = { "clerk-convex:target.kind": "development" };
  const local = await createLocalStack({ environment, config: { ...target, ...config } });
  stacks.push(local);
  return local;
}

/** Runs a line as somebody who pasted it into the project's folder, and answers the prompt. */
async function paste(local: LocalStack, line: string): Promise<void> {
  const env = { ...process.env, ...local.stack.workspace.envVars };
  await promisify(execFile)("sh", ["-c", `${line} --yes`], { cwd: local.folder, env });
}

/** Runs an `up` that is refused, and finds the line to paste in what it says. */
async function refusal({ stack }: LocalStack, code: string): Promise<string> {
  const error = await stack.up().then(
    () => "not refused",
    (failure: Error) => failure.message,
  );
  // Several may be refused at once; the message of each ends with its code.
  const message = error.split(`[${code}]`).at(0)?.split("error: ").at(-1) ?? "";
  return /^ *(pulumi import .*)$/m.exec(message)?.[1] ?? error;
}

const planFor = async (local: LocalStack, resource: string): Promise<PlannedChange[]> =>
  (await planWithRefresh(local.stack)).filter((change) => change.resource === resource);

interface StateResource {
  urn: string;
  id?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]>;
}

/** Takes one resource out of the state, as if it had never been in it. */
async function forget({ stack }: LocalStack, name: string): Promise<{ urn: string; id: string }> {
  const state = await stack.exportStack();
  const resources = state.deployment.resources as StateResource[];
  const forgotten = resources.find(({ urn }) => urn.endsWith(`::${name}`));
  if (!forgotten?.id) throw new Error(`${name} is not in the state`);
  const others = (urns: string[] = []) => urns.filter((urn) => urn !== forgotten.urn);
  state.deployment.resources = resources
    .filter((resource) => resource !== forgotten)
    .map((resource) => ({
      ...resource,
      dependencies: others(resource.dependencies),
      propertyDependencies: Object.fromEntries(
        Object.entries(resource.propertyDependencies ?? {}).map(([key, urns]) => [
          key,
          others(urns),
        ]),
      ),
    }));
  await stack.importStack(state);
  return { urn: forgotten.urn, id: forgotten.id };
}

describe("a stack whose state was lost", () => {
  test("refuses what is there, and brings each in by the line that it prints", async () => {
    const vendors = await startVendors();
    await (await stackOn(vendors)).stack.up();
    const [endpoint] = vendors.svix.inventory().endpoints;
    if (!endpoint) throw new Error("no endpoint");
    const svix = new Svix(vendors.svix.token, { serverUrl: vendors.svix.url });
    // Under its own uid it would be known as the stack's, and taken over.
    await svix.endpoint.patch(endpoint.appId, endpoint.id, { uid: "someone-elses" });

    const local = await stackOn(vendors, { "clerk-convex:protect": "true" });
    await paste(local, await refusal(local, "JWT_TEMPLATE_EXISTS"));
    expect(await planFor(local, "environment-jwt-template")).toEqual([]);

    await paste(local, await refusal(local, "VARIABLES_EXIST"));
    expect(await planFor(local, "environment-variables")).toEqual([
      {
        resource: "environment-variables",
        op: "update",
        paths: ["variables.CLERK_WEBHOOK_SECRET"],
      },
    ]);

    await paste(local, await refusal(local, "WEBHOOK_ENDPOINT_EXISTS"));
    expect(await planFor(local, "environment-webhook-endpoint")).toEqual([
      { resource: "environment-webhook-endpoint", op: "update", paths: ["secret", "uid"] },
    ]);
    await local.stack.up();
    expect(await planWithRefresh(local.stack)).toEqual([]);
    expect(vendors.svix.inventory().endpoints).toMatchObject([{ id: endpoint.id }]);
    const { resources } = (await local.stack.exportStack()).deployment;
    const unprotected = resources.filter(
      ({ urn, protect }: { urn: string; protect?: boolean }) =>
        urn.includes("$clerkconvex:") && !protect,
    );
    expect(unprotected).toEqual([]);
  });

  test("takes everything over with adopt", async () => {
    const vendors = await startVendors();
    await (await stackOn(vendors)).stack.up();
    const before = vendors.leftovers();
    const { stack } = await stackOn(vendors, { "clerk-convex:adopt": "true" });
    await stack.up();
    expect(vendors.leftovers()).toEqual(before);
    expect(await planWithRefresh(stack)).toEqual([]);
  });
});

/** The check after a deploy is keyed to the schema's bundle, which cannot be read back: it runs once more. */
const isNoCheck = ({ resource }: PlannedChange) => resource !== "environment-verify";

test("each resource is imported into its place without a change", async () => {
  const vendors = await startVendors();
  const local = await stackOn(vendors);
  await local.stack.up();
  const names = [...vendors.deployment.environmentVariables.keys()].join(",");
  vendors.forgetRequests();
  const inState = JSON.stringify(await local.stack.exportStack());
  for (const { spec } of handlers) {
    const name = `environment-${spec.role}`;
    if (!inState.includes(`::${name}"`)) continue;
    const { urn, id } = await forget(local, name);
    expect(await planFor(local, name)).toMatchObject([{ op: "create" }]);
    await paste(local, importCommand(urn, spec.role === "variables" ? `${id}#${names}` : id, spec));
    expect((await planWithRefresh(local.stack)).filter(isNoCheck), name).toEqual([]);
  }
  const { clerk, svix, convex } = vendors.requests();
  expect([clerk.writes, svix.writes, convex.writes]).toEqual([0, 0, 0]);
});
