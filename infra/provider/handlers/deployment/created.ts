import type {
  CloudDeployment,
  CloudDeploymentType,
  DeploymentChange,
  DeploymentSettings,
  Region,
} from "../../../clients/convex-management/deployments.ts";
import { ProblemError } from "../../../errors.ts";
import { byAddress, projectIdOf } from "../../convex-connection.ts";
import { type Operation, PartialCreateError } from "../../resource.ts";
import type { Vendors } from "../../vendors.ts";
import { alreadyThere } from "../already-there.ts";
import type { Origin } from "./index.ts";
import type { Inputs, State } from "./spec.ts";

/** A deployment that the stack makes in a project and deletes with all its data. */
export const created: Origin = {
  async create(inputs, operation) {
    const { management } = operation.vendors;
    const projectId = await projectIdOf(inputs.project ?? "", management);
    const settings = settingsOf(inputs);
    const existing = await management.deployments.find(projectId, settings.reference);
    if (existing && !inputs.adopt) throw deploymentExists(existing, operation);
    if (existing) {
      operation.warn(`Took over the deployment ${existing.name}, which was there already.`);
    }
    const made = existing ?? (await management.deployments.create(projectId, settings));
    try {
      return { id: made.name, state: await sync(made, inputs, operation) };
    } catch (error) {
      const state = { ...inputs, projectId, name: made.name, url: made.url, siteUrl: "" };
      throw new PartialCreateError(made.name, state, error);
    }
  },

  async read(id, known, operation) {
    const found = await operation.vendors.management.deployments.get(id);
    if (!found) return undefined;
    const last = { ...known.state, ...known.inputs };
    const { adopt } = last;
    const inputs = {
      ...observedOf(found),
      project: await projectNameOf(found, last, operation),
      ...(adopt !== undefined && { adopt }),
    };
    return { id, inputs, state: await stateOf(inputs, found, operation) };
  },

  async update(id, { inputs }, operation) {
    const found = await operation.vendors.management.deployments.get(id);
    if (found) return sync(found, inputs, operation);
    throw new ProblemError(
      `The Convex deployment ${id} is gone`,
      "Run pulumi up --refresh, which sees that it is gone and makes it anew",
      "CONVEX_DEPLOYMENT_GONE",
    );
  },

  delete: (id, _state, operation) => deleteCloudDeployment(id, operation),
};

/** Deletes a deployment with its data, and sees for itself that it is gone. */
export async function deleteCloudDeployment(
  name: string,
  { vendors }: Operation<Vendors>,
): Promise<void> {
  const { deployments } = vendors.management;
  await deployments.delete(name);
  if ((await deployments.get(name)) === undefined) return;
  throw new ProblemError(
    `Convex accepted to delete the deployment ${name}, but it is still there`,
    "Run the command again, and delete it in the Convex dashboard if it stays",
    "DEPLOYMENT_STAYS",
  );
}

/** Changes what is declared and differs. What is not declared is the vendor's to choose. */
async function sync(
  found: CloudDeployment,
  inputs: Inputs,
  operation: Operation<Vendors>,
): Promise<State> {
  const { region: _, ...wanted } = settingsOf(inputs);
  const change = Object.fromEntries(
    Object.entries(wanted).filter(
      ([key, value]) => value !== undefined && found[key as keyof CloudDeployment] !== value,
    ),
  ) as DeploymentChange;
  if (Object.keys(change).length > 0) {
    await operation.vendors.management.deployments.update(found.name, change);
  }
  return stateOf(inputs, found, operation);
}

async function stateOf(
  inputs: Inputs,
  found: CloudDeployment,
  { vendors, signal }: Operation<Vendors>,
): Promise<State> {
  const { name, type, url, projectId } = found;
  // The deployment takes the access token as it takes a key of its own.
  const adminKey = vendors.configuration.convexAccessToken;
  const { client } = byAddress({ name, type, url, adminKey }, signal);
  const { cloudUrl, siteUrl } = await client.urls();
  return { ...observedOf(found), ...inputs, projectId, name, url: cloudUrl, siteUrl };
}

/** The check has seen to what is required. */
function settingsOf(inputs: Inputs): DeploymentSettings {
  const { type, reference = "", isDefault, region, expiresAt } = inputs;
  return {
    reference,
    type: type as CloudDeploymentType,
    ...(isDefault !== undefined && { isDefault }),
    ...(inputs.class !== undefined && { class: inputs.class }),
    ...(region !== undefined && { region: region as Region }),
    ...(expiresAt !== undefined && { expiresAt: Date.parse(expiresAt) }),
  };
}

function observedOf(found: CloudDeployment): Inputs {
  const { type, reference, isDefault, region, expiresAt } = found;
  return {
    type,
    reference,
    isDefault,
    class: found.class,
    region,
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
  };
}

/** The project as it was declared while it is the same one; else as its slug. */
async function projectNameOf(
  found: CloudDeployment,
  known: Partial<State>,
  { vendors }: Operation<Vendors>,
): Promise<string> {
  if (known.project !== undefined && known.projectId === found.projectId) return known.project;
  const project = await vendors.management.projects.get(found.projectId);
  return project?.slug ?? String(found.projectId);
}

function deploymentExists(
  { name, reference }: CloudDeployment,
  operation: Operation<Vendors>,
): ProblemError {
  return alreadyThere(
    `The Convex project already has a deployment with the reference ${reference} (${name}), and this stack does not manage it`,
    name,
    "DEPLOYMENT_EXISTS",
    operation,
  );
}
