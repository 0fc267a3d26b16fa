import { afterEach, describe, expect, test, vi } from "vitest";
import { accepted, delivery, nothing, post, rows, secret, startBackend } from "./backend.ts";
import { created, event } from "./clerk.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const invalid = [400, "Invalid webhook signature"];
const other = `whsec_${btoa("a secret of somebody else")}`;
const minutes = (count: number) => new Date(Date.now() + count * 60_000);

describe("the endpoint's secret", () => {
  test.each([
    ["unset", undefined],
    ["empty", ""],
    ["blank", " \n"],
  ])("%s is an error of ours", async (_, value) => {
    const t = startBackend();
    vi.stubEnv("CLERK_WEBHOOK_SECRET", value);
    expect(await post(t, delivery(created()))).toEqual([500, "Missing CLERK_WEBHOOK_SECRET"]);
    expect(await rows(t)).toEqual(nothing);
  });

  test.each([
    ["the new one", "the new secret of the endpoint"],
    ["the old one", "the old secret of the endpoint"],
  ])("in a rotation %s is good", async (_, text) => {
    const t = startBackend();
    const pair = ["the new secret of the endpoint", "the old secret of the endpoint"];
    vi.stubEnv("CLERK_WEBHOOK_SECRET", pair.map((each) => `whsec_${btoa(each)}`).join(" "));
    expect(await post(t, delivery(created(), { key: `whsec_${btoa(text)}` }))).toEqual(accepted);
    expect((await rows(t)).users).toHaveLength(1);
  });

  test("in a rotation a third one is refused", async () => {
    const t = startBackend();
    vi.stubEnv("CLERK_WEBHOOK_SECRET", `${secret} ${other}`);
    const third = `whsec_${btoa("a secret of nobody here")}`;
    expect(await post(t, delivery(created(), { key: third }))).toEqual(invalid);
    expect(await rows(t)).toEqual(nothing);
  });

  test("one that cannot be read does not spoil the other", async () => {
    const t = startBackend();
    vi.stubEnv("CLERK_WEBHOOK_SECRET", `whsec_%%% ${secret}`);
    expect(await post(t, delivery(created()))).toEqual(accepted);
  });
});

describe("a request is refused without a write", () => {
  test.each(["svix-id", "svix-timestamp", "svix-signature"])("without %s", async (name) => {
    const t = startBackend();
    const { headers, body } = delivery(created());
    delete headers[name];
    expect(await post(t, { headers, body })).toEqual([400, "Missing svix headers"]);
    expect(await post(t, { headers: { ...headers, [name]: "" }, body })).toEqual([
      400,
      "Missing svix headers",
    ]);
    expect(await rows(t)).toEqual(nothing);
  });

  test("signed with another secret", async () => {
    const t = startBackend();
    expect(await post(t, delivery(created(), { key: other }))).toEqual(invalid);
    expect(await rows(t)).toEqual(nothing);
  });

  test.each([
    ["stale", -6],
    ["from the future", 6],
  ])("%s", async (_, offset) => {
    const t = startBackend();
    expect(await post(t, delivery(created(), { at: minutes(offset) }))).toEqual(invalid);
    expect(await rows(t)).toEqual(nothing);
  });

  test.each([
    ["late", -4],
    ["early", 4],
  ])("but not when a little %s", async (_, offset) => {
    const t = startBackend();
    expect(await post(t, delivery(created(), { at: minutes(offset) }))).toEqual(accepted);
  });

  test("with the body changed", async () => {
    const t = startBackend();
    const { headers } = delivery(created());
    const body = JSON.stringify(created({ first_name: "Eve" }));
    expect(await post(t, { headers, body })).toEqual(invalid);
    expect(await rows(t)).toEqual(nothing);
  });

  test.each([
    ["svix-id", "msg_2"],
    ["svix-timestamp", String(Math.floor(Date.now() / 1000) - 60)],
    ["svix-timestamp", "now"],
    ["svix-signature", "v1,AAAA"],
    ["svix-signature", "nonsense"],
  ])("with %s changed to %s", async (name, value) => {
    const t = startBackend();
    const { headers, body } = delivery(created());
    expect(await post(t, { headers: { ...headers, [name]: value }, body })).toEqual(invalid);
    expect(await rows(t)).toEqual(nothing);
  });

  test("with bytes that are not UTF-8, even where the replacement text was signed", async () => {
    const t = startBackend();
    const { headers, body } = delivery(JSON.stringify(created({ first_name: "\ufffd" })));
    const text = new TextEncoder().encode(body as string);
    const at = text.indexOf(0xef);
    const broken = Uint8Array.from([...text.slice(0, at), 0xff, ...text.slice(at + 3)]);
    expect(new TextDecoder().decode(broken)).toBe(body);
    expect(await post(t, { headers, body: broken })).toEqual(invalid);
    expect(await rows(t)).toEqual(nothing);
  });

  test("with a byte order mark put before what was signed", async () => {
    const t = startBackend();
    const { headers, body } = delivery(created());
    const marked = new TextEncoder().encode(`\ufeff${body}`);
    expect(await post(t, { headers, body: marked })).toEqual(invalid);
    expect(await rows(t)).toEqual(nothing);
  });

  test("past 256 KiB, but not at it", async () => {
    const t = startBackend();
    const bare = JSON.stringify(event("session.created", {}));
    vi.spyOn(console, "log").mockImplementation(() => {});
    const full = bare.padEnd(256 * 1024, " ");
    expect(await post(t, delivery(full))).toEqual(accepted);
    expect(await post(t, delivery(`${full} `))).toEqual([413, "Webhook payload is too large"]);
  });

  test.each(["GET", "PUT", "DELETE"])("by %s", async (method) => {
    const t = startBackend();
    expect((await t.fetch("/clerk-webhook", { method })).status).toBe(404);
  });
});

describe("an event the backend does not act on", () => {
  test("is accepted, and its type alone is logged", async () => {
    const t = startBackend();
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const private_ = { id: "sess_1", user_id: "user_1", email: "ada@example.com" };
    expect(await post(t, delivery(event("session.created", private_)))).toEqual(accepted);
    expect(log.mock.calls).toEqual([['Ignored Clerk event of type "session.created"']]);
    expect(await rows(t)).toEqual(nothing);
  });

  test("cannot forge or flood the log", async () => {
    const t = startBackend();
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const type = `a\nb${"c".repeat(1000)}`;
    expect(await post(t, delivery(event(type, null)))).toEqual(accepted);
    expect(log.mock.calls).toEqual([[`Ignored Clerk event of type "a\\nb${"c".repeat(97)}"`]]);
  });
});
