import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, previewsOf, type Rules, type Thing } from "../../../scripts/preview/decide.ts";

const now = Date.UTC(2030, 0, 31);
const day = 24 * 60 * 60 * 1000;
const ttl = 7 * day;

/** One preview as the world has it, from which things and rules are made. */
const world = fc.record({
  inState: fc.boolean(),
  atVendors: fc.subarray(["endpoint", "deployment"] as const),
  keep: fc.boolean(),
  pull: fc.constantFrom("open", "closed", "none" as const),
  pullKeeps: fc.boolean(),
  /** Of the stack, and of what is at the vendors. */
  ages: fc.record({ stack: age(), endpoint: age(), deployment: age() }),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function age() {
  return fc.integer({ min: 0, max: 14 * day });
}

/** What nothing proves to be a preview's, whatever it is called. */
const foreign = fc.record({
  kind: fc.constantFrom("stack", "endpoint", "deployment" as const),
  id: fc.constantFrom("dev", "prod", "pr-1", "pr-2", "happy-otter-123"),
  preview: fc.constant(undefined),
  updatedAt: fc.option(age(), { nil: undefined }),
  keep: fc.boolean(),
});

function thingsOf(name: string, { inState, atVendors, keep, ages }: World): Thing[] {
  const kinds = [...(inState ? (["stack"] as const) : []), ...atVendors];
  return kinds.map((kind) => ({
    kind,
    id: `${kind} of ${name}`,
    preview: name,
    updatedAt: now - ages[kind],
    ...(kind === "stack" && { keep }),
  }));
}

/** The rule in words: kept stays; else closed or old goes. Age is the state's, else the youngest trace's. */
function shouldGo(of: World, { olderThan, pulls }: Rules): boolean {
  const traces = of.inState ? [of.ages.stack] : of.atVendors.map((kind) => of.ages[kind]);
  if (traces.length === 0) return false;
  if (of.inState && of.keep) return false;
  if (pulls && of.pullKeeps) return false;
  if (pulls && of.pull === "closed") return true;
  return olderThan !== undefined && Math.min(...traces) > olderThan;
}

test("for any mix of things exactly the right ones go", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^pr-\d{1,2}$/), world, { maxKeys: 8 }),
      fc.array(foreign, { maxLength: 8 }),
      fc.constantFrom(undefined, ttl),
      fc.boolean(),
      fc.infiniteStream(fc.nat()),
      (worlds, others, olderThan, withPulls, order) => {
        const own = Object.entries(worlds).flatMap(([name, of]) => thingsOf(name, of));
        const things = shuffled([...own, ...others], order);
        const rules: Rules = {
          now,
          olderThan,
          pulls: withPulls
            ? {
                isOpen: (name) => ({ open: true, closed: false, none: undefined })[pullOf(name)],
                keeps: (name) => worlds[name]?.pullKeeps === true,
              }
            : undefined,
        };
        const pullOf = (name: string) => worlds[name]?.pull ?? "none";

        const decisions = decide(things, rules);
        const going = decisions.filter(({ goes }) => goes).map(({ preview }) => preview);
        const expected = Object.keys(worlds).filter((name) =>
          shouldGo(worlds[name] as World, rules),
        );
        expect(going.map(({ name }) => name).sort()).toEqual(expected.sort());
        // All of a preview goes with it, and nothing of anybody else's.
        for (const { name, things: gone } of going) {
          expect(new Set(gone)).toEqual(new Set(own.filter(({ preview }) => preview === name)));
        }
        expect(decisions.flatMap(({ preview }) => preview.things)).toHaveLength(own.length);
      },
    ),
    { numRuns: 2000 },
  );
});

function shuffled<T>(items: T[], order: Iterable<number>): T[] {
  const ranks = order[Symbol.iterator]();
  return items
    .map((item) => [ranks.next().value as number, item] as const)
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item);
}

describe("time counts", () => {
  const stack: Thing = { kind: "stack", id: "pr-1", preview: "pr-1", updatedAt: now - day };
  const old: Thing = { kind: "endpoint", id: "ep_1", preview: "pr-1", updatedAt: now - 30 * day };
  const goes = (things: Thing[], olderThan: number) =>
    decide(things, { now, olderThan }).some((decision) => decision.goes);

  test("from the last update, whatever is older at a vendor", () => {
    expect(goes([stack, old], ttl)).toBe(false);
    expect(goes([old], ttl)).toBe(true);
  });

  test("only past the limit", () => {
    expect(goes([stack], day)).toBe(false);
    expect(goes([stack], day - 1)).toBe(true);
  });

  test("for nothing where nothing tells it", () => {
    expect(goes([{ ...stack, updatedAt: undefined }], 0)).toBe(false);
  });
});

test("previews are sorted as people count", () => {
  const named = (name: string): Thing => ({ kind: "stack", id: name, preview: name, updatedAt: 0 });
  const names = previewsOf(["pr-10", "pr-9", "docs"].map(named)).map(({ name }) => name);
  expect(names).toEqual(["docs", "pr-9", "pr-10"]);
});
