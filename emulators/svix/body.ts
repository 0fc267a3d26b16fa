import type { Context } from "hono";
import { invalid, undecodable } from "./errors.ts";

export type Body = Record<string, unknown>;

/** The request's JSON object; anything else is a 422. */
export async function readBody(c: Context): Promise<Body> {
  let body: unknown;
  try {
    body = await c.req.json();
  } catch {
    throw undecodable(["body", "", ""], "expected value at line 1 column 1");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw undecodable(["body", "", ""], "invalid type: expected an object");
  }
  return body as Body;
}

/** A required string. */
export function requiredString(body: Body, field: string): string {
  if (body[field] === undefined) throw undecodable(["body", "", ""], `missing field \`${field}\``);
  return stringOf(body, field);
}

export function stringOf(body: Body, field: string): string {
  const value = body[field];
  if (typeof value !== "string") throw wrongType(field, "a string");
  if (value.split("").some((character) => character.charCodeAt(0) <= 0x08)) {
    throw invalid(["body", snake(field)], "Control characters 0x00-0x08 not allowed.");
  }
  return value;
}

export function booleanOf(body: Body, field: string): boolean {
  const value = body[field];
  if (typeof value !== "boolean") throw wrongType(field, "a boolean");
  return value;
}

/** Whole numbers in a range, or null where the field is absent or null. */
export function integerOrNull(
  body: Body,
  field: string,
  range: { min: number; max: number; message: string },
): number | null {
  const value = body[field] ?? null;
  if (value === null) return null;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    throw wrongType(field, "an unsigned integer");
  }
  if (value < range.min || value > range.max) {
    throw invalid(["body", snake(field)], range.message);
  }
  return value;
}

/** A map of strings, `{}` where the field is absent. */
export function stringMapOf(body: Body, field: string): Record<string, string> {
  const value = body[field] ?? {};
  const isMap = typeof value === "object" && !Array.isArray(value);
  if (!isMap || !Object.values(value).every((entry) => typeof entry === "string")) {
    throw wrongType(field, "a map of strings");
  }
  return { ...(value as Record<string, string>) };
}

/** A set of names, or null where the field is absent or null. Svix keeps no order: see below. */
export function namesOrNull(body: Body, field: string, range: NamesRange): string[] | null {
  const value = body[field] ?? null;
  if (value === null) return null;
  if (!Array.isArray(value) || !value.every((name) => typeof name === "string")) {
    throw wrongType(field, "a sequence of strings");
  }
  const names = [...new Set(value as string[])];
  if (names.length < range.min || names.length > range.max) {
    throw invalid(["body", snake(field)], range.message);
  }
  for (const name of names) checkName(name, [snake(field), "__all__"]);
  // The server stores a hash set, so the order asked for is lost; make sure nobody counts on it.
  return names.sort().reverse();
}

interface NamesRange {
  min: number;
  max: number;
  message: string;
}

/** An optional uid: a name that cannot be mistaken for an id. */
export function uidOrNull(body: Body, field: string, idPrefix: string): string | null {
  if (body[field] === undefined || body[field] === null) return null;
  const uid = stringOf(body, field);
  checkName(uid, ["uid", "__all__"]);
  if (uid.startsWith(idPrefix)) {
    throw invalid(
      ["body", "uid", "__all__"],
      "Uids are not allowed to have the same prefix as the ID. Prefix with _?",
    );
  }
  return uid;
}

export function checkName(name: string, loc: string[]): void {
  const fail = (msg: string) => invalid(["body", ...loc], msg);
  if (name === "") throw fail("String must be at least one character");
  if (name.length > 256) throw fail("String too long");
  if (!/^[a-zA-Z0-9\-_.]+$/.test(name)) {
    throw fail("String must match the following pattern: [a-zA-Z0-9\\-_.].");
  }
}

const wrongType = (field: string, expected: string) =>
  undecodable(["body", field], `invalid type, expected ${expected}`);

/** Validation errors carry the server's own field names, decoding errors those of the body. */
const snake = (field: string): string =>
  field.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
