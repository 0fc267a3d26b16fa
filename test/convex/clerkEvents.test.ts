import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ada, address, created, deleted, epoch, updated } from "./events.ts";
import { type Backend, backend, deliver, secret, tables, users } from "./setup.ts";

const ok = { status: 200, text: "OK" };

let t: Backend;
beforeEach(() => {
  t = backend();
  vi.stubEnv("CLERK_WEBHOOK_SECRET", secret);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("the profile", () => {
  test("is stored under its own names, and nothing beside it", async () => {
    expect(await deliver(t, created())).toEqual(ok);
    expect(await users(t)).toEqual([ada]);
  });

  test.each([null, "", undefined])("fields of %j are absent", async (none) => {
    const bare = { first_name: none, last_name: none, image_url: none, email_addresses: none };
    if (none === "") bare.email_addresses = null;
    expect(await deliver(t, created(bare))).toEqual(ok);
    expect(await users(t)).toStrictEqual([
      { clerkId: "user_1", updatedAt: epoch, eventTimestamp: epoch },
    ]);
  });

  test("an event without its own timestamp counts as of the user's clock", async () => {
    const { timestamp: _none, ...event } = created({ updated_at: epoch + 5 });
    expect(await deliver(t, event)).toEqual(ok);
    expect(await users(t)).toEqual([{ ...ada, updatedAt: epoch + 5, eventTimestamp: epoch + 5 }]);
  });
});

describe("the address", () => {
  const verified = address("idn_2", "second@example.com");
  const unverified = address("idn_3", "third@example.com", "unverified");

  async function emailGiven(data: Record<string, unknown>) {
    expect(await deliver(t, created(data))).toEqual(ok);
    const [user] = await users(t);
    return user?.email;
  }

  test.each([
    [
      "the primary one, wherever it is listed",
      "idn_1",
      [verified, address("idn_1", "a@x.org")],
      "a@x.org",
    ],
    ["the primary one, though unverified", "idn_3", [verified, unverified], "third@example.com"],
    [
      "the first verified one without a primary id",
      null,
      [unverified, verified, address("idn_4", "d@x.org")],
      "second@example.com",
    ],
    [
      "the first verified one when the primary is not listed",
      "idn_9",
      [unverified, verified],
      "second@example.com",
    ],
    ["none when the primary is not listed and none is verified", "idn_9", [unverified], undefined],
    ["none when nothing is listed", "idn_1", [], undefined],
    ["none when the verification is null", null, [{ ...verified, verification: null }], undefined],
    [
      "none when there is no verification",
      null,
      [{ id: "idn_2", email_address: "s@x.org" }],
      undefined,
    ],
    [
      "none when an address without id meets a missing primary id",
      undefined,
      [{ email_address: "s@x.org" }],
      undefined,
    ],
    [
      "none when an address of id null meets a primary id of null",
      null,
      [{ id: null, email_address: "s@x.org" }],
      undefined,
    ],
  ])("is %s", async (_which, primary, listed, expected) => {
    const data = { primary_email_address_id: primary, email_addresses: listed };
    expect(await emailGiven(data)).toBe(expected);
  });
});

describe("an event of another type", () => {
  test("is answered 200, logged by type alone, and stores nothing", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const event = { ...created(), type: "session.created" };
    expect(await deliver(t, event)).toEqual(ok);
    expect(log.mock.calls).toEqual([['Ignored Clerk event of type "session.created"']]);
    expect(await tables(t)).toEqual({ users: [], deletedUsers: [] });
  });

  test("cannot forge a line of the log, nor flood it", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    expect(await deliver(t, { type: `a\nb${"c".repeat(500)}` })).toEqual(ok);
    expect(log.mock.calls).toEqual([[`Ignored Clerk event of type "a\\nb${"c".repeat(97)}"`]]);
  });

  test("is not logged when it is one that is acted on", async () => {
    const log = vi.spyOn(console, "log");
    for (const event of [created(), updated(), deleted()]) {
      expect(await deliver(t, event)).toEqual(ok);
    }
    expect(log).not.toHaveBeenCalled();
  });
});

describe("a payload that is no Clerk event", () => {
  const of = (data: Record<string, unknown>) => created(data);
  const loneSurrogate = "\ud83d";

  const payloads: [payload: unknown, problem: string][] = [
    ["", "payload is not JSON"],
    ["{", "payload is not JSON"],
    ["user.created", "payload is not JSON"],
    ["null", "payload is not an object"],
    ["[]", "payload is not an object"],
    ['"user.created"', "payload is not an object"],
    [{}, "type is missing"],
    [{ type: "" }, "type is missing"],
    [{ type: 7 }, "type is missing"],
    [{ type: "user.created" }, "data is not an object"],
    [{ type: "user.updated", data: null }, "data is not an object"],
    [{ type: "user.deleted", data: ["user_1"] }, "data is not an object"],
    [{ type: "user.deleted", data: {} }, "data.id is missing"],
    [{ type: "user.deleted", data: { id: loneSurrogate } }, "data.id is not text"],
    [of({ id: undefined }), "data.id is missing"],
    [of({ id: null }), "data.id is missing"],
    [of({ id: "" }), "data.id is missing"],
    [of({ id: 7 }), "data.id is not text"],
    [of({ id: loneSurrogate }), "data.id is not text"],
    [of({ first_name: 7 }), "data.first_name is not text"],
    [of({ first_name: loneSurrogate }), "data.first_name is not text"],
    [of({ last_name: {} }), "data.last_name is not text"],
    [of({ image_url: false }), "data.image_url is not text"],
    [of({ email_addresses: "ada@example.com" }), "data.email_addresses is not a list"],
    [of({ email_addresses: [null] }), "data.email_addresses[] is not an object"],
    [
      of({ email_addresses: [{ id: "idn_1", email_address: 7 }] }),
      "data.email_addresses[].email_address is not text",
    ],
    [of({ updated_at: undefined }), "data.updated_at is not a time in milliseconds"],
    [of({ updated_at: "2026-01-01" }), "data.updated_at is not a time in milliseconds"],
    [of({ updated_at: -1 }), "data.updated_at is not a time in milliseconds"],
    [of({ updated_at: 1.5 }), "data.updated_at is not a time in milliseconds"],
    [of({ updated_at: 2 ** 53 }), "data.updated_at is not a time in milliseconds"],
    [{ ...created(), timestamp: null }, "timestamp is not a time in milliseconds"],
  ];

  test.each(payloads.map(([payload, problem]) => ({ payload, problem })))(
    "$problem",
    async ({ payload, problem }) => {
      expect(await deliver(t, payload)).toEqual({
        status: 400,
        text: `Malformed webhook payload: ${problem}`,
      });
      expect(await tables(t)).toEqual({ users: [], deletedUsers: [] });
    },
  );
});
