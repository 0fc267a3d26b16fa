import type { Endpoint } from "../../infra/clients/svix.ts";
import { deployKeyLabel } from "../../infra/labels.ts";
import type { Context } from "./context.ts";
import { type FoundDeployment, findDeployments, removeDeployment } from "./deployments.ts";
import { isEndpointOf } from "./labels.ts";
import type { KnownPreview } from "./record.ts";

/** Something of a preview that is still at a vendor. */
export interface Left {
  what: string;
  remedy: string;
  /** It is out of use, and Convex deletes it by itself. */
  expires: boolean;
}

export interface CleanUp {
  /** What no state knew, found by its mark and removed. */
  removed: string[];
  left: Left[];
}

type Hint = Pick<KnownPreview, "deployment" | "projectId" | "ownTemplates">;

interface Found {
  endpoints: Endpoint[];
  deployments: FoundDeployment[];
  templates: string[];
}

/**
 * Asks each vendor what it still has of a preview, removes that, and asks again.
 *
 * @param hint what a state told before it was destroyed
 */
export async function cleanUp(name: string, hint: Hint, context: Context): Promise<CleanUp> {
  const found = await find(name, hint, context);
  if (isNothing(found)) return { removed: [], left: [] };
  const { vendors } = context;
  for (const { id } of found.endpoints) await (await vendors.endpoints())?.delete(id);
  for (const deployment of found.deployments) await removeDeployment(deployment, context);
  for (const id of found.templates) await vendors.clerk.deleteJwtTemplate(id);
  const after = await find(name, hint, context);
  const left = [...describe(after, name, context)];
  const remaining = new Set(left.map(({ what }) => what));
  const removed = [...describe(found, name, context)].map(({ what }) => what);
  return { removed: removed.filter((what) => !remaining.has(what)), left };
}

async function find(name: string, hint: Hint, context: Context): Promise<Found> {
  const { vendors, previews } = context;
  const [endpoints, deployments, templates] = await Promise.all([
    vendors.endpoints().then((all) => all?.list() ?? []),
    findDeployments(name, hint, context),
    Promise.all(hint.ownTemplates.map((id) => vendors.clerk.getJwtTemplate(id))),
  ]);
  return {
    endpoints: endpoints.filter((endpoint) => isEndpointOf(previews.project, name, endpoint)),
    deployments,
    templates: templates.flatMap((template) => template?.id ?? []),
  };
}

function isNothing({ endpoints, deployments, templates }: Found): boolean {
  return endpoints.length + deployments.length + templates.length === 0;
}

function* describe(found: Found, name: string, { previews }: Context): Generator<Left> {
  for (const { id, url } of found.endpoints) {
    const remedy = "Delete it in the Clerk dashboard under Webhooks";
    yield { what: `webhook endpoint ${id} at ${url}`, remedy, expires: false };
  }
  for (const { name: deployment, keys, access } of found.deployments) {
    const label = deployKeyLabel(previews.project, name);
    const ours = keys.filter((key) => key.startsWith(`${label}-v`));
    const withKeys = ours.length > 0 ? ` with deploy key ${ours.join(", ")}` : "";
    yield access
      ? {
          what: `Convex deployment ${deployment}, emptied`,
          remedy:
            "Convex deletes it when it expires; to delete it at once, set CONVEX_ACCESS_TOKEN and run this again",
          expires: true,
        }
      : {
          what: `Convex deployment ${deployment}${withKeys}`,
          remedy: "Delete it in the Convex dashboard: project, the deployment, Settings",
          expires: false,
        };
  }
  for (const id of found.templates) {
    const remedy = "Delete it in the Clerk dashboard under JWT templates";
    yield { what: `JWT template ${id}`, remedy, expires: false };
  }
}
