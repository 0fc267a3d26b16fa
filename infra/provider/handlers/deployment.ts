import { ProblemError } from "../../errors.ts";
import type { Operation, ResourceHandler, ResourceSpec } from "../resource.ts";
import type { Vendors } from "../vendors.ts";

interface Inputs {
  type?: string;
}
interface State extends Inputs {
  name: string;
  url: string;
  siteUrl: string;
}

const spec: ResourceSpec = {
  token: "clerkconvex:convex:Deployment",
  role: "deployment",
  description: "Looks up the Convex deployment that the credentials belong to. Creates nothing.",
  properties: {
    type: {
      type: "string",
      description: "`prod`, `dev` or `selfHosted`: refuse a deployment of another type.",
    },
    name: {
      type: "string",
      computed: "output",
      stable: true,
      description: "Deployment name; host and port of a self-hosted one.",
    },
    url: {
      type: "string",
      computed: "output",
      description: "Functions, `https://….convex.cloud`.",
    },
    siteUrl: {
      type: "string",
      computed: "output",
      description: "HTTP actions, `https://….convex.site`.",
    },
  },
};

export const deployment: ResourceHandler<Inputs, State, Vendors> = {
  spec,

  async create(inputs, operation) {
    const state = await observe(inputs, operation);
    return { id: state.name, state };
  },

  async read(id, { inputs }, operation) {
    return { id, inputs, state: await observe(inputs, operation, id) };
  },

  async update(id, { inputs }, operation) {
    return observe(inputs, operation, id);
  },

  async delete() {},
};

async function observe(
  inputs: Inputs,
  { vendors }: Operation<Vendors>,
  bound?: string,
): Promise<State> {
  const { access, client } = await vendors.convex(bound);
  if (inputs.type !== undefined && inputs.type !== access.type) {
    throw new ProblemError(
      `The Convex credentials are for the ${access.type} deployment ${access.name}, but the stack wants ${inputs.type}`,
      `Use the credentials of a ${inputs.type} deployment`,
      "CONVEX_DEPLOYMENT_TYPE",
    );
  }
  const { cloudUrl, siteUrl } = await client.urls();
  return { ...inputs, name: access.name, url: cloudUrl, siteUrl };
}
