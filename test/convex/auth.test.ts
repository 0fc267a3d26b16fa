import { makeFunctionReference } from "convex/server";
import { ConvexError } from "convex/values";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { api, type internal } from "../../convex/_generated/api.js";
import { modules, rows, send, startBackend } from "./backend.ts";
import { created, deleted, t0 } from "./clerk.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const signedIn = { subject: "user_1" };

describe("a signed-in user", () => {
  test("sees the own row, without the clocks", async () => {
    const t = startBackend();
    await send(t, created());
    await send(t, created({ id: "user_2", first_name: "Grace" }));
    expect(await t.withIdentity(signedIn).query(api.users.current)).toEqual({
      _id: (await rows(t)).users[0]?._id,
      clerkId: "user_1",
      email: "ada@example.com",
      firstName: "Ada",
      lastName: "Lovelace",
      imageUrl: "https://img.clerk.com/ada",
    });
  });

  test("is noted as seen now, and nobody else is", async () => {
    vi.useFakeTimers({ now: t0 + 7, toFake: ["Date"] });
    const t = startBackend();
    await send(t, created());
    await send(t, created({ id: "user_2" }));
    const before = (await rows(t)).users;
    expect(await t.withIdentity(signedIn).mutation(api.users.seen)).toBeNull();
    expect((await rows(t)).users).toEqual([{ ...before[0], lastSeenAt: t0 + 7 }, before[1]]);
    expect(await t.withIdentity(signedIn).query(api.users.current)).toMatchObject({
      lastSeenAt: t0 + 7,
    });
  });

  test.each([
    ["before the webhook brought the user", []],
    ["after the deletion", [created(), deleted()]],
  ])("is not found %s", async (_, events) => {
    const t = startBackend();
    for (const event of events) await send(t, event);
    const before = await rows(t);
    const asUser = t.withIdentity(signedIn);
    expect(await refusal(asUser.query(api.users.current))).toBe("User not found");
    expect(await refusal(asUser.mutation(api.users.seen))).toBe("User not found");
    expect(await rows(t)).toEqual(before);
  });
});

interface Declared {
  isQuery?: true;
  isMutation?: true;
  isAction?: true;
  isPublic?: true;
  isInternal?: true;
}

/** Everything the backend registers, by name as clients call it. */
async function registered(): Promise<[string, Declared][]> {
  const files = Object.entries(modules).filter(([path]) => !path.includes("/_generated/"));
  const all = await Promise.all(
    files.map(async ([path, load]) => {
      const exported = (await load()) as Record<string, Declared>;
      const module = path.replace("../../convex/", "").replace(/\.ts$/, "");
      return Object.entries(exported).map(([name, value]): [string, Declared] => [
        `${module}:${name}`,
        value,
      ]);
    }),
  );
  return all
    .flat()
    .filter(([, { isQuery, isMutation, isAction }]) => isQuery || isMutation || isAction);
}

describe("without a token", () => {
  test("every public function refuses, and writes nothing", async () => {
    const t = startBackend();
    await send(t, created());
    const before = await rows(t);
    const open = (await registered()).filter(([, { isPublic }]) => isPublic);
    expect(open.map(([name]) => name)).toEqual(
      expect.arrayContaining(["users:current", "users:seen"]),
    );
    for (const [name, kind] of open) {
      const reference = makeFunctionReference<"action">(name);
      const call = kind.isQuery ? t.query : kind.isMutation ? t.mutation : t.action;
      expect(await refusal((call as typeof t.action)(reference, {})), name).toBe(
        "Not authenticated",
      );
    }
    expect(await rows(t)).toEqual(before);
  });

  test("the webhook's mutations are out of reach", async () => {
    const hidden = (await registered()).filter(([, { isInternal }]) => isInternal);
    expect(hidden.map(([name]) => name)).toEqual(
      expect.arrayContaining(["users:upsertUser", "users:deleteUser"]),
    );
    expect(hidden.filter(([, { isPublic }]) => isPublic)).toEqual([]);
    expectTypeOf<keyof typeof api.users>().toEqualTypeOf<"current" | "seen">();
    expectTypeOf<keyof typeof internal.users>().toEqualTypeOf<"upsertUser" | "deleteUser">();
  });
});

/** The text a client is told. */
async function refusal(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ConvexError) return error.data;
    throw error;
  }
  throw new Error("not refused");
}
