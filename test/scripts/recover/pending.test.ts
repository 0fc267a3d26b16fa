import { expect, test } from "vitest";
import { handlers } from "../../../infra/provider/handlers/index.ts";
import { finders } from "../../../scripts/recover/finders.ts";
import { decide, type Found, rerun } from "../../../scripts/recover/pending.ts";
import type { PendingOperation } from "../../../scripts/stack/state.ts";

const began = 1_000;
const pending = (type: PendingOperation["type"], inputs = {}): PendingOperation => ({
  type,
  resource: { urn: "urn", type: "clerkconvex:clerk:JwtTemplate", inputs },
});
const finding = (found?: Found) => async () => found;

test("a create is entered when what it makes is there and no older than the run", async () => {
  const asked: unknown[] = [];
  const find = async (inputs: unknown) => {
    asked.push(inputs);
    return { id: "jtmp_1", createdAt: began };
  };
  const decision = await decide(pending("creating", { name: "convex" }), find, began);
  expect(decision).toMatchObject({ id: "jtmp_1", explanation: expect.stringContaining("entered") });
  expect(asked).toEqual([{ name: "convex" }]);
});

test.each([
  ["is not there", undefined, began, "not made yet"],
  ["is older than the run", { id: "jtmp_1", createdAt: began - 1 }, began, "clerk-convex:adopt"],
  [
    "is there, but when the run began is not known",
    { id: "jtmp_1", createdAt: began },
    undefined,
    "not known",
  ],
])("a create is cleared when what it makes %s", async (_what, found, since, said) => {
  const decision = await decide(pending("creating"), finding(found), since);
  expect(decision).not.toHaveProperty("id");
  expect(decision.explanation).toMatch(/^cleared/);
  expect(decision.explanation).toContain(said);
});

test.each(["updating", "deleting", "reading", "importing"] as const)(
  "what was interrupted while %s is cleared without asking a vendor",
  async (type) => {
    const decision = await decide(pending(type), () => expect.unreachable(), began);
    expect(decision).not.toHaveProperty("id");
    expect(decision.explanation).toMatch(/^cleared: /);
  },
);

test("it is known of every resource of the package what a rerun does", () => {
  const known = [...Object.keys(rerun), ...Object.keys(finders)];
  expect(known).toEqual(expect.arrayContaining(handlers.map(({ spec }) => spec.token)));
});

test("a create of a resource that is not the package's is left to a person", async () => {
  const operation = { ...pending("creating"), resource: { urn: "urn", type: "aws:s3:Bucket" } };
  expect((await decide(operation, undefined, began)).explanation).toContain("look at the vendor");
});
