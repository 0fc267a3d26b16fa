import type { Operation } from "../../resource.ts";
import type { Vendors } from "../../vendors.ts";
import { otherType } from "./check.ts";
import type { Origin } from "./index.ts";
import type { Inputs, State } from "./spec.ts";

/** The deployment that the credentials belong to: looked up, never changed. */
export const existing: Origin = {
  async create(inputs, operation) {
    const state = await observe(inputs, operation);
    return { id: state.name, state };
  },

  async read(id, { inputs, state }, operation) {
    if (state.name !== undefined) {
      return { id, inputs, state: await observe(inputs, operation, id) };
    }
    // An import: this project's program declares the type, and it is the one that the credentials are of.
    const { access } = await operation.vendors.convex(id);
    const imported = { type: access.type };
    return { id, inputs: imported, state: await observe(imported, operation, id) };
  },

  update: (id, { inputs }, operation) => observe(inputs, operation, id),

  async delete() {},
};

async function observe(
  inputs: Inputs,
  { vendors }: Operation<Vendors>,
  bound?: string,
): Promise<State> {
  const { access, client } = await vendors.convex(bound);
  if (inputs.type !== undefined && inputs.type !== access.type) {
    throw otherType(access.name, access.type, inputs.type);
  }
  const { cloudUrl, siteUrl } = await client.urls();
  return { ...inputs, name: access.name, url: cloudUrl, siteUrl };
}
