import type { FailureKind } from "../stack/failure.ts";
import type { Context } from "./context.ts";
import { type Decision, decide, type Pulls } from "./decide.ts";
import { type DownResult, downPreview } from "./down.ts";
import { sorted } from "./engine.ts";
import { takeInventory } from "./inventory.ts";
import { describeThing } from "./list.ts";

export interface SweepOptions {
  /** Milliseconds since the last update. */
  olderThan: number | undefined;
  /**
   * Asked after the inventory is taken: a pull request that is opened meanwhile has its preview left alone,
   * since that is not in the inventory yet.
   */
  pulls: (() => Promise<Pulls>) | undefined;
  /** Go ahead; without, only tell. */
  yes: boolean;
}

/** What became of one preview, or would. */
export interface Swept {
  name: string;
  goes: boolean;
  because: Decision["because"];
  /** What it has in the state and at the vendors. */
  things: string[];
  /** Set when it was taken down. */
  down?: DownResult;
  /** Set when that failed. */
  failure?: { kind: FailureKind; messages: string[] };
}

export interface SweepResult {
  dryRun: boolean;
  previews: Swept[];
  unseen: string[];
}

/** Takes down the previews that nothing needs any more, one after another. One failure stops no other. */
export async function sweepPreviews(
  { olderThan, pulls, yes }: SweepOptions,
  context: Context,
): Promise<SweepResult> {
  const { things, known, unseen } = await takeInventory(context);
  const rules = { now: Date.now(), olderThan, pulls: await pulls?.() };
  const owns = ({ preview }: Decision) => known.get(preview.name)?.ownTemplates.length ?? 0;
  // The owner of a JWT template goes after those that share it, else it would leave it in place for them.
  const decisions = decide(things, rules).sort((one, other) => owns(one) - owns(other));
  const previews: Swept[] = [];
  for (const { preview, goes, because } of decisions) {
    const { name } = preview;
    const swept = { name, goes, because, things: preview.things.map(describeThing) };
    previews.push(goes && yes ? { ...swept, ...(await takeDown(name, context)) } : swept);
  }
  return { dryRun: !yes, previews, unseen };
}

async function takeDown(name: string, context: Context): Promise<Pick<Swept, "down" | "failure">> {
  context.say(`Taking down ${name}.`);
  try {
    return { down: await downPreview(name, context) };
  } catch (error) {
    return { failure: sorted(error) };
  }
}
