import { plain } from "../drift/render.ts";
import type { DownResult } from "./down.ts";
import type { Left } from "./left.ts";
import type { Listing } from "./list.ts";
import type { SweepResult, Swept } from "./sweep.ts";
import type { UpResult } from "./up.ts";

/** For people. Programs read the same results as JSON. */
export function renderUp({ name, created, deployment, urls, expiresAt, keep }: UpResult): string {
  return facts(`${name} is ${created ? "made" : "up to date"}`, {
    functions: urls.functions,
    "HTTP actions": urls.httpActions,
    webhook: urls.webhook,
    issuer: urls.issuer,
    deployment,
    expires: expiresAt,
    keep: keep ? "yes" : undefined,
  });
}

export function renderDown(result: DownResult): string {
  const { name, outcome, hadState, removed, kept, left } = result;
  const lines = [...removed.map((what) => `  Removed what no state knew: ${plain(what)}.`)];
  for (const id of kept)
    lines.push(`  Left in place, since other stacks use it: JWT template ${id}.`);
  if (outcome === "ok") {
    const before = hadState || removed.length > 0 ? "is gone" : "was not there";
    return [`${name} ${before}: each vendor was asked and has nothing of it.`, ...lines].join("\n");
  }
  const title =
    outcome === "expiring" ? `${name} is out of use, but not gone yet` : `${name} is not gone`;
  return [title, ...lines, ...left.map(renderLeft)].join("\n");
}

function renderLeft({ what, remedy }: Left): string {
  return `  ${plain(what)}. ${remedy}.`;
}

export function renderList({ previews, unseen }: Listing): string {
  const shown = previews.map((preview) => {
    const { name, orphan, atVendors, updatedAt, expiresAt, keep, urls } = preview;
    const where = { state: "nothing left at the vendors", vendors: "no stack knows of it" };
    return facts(orphan ? `${name}: orphan, ${where[orphan]}` : name, {
      updated: updatedAt ?? "unknown",
      expires: expiresAt ?? undefined,
      keep: keep ? "yes" : undefined,
      "at vendors": atVendors.join(", ") || undefined,
      functions: urls.functions,
      "HTTP actions": urls.httpActions,
    });
  });
  return [...(shown.length > 0 ? shown : ["There are no previews."]), ...unseen].join("\n");
}

export function renderSweep({ dryRun, previews, unseen }: SweepResult): string {
  const going = previews.filter(({ goes }) => goes);
  const lines = previews.map((swept) => `${swept.name}: ${fateOf(swept)}`);
  const end =
    dryRun && going.length > 0 ? ["This was a dry run; with --yes they are taken down."] : [];
  return [...(lines.length > 0 ? lines : ["There are no previews."]), ...unseen, ...end].join("\n");
}

const reasons: Record<Swept["because"], string> = {
  kept: "it is to be kept",
  closed: "its pull request is not open",
  old: "its last update is too long ago",
  "in use": "it is in use",
};

function fateOf({ goes, because, things, down, failure }: Swept): string {
  if (!goes) return `stays, ${reasons[because]}`;
  if (failure) return `failed. ${failure.messages.map(plain).join(" ")}`;
  if (down) return `${reasons[because]}.\n  ${renderDown(down).replaceAll("\n", "\n  ")}`;
  return `goes, ${reasons[because]} (${things.join(", ")})`;
}

function facts(title: string, of: Record<string, string | undefined>): string {
  const lines = Object.entries(of).flatMap(([label, value]) =>
    value === undefined ? [] : [`  ${label.padEnd(12)}  ${plain(value)}`],
  );
  return [title, ...lines].join("\n");
}
