import type { Context } from "./context.ts";
import { type Preview, previewsOf, type Thing } from "./decide.ts";
import { takeInventory } from "./inventory.ts";
import type { PreviewUrls } from "./record.ts";

/** One preview as the state and the vendors have it. Times are ISO 8601. */
export interface ListedPreview {
  name: string;
  inState: boolean;
  /** `webhook endpoint ep_…`, `deployment happy-otter-123` */
  atVendors: string[];
  updatedAt: string | null;
  expiresAt: string | null;
  keep: boolean;
  urls: PreviewUrls;
  /** `state`: nothing of it is at a vendor any more; `vendors`: no state knows of it. */
  orphan: "state" | "vendors" | null;
}

export interface Listing {
  previews: ListedPreview[];
  unseen: string[];
}

export async function listPreviews(context: Context): Promise<Listing> {
  const { things, known, unseen } = await takeInventory(context);
  const previews = previewsOf(things).map((preview) =>
    listed(preview, known.get(preview.name)?.urls ?? {}),
  );
  return { previews, unseen };
}

function listed({ name, things, keep, updatedAt }: Preview, urls: PreviewUrls): ListedPreview {
  const inState = things.some(({ kind }) => kind === "stack");
  const atVendors = things.filter(({ kind }) => kind !== "stack").map(describeThing);
  const expiresAt = things.find((thing) => thing.expiresAt !== undefined)?.expiresAt;
  return {
    name,
    inState,
    atVendors,
    updatedAt: isoOf(updatedAt),
    expiresAt: isoOf(expiresAt),
    keep,
    urls,
    orphan: inState ? (atVendors.length === 0 ? "state" : null) : "vendors",
  };
}

export function describeThing({ kind, id }: Thing): string {
  return kind === "endpoint" ? `webhook endpoint ${id}` : `${kind} ${id}`;
}

function isoOf(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}
