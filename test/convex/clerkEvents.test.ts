import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { accepted, type Backend, nothing, rows, send, startBackend, system } from "./backend.ts";
import { ada, address, created, deleted, t0, updated } from "./clerk.ts";

let t: Backend;
beforeEach(() => {
  t = startBackend();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function usersAfter(event: unknown) {
  expect(await send(t, event)).toEqual(accepted);
  return (await rows(t)).users;
}

describe("the profile", () => {
  test("is stored under its own names, and nothing beside it", async () => {
    const event = created({ password_enabled: true });
    expect(await usersAfter(event)).toStrictEqual([{ ...system, ...ada }]);
  });

  test.each([null, "", undefined])("fields of %j are absent", async (none) => {
    const bare = { first_name: none, last_name: none, image_url: none, email_addresses: none };
    if (none === "") bare.email_addresses = null;
    expect(await usersAfter(created(bare))).toStrictEqual([
      { ...system, clerkId: "user_1", updatedAt: t0, eventTimestamp: t0 },
    ]);
  });

  test("an event without its own timestamp counts as of the user's clock", async () => {
    const { timestamp: _none, ...event } = created({ updated_at: t0 + 5 }, t0 + 9);
    expect(await usersAfter(event)).toStrictEqual([
      { ...system, ...ada, updatedAt: t0 + 5, eventTimestamp: t0 + 5 },
    ]);
  });
});

describe("the address", () => {
  const verified = address("idn_2", "second@example.com");
  const unverified = address("idn_3", "third@example.com", "unverified");
  const unknown = address("idn_4", "fourth@example.com", null);
  const { verification: _none, ...unsaid } = address("idn_5", "fifth@example.com");
  const later = address("idn_6", "sixth@example.com");

  const { email: _email, ...adaWithoutAddress } = ada;

  type Case = [which: string, primary: string | null | undefined, listed: unknown];

  const primary: Case[] = [
    ["wherever it is listed", "idn_6", [verified, later]],
    ["though unverified", "idn_6", [verified, { ...later, verification: unverified.verification }]],
  ];
  test.each(primary)("is the primary one, %s", async (_which, id, listed) => {
    const event = created({ primary_email_address_id: id, email_addresses: listed });
    expect(await usersAfter(event)).toStrictEqual([
      { ...system, ...ada, email: "sixth@example.com" },
    ]);
  });

  test.each([["idn_9"], [null], [undefined]])(
    "is the first verified one when the primary id is %s",
    async (id) => {
      const listed = [unverified, unknown, unsaid, verified, later];
      const event = created({ primary_email_address_id: id, email_addresses: listed });
      expect(await usersAfter(event)).toStrictEqual([
        { ...system, ...ada, email: "second@example.com" },
      ]);
    },
  );

  const absent: Case[] = [
    ["the primary is not listed and none is verified", "idn_9", [unverified, unknown]],
    ["the verification is null", null, [unknown]],
    ["there is no verification", null, [unsaid]],
    ["one without id meets a missing primary id", undefined, [{ ...unverified, id: undefined }]],
    ["one of id null meets a primary id of null", null, [{ ...unverified, id: null }]],
    ["the primary is said but nothing is listed", "idn_1", []],
    ["the list is empty", null, []],
    ["the list is null", null, null],
    ["there is no list", null, undefined],
  ];
  test.each(absent)("is absent when %s", async (_which, id, listed) => {
    const event = created({ primary_email_address_id: id, email_addresses: listed });
    expect(await usersAfter(event)).toStrictEqual([{ ...system, ...adaWithoutAddress }]);
  });
});

describe("an event of another type", () => {
  test("is answered 200, logged by type alone, and stores nothing", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const event = { ...created(), type: "session.created" };
    expect(await send(t, event)).toEqual(accepted);
    expect(log.mock.calls).toEqual([['Ignored Clerk event of type "session.created"']]);
    expect(await rows(t)).toEqual(nothing);
  });

  test("cannot forge a line of the log, nor flood it", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    expect(await send(t, { type: `a\nb${"c".repeat(500)}` })).toEqual(accepted);
    expect(log.mock.calls).toEqual([[`Ignored Clerk event of type "a\\nb${"c".repeat(97)}"`]]);
  });

  test("is not logged when it is one that is acted on", async () => {
    const log = vi.spyOn(console, "log");
    for (const event of [created(), updated(), deleted()]) {
      expect(await send(t, event)).toEqual(accepted);
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
      expect(await send(t, payload)).toEqual([400, `Malformed webhook payload: ${problem}`]);
      expect(await rows(t)).toEqual(nothing);
    },
  );
});
