import { undeployProject } from "../../infra/clients/convex-cli.ts";
import type { CloudDeployment } from "../../infra/clients/convex-management/deployments.ts";
import { type DeploymentAccess, findPreview } from "../../infra/clients/convex-target.ts";
import { byAddress } from "../../infra/provider/convex-connection.ts";
import { type Context, convexProjectId, meansOf, previewKeyOf } from "./context.ts";
import { referenceOf } from "./labels.ts";
import type { KnownPreview } from "./record.ts";

/** A preview's deployment as Convex still has it. */
export interface FoundDeployment {
  name: string;
  /** Names of the deploy keys minted for it; only an access token can list them. */
  keys: string[];
  /** Set when a preview deploy key is all there is, with which nothing can be deleted. */
  access: DeploymentAccess | undefined;
}

/** What is known of where a preview's deployment is, from its state. */
export type DeploymentHint = Pick<KnownPreview, "deployment" | "projectId">;

/**
 * Looks for the deployments of a preview: the one that its state names, and whatever has its reference or
 * its name. An empty list is proof that there is none.
 *
 * @throws {ProblemError} when the credentials do not suffice to tell
 */
export async function findDeployments(
  name: string,
  hint: DeploymentHint,
  context: Context,
): Promise<FoundDeployment[]> {
  const { configuration, management } = connectionsOf(context);
  const names = new Map<string, DeploymentAccess | undefined>();
  if (management && hint.deployment !== undefined) {
    const found = await management.deployments.get(hint.deployment);
    if (found) names.set(found.name, undefined);
  }
  const projectId = await projectIdFor(hint, context);
  if (projectId !== undefined) {
    const reference = referenceOf(context.previews.project, name);
    const found = await context.vendors.management.deployments.find(projectId, reference);
    if (found) names.set(found.name, undefined);
  } else {
    const found = await findPreview(previewKeyOf(context, name), name, context.signal);
    if (found) names.set(found.name, configuration.hasConvexAccessToken ? undefined : found);
  }
  return Promise.all(
    [...names].map(async ([found, access]) => ({
      name: found,
      keys: (await management?.deployments.keys(found)) ?? [],
      access,
    })),
  );
}

/** Deletes a deployment with its data; with a preview deploy key it can only be emptied. */
export async function removeDeployment(
  { name, access }: FoundDeployment,
  { vendors, signal }: Context,
): Promise<void> {
  if (!access) return vendors.management.deployments.delete(name);
  const { client, code, credentials } = byAddress(access, signal);
  // The deployed auth config may need the variables, so the code goes first.
  if (Object.keys(await code.moduleHashes()).length > 0) {
    await undeployProject({ signal }, credentials);
  }
  const variables = await client.environmentVariables();
  await client.updateEnvironmentVariables(
    Object.fromEntries([...variables.keys()].map((variable) => [variable, undefined])),
  );
}

/** The deployments of the Convex project; `undefined` without an access token to list them. */
export async function listDeployments(context: Context): Promise<CloudDeployment[] | undefined> {
  const { management } = connectionsOf(context);
  if (!management || context.convexProject === undefined) return undefined;
  return management.deployments.list(await convexProjectId(context.convexProject, context));
}

/** The project that a preview's deployment was created in; `undefined` when it was claimed. */
async function projectIdFor(hint: DeploymentHint, context: Context): Promise<number | undefined> {
  if (hint.projectId !== undefined) return hint.projectId;
  const means = meansOf(context);
  return means.kind === "created" ? convexProjectId(means.project, context) : undefined;
}

function connectionsOf({ vendors }: Context) {
  const { configuration } = vendors;
  return {
    configuration,
    management: configuration.hasConvexAccessToken ? vendors.management : undefined,
  };
}
