import { afterEach, describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { accepted, delivery, post, rows, send, startBackend, system } from "./backend.ts";
import { ada, created, deleted, t0, updated } from "./clerk.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

async function userAfter(...events: unknown[]) {
  const t = startBackend();
  for (const event of events) expect(await send(t, event)).toEqual(accepted);
  const { users } = await rows(t);
  expect(users.length).toBeLessThan(2);
  return users[0];
}

describe("created, updated, deleted", () => {
  test("an update changes the same row", async () => {
    const t = startBackend();
    await send(t, created());
    const [before] = (await rows(t)).users;
    await send(t, updated({ first_name: "Augusta", updated_at: t0 + 1 }, t0 + 2));
    expect((await rows(t)).users).toEqual([
      { ...before, firstName: "Augusta", updatedAt: t0 + 1, eventTimestamp: t0 + 2 },
    ]);
  });

  test("an update removes what Clerk cleared, and keeps what the app wrote", async () => {
    const t = startBackend();
    await send(t, created());
    await t.withIdentity({ subject: "user_1" }).mutation(api.users.seen);
    const [before] = (await rows(t)).users;
    await send(
      t,
      updated({ first_name: null, last_name: "", email_addresses: [], updated_at: t0 + 1 }),
    );
    const { firstName, lastName, email, ...rest } = before as NonNullable<typeof before>;
    expect([firstName, lastName, email]).toEqual(["Ada", "Lovelace", "ada@example.com"]);
    expect((await rows(t)).users).toStrictEqual([{ ...rest, updatedAt: t0 + 1 }]);
    expect(rest.lastSeenAt).toEqual(expect.any(Number));
  });

  test("a deleted user is gone, and its id is remembered with nothing personal", async () => {
    const t = startBackend();
    await send(t, created());
    await send(t, deleted());
    expect(await rows(t)).toEqual({
      users: [],
      deletedUsers: [{ ...system, clerkId: "user_1" }],
    });
  });

  test("users do not touch each other", async () => {
    const t = startBackend();
    await send(t, created());
    await send(t, created({ id: "user_2", first_name: "Grace" }));
    await send(t, deleted("user_2"));
    expect((await rows(t)).users).toEqual([{ ...system, ...ada }]);
  });
});

describe("late, twice and out of order", () => {
  test.each([
    ["created", [created()]],
    ["updated", [created(), updated({ last_name: "King", updated_at: t0 + 1 })]],
    ["deleted", [created(), deleted()]],
  ])("a delivery of %s repeated changes nothing", async (_, events) => {
    const t = startBackend();
    for (const event of events) await send(t, event);
    const before = await rows(t);
    const again = delivery(events.at(-1));
    expect(await post(t, again)).toEqual(accepted);
    expect(await post(t, again)).toEqual(accepted);
    expect(await rows(t)).toStrictEqual(before);
  });

  test("an update that overtakes the creation stands", async () => {
    const later = updated({ first_name: "Augusta", updated_at: t0 + 1 });
    expect(await userAfter(later, created())).toMatchObject({ firstName: "Augusta" });
  });

  test("at the same moment of Clerk's clock, the event's own time decides", async () => {
    // The names fall while the times rise, lest the order of the contents give the same answer.
    const first = updated({ first_name: "B" }, t0 + 1);
    const second = updated({ first_name: "A" }, t0 + 2);
    expect(await userAfter(first, second)).toMatchObject({ firstName: "A" });
    expect(await userAfter(second, first)).toMatchObject({ firstName: "A" });
  });

  test("Clerk's clock decides before the event's own time", async () => {
    const older = updated({ first_name: "A", updated_at: t0 }, t0 + 9);
    const newer = updated({ first_name: "B", updated_at: t0 + 1 }, t0 + 8);
    expect(await userAfter(older, newer)).toMatchObject({ firstName: "B" });
    expect(await userAfter(newer, older)).toMatchObject({ firstName: "B" });
  });

  test("an update after the deletion does not bring the user back", async () => {
    expect(await userAfter(created(), deleted(), updated({ updated_at: t0 + 9 }))).toBeUndefined();
  });

  test("nor does a creation that the deletion overtook", async () => {
    expect(await userAfter(deleted(), created())).toBeUndefined();
  });
});
