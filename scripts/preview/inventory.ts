import type { StackSummary } from "@pulumi/pulumi/automation/index.js";
import { findPreview } from "../../infra/clients/convex-target.ts";
import type { Endpoint } from "../../infra/clients/svix.ts";
import type { Context } from "./context.ts";
import type { Thing } from "./decide.ts";
import { listDeployments } from "./deployments.ts";
import { isEndpointOf, previewOfEndpoint, previewOfReference } from "./labels.ts";
import { type KnownPreview, knownPreview } from "./record.ts";
import { markOf } from "./workspace.ts";

/** Everything in the state and at the vendors, previews' or not. */
export interface Inventory {
  things: Thing[];
  /** What the states tell, by preview. */
  known: Map<string, KnownPreview>;
  /** What could not be looked at with the credentials at hand, one sentence each. */
  unseen: string[];
}

/** States are read by a process each. */
const atOnce = 4;

export async function takeInventory(context: Context): Promise<Inventory> {
  const stacks = await listStacks(context);
  const endpoints = await listEndpoints(stacks, context);
  const names = new Set([...stacks, ...endpoints].flatMap(({ preview }) => preview ?? []));
  const claimed = new Map(
    stacks.flatMap(({ preview, known }) =>
      preview !== undefined && known?.deployment ? [[known.deployment, preview] as const] : [],
    ),
  );
  const { deployments, unseen } = await lookForDeployments(names, claimed, context);
  return {
    things: [...stacks.map(({ known: _, ...thing }) => thing), ...endpoints, ...deployments],
    known: new Map(
      stacks.flatMap(({ preview, known }) =>
        preview !== undefined && known ? [[preview, known] as const] : [],
      ),
    ),
    unseen,
  };
}

async function listStacks(context: Context) {
  const summaries = await context.previews.list();
  const found: (Thing & { known: KnownPreview | undefined })[] = [];
  for (let start = 0; start < summaries.length; start += atOnce) {
    const some = summaries.slice(start, start + atOnce);
    found.push(...(await Promise.all(some.map((summary) => stackOf(summary, context)))));
  }
  return found;
}

async function stackOf({ name, lastUpdate }: StackSummary, { previews }: Context) {
  const id = name.split("/").at(-1) ?? name;
  const thing: Thing = { kind: "stack", id, preview: undefined, updatedAt: timeOf(lastUpdate) };
  if (previews.hasSettings(id)) return { ...thing, known: undefined };
  const state = await previews.state(id);
  const known = state && knownPreview(state);
  const certain = known?.record || known?.deployment || (known && (await isTagged(id, previews)));
  if (!known || !certain) return { ...thing, known: undefined };
  return {
    ...thing,
    preview: id,
    updatedAt: timeOf(known.record?.updatedAt) ?? thing.updatedAt,
    keep: known.record?.keep ?? false,
    known,
  };
}

/** A first run that was killed early has left nothing but a tag to know its stack by. */
async function isTagged(name: string, previews: Context["previews"]): Promise<boolean> {
  const tags = await (await previews.stack(name)).listTags();
  return tags[markOf.preview] === name;
}

async function listEndpoints(stacks: Thing[], context: Context): Promise<Thing[]> {
  const { project } = context.previews;
  const all = (await (await context.vendors.endpoints())?.list()) ?? [];
  const marked = all.flatMap((endpoint) => previewOfEndpoint(project, endpoint) ?? []);
  const names = [...new Set([...stacks.flatMap(({ preview }) => preview ?? []), ...marked])];
  const ownerOf = (endpoint: Endpoint) =>
    names.find((name) => isEndpointOf(project, name, endpoint));
  return all.map((endpoint) => ({
    kind: "endpoint",
    id: endpoint.id,
    preview: ownerOf(endpoint),
    updatedAt: endpoint.updatedAt.getTime(),
    url: endpoint.url,
  }));
}

/**
 * @param names previews that are known for certain
 * @param claimed their deployments, by name
 */
async function lookForDeployments(
  names: ReadonlySet<string>,
  claimed: ReadonlyMap<string, string>,
  context: Context,
): Promise<{ deployments: Thing[]; unseen: string[] }> {
  const { previews, vendors, signal } = context;
  const listed = await listDeployments(context);
  if (listed) {
    const deployments = listed.map((found): Thing => {
      const byName = names.has(found.previewName ?? "") ? found.previewName : undefined;
      const byReference = previewOfReference(previews.project, found.reference);
      const preview = claimed.get(found.name) ?? byName ?? byReference;
      return {
        kind: "deployment",
        id: found.name,
        // Only a preview is thrown away, whatever reference somebody gave to another.
        preview: found.type === "preview" ? preview : undefined,
        updatedAt: found.updatedAt,
        expiresAt: found.expiresAt,
        url: found.url,
      };
    });
    return { deployments, unseen: [] };
  }
  const { configuration } = vendors;
  const key = configuration.hasConvex ? configuration.convex : undefined;
  if (key?.kind !== "previewKey") {
    const unseen = ["Convex was not asked: set CONVEX_ACCESS_TOKEN and CONVEX_PROJECT"];
    return { deployments: [], unseen };
  }
  const deployments: Thing[] = [];
  for (const preview of names) {
    const found = await findPreview(key, preview, signal);
    if (!found) continue;
    const { name: id, url } = found;
    deployments.push({ kind: "deployment", id, preview, updatedAt: undefined, url });
  }
  const unseen = [
    "A preview deploy key lists nothing: of deployments without stack and endpoint only an access token can tell",
  ];
  return { deployments, unseen };
}

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}
