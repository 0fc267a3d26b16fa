import { ProblemError } from "../../errors.ts";
import type { Properties, ResourceHandler, ResourceSpec } from "../resource.ts";
import type { Vendors } from "../vendors.ts";

interface Inputs {
  deployment: string;
  name: string;
}
interface State extends Inputs {
  key: string;
}

const spec: ResourceSpec = {
  token: "clerkconvex:convex:DeployKey",
  description:
    "A deploy key of a Convex deployment, minted with an access token and revoked with the resource.",
  properties: {
    deployment: {
      type: "string",
      required: true,
      replaces: true,
      description: "Name of the deployment that it is for.",
    },
    name: {
      type: "string",
      required: true,
      replaces: true,
      description:
        "Unique in the deployment; marks the key as the stack's. Another one rotates it.",
    },
    key: {
      type: "string",
      secret: true,
      computed: "output",
      stable: true,
      description: "The key, `<type>:<deployment>|…`. Told once, so it is kept in the state.",
    },
  },
};

export const deployKey: ResourceHandler<Inputs, State, Vendors> = {
  spec,

  check({ name }: Properties) {
    return name === "" ? [{ property: "name", reason: emptyName }] : [];
  },

  /** A key of this name that is there already is of an attempt that died: nobody knows its value. */
  async create(inputs, { vendors, warn }) {
    const { deployments } = vendors.management;
    const { deployment, name } = inputs;
    if ((await deployments.keys(deployment))?.includes(name)) {
      warn(`Revoked the deploy key ${name}, which was there already and whose value is not known.`);
      await deployments.deleteKey(deployment, name);
    }
    const key = await deployments.createKey(deployment, name);
    return { id: `${deployment}/${name}`, state: { ...inputs, key } };
  },

  async read(id, { state }, { vendors }) {
    const { deployment, name, key } = state;
    if (!deployment || !name || !key) throw notImportable();
    const names = await vendors.management.deployments.keys(deployment);
    if (!names?.includes(name)) return undefined;
    return { id, inputs: { deployment, name }, state: { deployment, name, key } };
  },

  /** Every input replaces. */
  async update(_id, { state, inputs }) {
    return { ...state, ...inputs };
  },

  async delete(_id, { deployment, name }, { vendors }) {
    const { deployments } = vendors.management;
    await deployments.deleteKey(deployment, name);
    if (!(await deployments.keys(deployment))?.includes(name)) return;
    throw new ProblemError(
      `Convex accepted to revoke the deploy key ${name} of ${deployment}, but it is still there`,
      "Run the command again, and revoke it in the Convex dashboard if it stays",
      "DEPLOY_KEY_STAYS",
    );
  },
};

const emptyName = "The name is empty. Give the deploy key a name. [NAME_EMPTY]";

function notImportable(): ProblemError {
  return new ProblemError(
    "A deploy key cannot be imported, since its value is told only when it is minted",
    "Let the stack mint one of its own, and revoke the other in the Convex dashboard",
    "DEPLOY_KEY_IMPORT",
  );
}
