import { claimPreview } from "../../../clients/convex-target.ts";
import { byAddress, type ConvexTarget, previewKeyWanted } from "../../convex-connection.ts";
import { deleteCloudDeployment } from "./created.ts";
import type { Origin } from "./index.ts";
import type { Inputs, State } from "./spec.ts";

/** A preview deployment, made and found again by its name with a preview deploy key. */
export const claimed: Origin = {
  async create(inputs, { vendors, signal, warn }) {
    const previewName = inputs.previewName ?? "";
    const configured = vendors.configuration.convex;
    if (configured.kind !== "previewKey") throw previewKeyWanted(previewName);
    const { isNew, ...access } = await claimPreview(configured, previewName, signal);
    if (!isNew) warn(`Took over the preview deployment ${access.name}, which was there already.`);
    return { id: access.name, state: await stateOf(inputs, byAddress(access, signal)) };
  },

  async read(id, known, { vendors }) {
    const { previewName } = { ...known.state, ...known.inputs };
    const target = await vendors.findConvex(id, { previewName: previewName ?? "" });
    return target && { id, inputs: known.inputs, state: await stateOf(known.inputs, target) };
  },

  async update(id, { inputs }, { vendors }) {
    const { previewName = "" } = inputs;
    return stateOf(inputs, await vendors.convex(id, { previewName }));
  },

  async delete(id, _state, operation) {
    if (operation.vendors.configuration.hasConvexAccessToken) {
      await deleteCloudDeployment(id, operation);
      return;
    }
    operation.warn(
      `The preview deployment ${id} is taken out of use, but a preview deploy key cannot delete it: Convex does, with its data, when it expires. To delete it at once, set clerkconvex:convexAccessToken or CONVEX_ACCESS_TOKEN before the destroy.`,
    );
  },
};

async function stateOf(inputs: Partial<Inputs>, { access, client }: ConvexTarget): Promise<State> {
  const { cloudUrl, siteUrl } = await client.urls();
  return { ...inputs, name: access.name, url: cloudUrl, siteUrl };
}
