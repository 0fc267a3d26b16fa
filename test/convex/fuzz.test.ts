import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { accepted, type Backend, delivery, post, rows, send, startBackend } from "./backend.ts";
import { created, deleted, updated } from "./clerk.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

type Json = Record<string, unknown>;

/** Values that stand where others are expected, with what JSON can carry and Convex cannot store. */
const strange = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom("", "\ud83d", "\u0000", -1, 0.5, 1e308, {}, [], [null], [[]], [{}]),
  fc.constantFrom({ $id: 1 }, [{ id: "idn_1", email_address: { a: 1 } }], { constructor: 1 }),
);

/** Each place in a payload, as the keys that lead to it. */
function places(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))];
}

/** @returns a copy with another value at the place, or without it when the value is undefined */
function replaced(value: unknown, [key, ...rest]: string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = structuredClone(value) as Json;
  if (rest.length === 0 && by === undefined && !Array.isArray(copy)) delete copy[key];
  else copy[key] = replaced(copy[key], rest, by);
  return copy;
}

const spoilt = fc.constantFrom<unknown>(created(), updated(), deleted()).chain((event) =>
  fc
    .array(fc.tuple(fc.constantFrom(...places(event)), fc.option(strange, { nil: undefined })), {
      minLength: 1,
      maxLength: 3,
    })
    .map((changes) =>
      changes.reduce((spoiling, [place, by]) => {
        const isThere = places(spoiling).some((each) => each.join("\n") === place.join("\n"));
        return isThere ? replaced(spoiling, place, by) : spoiling;
      }, event),
    ),
);

const payload = fc.oneof(
  { weight: 4, arbitrary: spoilt.map((value) => JSON.stringify(value) ?? "") },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }).map((text) => text.toWellFormed()) },
);

async function withOneUser(): Promise<[Backend, Awaited<ReturnType<typeof rows>>]> {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const t = startBackend();
  expect(await send(t, created())).toEqual(accepted);
  return [t, await rows(t)];
}

test("whatever is signed is taken, or refused by name without a write", async () => {
  const met = new Set<number>();
  await fc.assert(
    fc.asyncProperty(payload, async (body) => {
      const [t, before] = await withOneUser();
      const [status, text] = await post(t, delivery(body));
      met.add(status);
      if (status === 200) return;
      expect([status, text]).toEqual([
        400,
        expect.stringMatching(/^Malformed webhook payload: [\w.[\]]+ (is|are) [\w ]+$/),
      ]);
      expect(await rows(t)).toStrictEqual(before);
    }),
    { numRuns: 1000 },
  );
  expect([...met].sort()).toEqual([200, 400]);
});

test("whatever the headers and the bytes, what is not signed is refused without a write", async () => {
  const header = fc.oneof(
    fc.constantFrom("", "v1,", "v1,AAAA v1,", "v2,AAAA", "NaN", "-1", "1e999", "0x10", "msg_1"),
    fc.string({ maxLength: 40 }),
    // A header's value is bytes, each written as the character of its number.
    fc
      .uint8Array({ maxLength: 20 })
      .map((bytes) => String.fromCharCode(...bytes.map((byte) => (byte < 32 ? 32 : byte)))),
  );
  const headers = fc.dictionary(
    fc.constantFrom("svix-id", "svix-timestamp", "svix-signature"),
    header,
    { maxKeys: 3 },
  );
  await fc.assert(
    fc.asyncProperty(headers, fc.uint8Array(), fc.boolean(), async (spoilt, bytes, isReal) => {
      const [t, before] = await withOneUser();
      const real = delivery(deleted());
      const body = isReal ? real.body : Uint8Array.from(bytes);
      fc.pre(!isReal || Object.keys(spoilt).some((name) => spoilt[name] !== real.headers[name]));
      const [status, text] = await post(t, { headers: { ...real.headers, ...spoilt }, body });
      expect(status).toBe(400);
      expect(["Missing svix headers", "Invalid webhook signature"]).toContain(text);
      expect(await rows(t)).toStrictEqual(before);
    }),
    { numRuns: 500 },
  );
});
