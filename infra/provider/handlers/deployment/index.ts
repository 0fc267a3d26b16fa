import type { ResourceHandler } from "../../resource.ts";
import type { Vendors } from "../../vendors.ts";
import { checkDeployment, requireSameDeployment } from "./check.ts";
import { claimed } from "./claimed.ts";
import { created } from "./created.ts";
import { existing } from "./existing.ts";
import { type Inputs, type State, spec } from "./spec.ts";

/** How a deployment of one origin is managed. */
export type Origin = Omit<ResourceHandler<Inputs, State, Vendors>, "spec" | "check" | "guard">;

export const deployment: ResourceHandler<Inputs, State, Vendors> = {
  spec,
  check: (inputs, { vendors }) => checkDeployment(inputs, vendors.configuration),
  guard: (id, { inputs }, { vendors }) => requireSameDeployment(id, inputs, vendors.configuration),
  create: (inputs, operation) => originOf(inputs).create(inputs, operation),
  read(id, known, operation) {
    const { configuration } = operation.vendors;
    // An import knows nothing but the name. A token without a key can only mean a created one.
    const imported = Object.keys(known.state).length === 0 && !configuration.hasConvex;
    const origin = imported ? created : originOf({ ...known.state, ...known.inputs });
    return origin.read(id, known, operation);
  },
  update: (id, change, operation) => originOf(change.inputs).update(id, change, operation),
  delete: (id, state, operation) => originOf(state).delete(id, state, operation),
};

function originOf({ project, previewName }: Inputs): Origin {
  if (project !== undefined) return created;
  return previewName === undefined ? existing : claimed;
}
