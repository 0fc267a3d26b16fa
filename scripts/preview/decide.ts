/** Something in the state or at a vendor. */
export interface Thing {
  kind: "stack" | "endpoint" | "deployment";
  /** As its place calls it: a stack's or deployment's name, `ep_…`. */
  id: string;
  /** Name of the preview that it is of; `undefined` for whatever is not certain to be a preview's. */
  preview: string | undefined;
  /** When it was last updated, milliseconds since 1970; `undefined` when nothing tells. */
  updatedAt: number | undefined;
  /** Of a stack: it was asked to stay. */
  keep?: boolean;
  /** Of a deployment: when Convex deletes it, milliseconds since 1970. */
  expiresAt?: number | undefined;
  /** Of an endpoint: where it posts to; of a deployment: its functions. */
  url?: string;
}

/** All that is known of one preview. */
export interface Preview {
  name: string;
  things: Thing[];
  keep: boolean;
  /** As the state tells it, else the latest that a vendor tells. */
  updatedAt: number | undefined;
}

/** What the pull requests say of a preview. */
export interface Pulls {
  /** `undefined` when it is of no pull request. */
  isOpen(name: string): boolean | undefined;
  keeps(name: string): boolean;
}

export interface Rules {
  /** Milliseconds since 1970. */
  now: number;
  /** Milliseconds since the last update, after which a preview goes. */
  olderThan?: number | undefined;
  /** A preview whose pull request is not open goes. */
  pulls?: Pulls | undefined;
}

export interface Decision {
  preview: Preview;
  goes: boolean;
  because: "kept" | "closed" | "old" | "in use";
}

/** Puts together what belongs together; what is no preview's is left out. Sorted by name. */
export function previewsOf(things: Thing[]): Preview[] {
  const byName = new Map<string, Thing[]>();
  for (const thing of things) {
    if (thing.preview === undefined) continue;
    byName.set(thing.preview, [...(byName.get(thing.preview) ?? []), thing]);
  }
  return [...byName]
    .map(([name, own]) => ({
      name,
      things: own,
      keep: own.some(({ keep }) => keep),
      updatedAt: own.find(({ kind }) => kind === "stack")?.updatedAt ?? latest(own),
    }))
    .sort((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }));
}

/** Decides for each preview whether it goes. One that is kept stays, whatever else holds. */
export function decide(things: Thing[], rules: Rules): Decision[] {
  return previewsOf(things).map((preview) => {
    const because = reasonOf(preview, rules);
    return { preview, goes: because === "closed" || because === "old", because };
  });
}

function reasonOf({ name, keep, updatedAt }: Preview, { now, olderThan, pulls }: Rules) {
  if (keep || pulls?.keeps(name)) return "kept";
  if (pulls?.isOpen(name) === false) return "closed";
  const old = olderThan !== undefined && updatedAt !== undefined && now - updatedAt > olderThan;
  return old ? "old" : "in use";
}

function latest(things: Thing[]): number | undefined {
  const times = things.flatMap(({ updatedAt }) => updatedAt ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}
