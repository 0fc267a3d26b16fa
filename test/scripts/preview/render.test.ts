import { describe, expect, test } from "vitest";
import type { DownResult } from "../../../scripts/preview/down.ts";
import { renderDown, renderList, renderSweep, renderUp } from "../../../scripts/preview/render.ts";
import type { Swept } from "../../../scripts/preview/sweep.ts";

const gone: DownResult = {
  name: "pr-1",
  outcome: "ok",
  hadState: true,
  removed: [],
  kept: [],
  left: [],
};

test("up shows the addresses, and nothing that there is not", () => {
  const urls = { functions: "https://a.convex.cloud", issuer: "https://i.example" };
  const made = { name: "pr-1", created: true, deployment: "a", urls, keep: true };
  expect(renderUp({ ...made, expiresAt: undefined })).toBe(
    [
      "pr-1 is made",
      "  functions     https://a.convex.cloud",
      "  issuer        https://i.example",
      "  deployment    a",
      "  keep          yes",
    ].join("\n"),
  );
});

describe("down tells", () => {
  test("what is gone from what was never there", () => {
    expect(renderDown(gone)).toMatch(/^pr-1 is gone: /);
    expect(renderDown({ ...gone, hadState: false, removed: ["a"] })).toMatch(/^pr-1 is gone: /);
    expect(renderDown({ ...gone, hadState: false })).toMatch(/^pr-1 was not there: /);
  });

  test("what remains, with what to do", () => {
    const left = [{ what: "webhook endpoint ep_1", remedy: "Delete it", expires: false }];
    expect(renderDown({ ...gone, outcome: "remains", left, kept: ["jtmp_1"] })).toBe(
      [
        "pr-1 is not gone",
        "  Left in place, since other stacks use it: JWT template jtmp_1.",
        "  webhook endpoint ep_1. Delete it.",
      ].join("\n"),
    );
  });

  test("nothing to a terminal that a vendor made up", () => {
    const removed = ["webhook endpoint ep_1 at https://a\u001b[2J"];
    expect(renderDown({ ...gone, removed })).not.toContain("\u001b");
  });
});

test("list tells orphans apart, and what could not be seen", () => {
  const times = { updatedAt: null, expiresAt: null };
  const preview = { name: "pr-1", keep: false, urls: {}, ...times };
  const text = renderList({
    previews: [
      { ...preview, inState: true, atVendors: [], orphan: "state" },
      { ...preview, name: "pr-2", inState: false, atVendors: ["deployment a"], orphan: "vendors" },
    ],
    unseen: ["Convex was not asked"],
  });
  expect(text).toContain("pr-1: orphan, nothing left at the vendors");
  expect(text).toContain("pr-2: orphan, no stack knows of it");
  expect(text).toContain("  at vendors    deployment a");
  expect(text).toMatch(/Convex was not asked$/);
});

test("sweep says of each what becomes of it and why", () => {
  const things = ["stack pr-1"];
  const going: Swept = { name: "pr-1", goes: true, because: "closed", things };
  const staying: Swept = { name: "pr-2", goes: false, because: "kept", things: [] };
  const dry = renderSweep({ dryRun: true, previews: [going, staying], unseen: [] });
  expect(dry).toBe(
    [
      "pr-1: goes, its pull request is not open (stack pr-1)",
      "pr-2: stays, it is to be kept",
      "This was a dry run; with --yes they are taken down.",
    ].join("\n"),
  );
  const failure = { kind: "interrupted" as const, messages: ["Locked. [STACK_LOCKED]"] };
  const done = renderSweep({
    dryRun: false,
    previews: [
      { ...going, down: gone },
      { ...going, name: "pr-3", failure },
    ],
    unseen: [],
  });
  expect(done).toContain("pr-1: its pull request is not open.\n  pr-1 is gone");
  expect(done).toContain("pr-3: failed. Locked. [STACK_LOCKED]");
});
