import { afterEach, describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { accepted, delivery, post, rows, send, startBackend } from "./backend.ts";
import { address, created, deleted, t0, updated } from "./clerk.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const ada = {
  clerkId: "user_1",
  email: "ada@example.com",
  firstName: "Ada",
  lastName: "Lovelace",
  imageUrl: "https://img.clerk.com/ada",
  updatedAt: t0,
  eventTimestamp: t0,
};

const system = { _id: expect.any(String), _creationTime: expect.any(Number) };

async function userAfter(...events: unknown[]) {
  const t = startBackend();
  for (const event of events) expect(await send(t, event)).toEqual(accepted);
  const { users } = await rows(t);
  expect(users.length).toBeLessThan(2);
  return users[0];
}

describe("created, updated, deleted", () => {
  test("a created user is stored", async () => {
    expect(await userAfter(created())).toEqual({ ...system, ...ada });
  });

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

  test("an event without its own timestamp counts as sent when the user changed", async () => {
    const { timestamp, ...event } = created({}, t0 + 5);
    expect(timestamp).toBe(t0 + 5);
    expect(await userAfter(event)).toEqual({ ...system, ...ada });
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

describe("the e-mail address", () => {
  const primary = { primary_email_address_id: "idn_2" };
  const emailOf = async (changes: Record<string, unknown>) =>
    (await userAfter(created(changes)))?.email;

  test("is the primary one, wherever it is in the list, verified or not", async () => {
    const email_addresses = [
      address("idn_1", "first@example.com"),
      address("idn_2", "second@example.com", "unverified"),
    ];
    expect(await emailOf({ ...primary, email_addresses })).toBe("second@example.com");
  });

  test.each([["idn_9"], [null], [undefined]])(
    "is the first verified one when the primary id is %s",
    async (id) => {
      const email_addresses = [
        address("idn_1", "unverified@example.com", "unverified"),
        address("idn_2", "unknown@example.com", null),
        address("idn_3", "verified@example.com"),
        address("idn_4", "later@example.com"),
      ];
      const changes = { primary_email_address_id: id, email_addresses };
      expect(await emailOf(changes)).toBe("verified@example.com");
    },
  );

  test("is never one that nobody verified and nobody chose", async () => {
    const email_addresses = [
      address("idn_1", "a@example.com", "unverified"),
      address("idn_3", "b@example.com", null),
    ];
    expect(await userAfter(created({ ...primary, email_addresses }))).not.toHaveProperty("email");
  });

  test.each([[[]], [null], [undefined]])("is absent when the list is %j", async (list) => {
    const changes = { primary_email_address_id: null, email_addresses: list };
    expect(await userAfter(created(changes))).not.toHaveProperty("email");
  });

  test("without an id of its own matches no missing primary id", async () => {
    const { id, ...nameless } = address("idn_1", "nameless@example.com", "unverified");
    expect(id).toBe("idn_1");
    const changes = { primary_email_address_id: undefined, email_addresses: [nameless] };
    expect(await userAfter(created(changes))).not.toHaveProperty("email");
  });
});
