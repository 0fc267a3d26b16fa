import { undeployProject } from "../../../clients/convex-cli.ts";
import { reachOf } from "../../convex-connection.ts";
import { PartialCreateError, type ResourceHandler } from "../../resource.ts";
import type { Vendors } from "../../vendors.ts";
import { checkFolder } from "./check.ts";
import { driftOf } from "./drift.ts";
import { previewPush } from "./preview.ts";
import { confirm, push } from "./push.ts";
import { type Inputs, type State, spec } from "./spec.ts";

export const deploy: ResourceHandler<Inputs, State, Vendors> = {
  spec,
  check: checkFolder,
  preview: previewPush,

  async create(inputs, operation) {
    await push(inputs, operation);
    const id = inputs.deployment;
    try {
      return { id, state: await confirm(inputs, operation) };
    } catch (error) {
      throw new PartialCreateError(id, { ...inputs, activeSchema: "" }, error);
    }
  },

  async read(id, { inputs, state }, { vendors, warn }) {
    const reach = reachOf({ ...state, ...inputs });
    const target = await vendors.findConvex(id, reach);
    if (!target) return undefined;
    const { code } = target;
    const [modules, activeSchema] = await Promise.all([code.moduleHashes(), code.schemaHash()]);
    if (Object.keys(modules).length === 0) return undefined;
    const drift = driftOf(id, state, { modules, activeSchema });
    if (drift) warn(drift);
    const observed = {
      ...reach,
      deployment: id,
      directory: inputs.directory ?? state.directory ?? ".",
      modules,
      ...schemaOf(state, activeSchema),
    };
    return { id, inputs: observed as Inputs, state: { ...observed, activeSchema } as State };
  },

  async update(_id, { inputs }, operation) {
    await push(inputs, operation);
    return confirm(inputs, operation);
  },

  async delete(id, state, { vendors, signal, progress }) {
    const target = await vendors.findConvex(id, state);
    if (!target) return;
    const { code, credentials } = target;
    if (Object.keys(await code.moduleHashes()).length === 0) return;
    await undeployProject({ signal, onLine: progress }, credentials);
  },
};

/** The bundled schema cannot be read back; that what it became is unchanged can be told. */
function schemaOf(state: Partial<State>, activeSchema: string): { schema?: string } {
  if (state.activeSchema === undefined) return {};
  if (state.activeSchema !== activeSchema) return { schema: `active:${activeSchema}` };
  return state.schema === undefined ? {} : { schema: state.schema };
}
