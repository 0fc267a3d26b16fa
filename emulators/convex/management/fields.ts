import type { Context } from "hono";
import { BackendError } from "../errors.ts";

/** A request's JSON object. */
export type Fields = Record<string, unknown>;

/** @throws {BackendError} 400 `BadJsonBody`, as the functions below */
export async function fieldsOf(context: Context): Promise<Fields> {
  const body: unknown = await context.req.json().catch(() => undefined);
  if (isFields(body)) return body;
  throw bad("The request body is not a JSON object");
}

/** A text that may not be left out or be blank. */
export function requiredText(fields: Fields, name: string): string {
  const value = optionalText(fields, name);
  if (value?.trim()) return value;
  throw bad(`${name} is required`);
}

export function optionalText(fields: Fields, name: string): string | undefined {
  return optional(fields, name, (value) => typeof value === "string");
}

export function optionalFlag(fields: Fields, name: string): boolean | undefined {
  return optional(fields, name, (value) => typeof value === "boolean");
}

export function optionalTime(fields: Fields, name: string): number | undefined {
  return optional(fields, name, (value) => Number.isSafeInteger(value));
}

export function optionalObject(fields: Fields, name: string): Fields | undefined {
  return optional(fields, name, isFields);
}

/** One of these words. */
export function optionalWord<T extends string>(
  fields: Fields,
  name: string,
  words: readonly T[],
): T | undefined {
  return optional(fields, name, (value) => words.includes(value as T));
}

/** A list of these words. */
export function optionalWords<T extends string>(
  fields: Fields,
  name: string,
  words: readonly T[],
): T[] | undefined {
  return optional(
    fields,
    name,
    (value) => Array.isArray(value) && value.every((word) => words.includes(word)),
  );
}

/** A query parameter that is `true` or `false`. */
export function flagOfQuery(context: Context, name: string): boolean | undefined {
  const text = context.req.query(name);
  if (text === undefined) return undefined;
  if (text !== "true" && text !== "false") throw bad(`${name} is neither true nor false`);
  return text === "true";
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** What was said of these values. */
export function defined<T extends object>(values: T): Defined<T> {
  const said = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as Defined<T>;
}

function optional<T>(fields: Fields, name: string, holds: (value: unknown) => boolean) {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!holds(value)) throw bad(`${name} is not as it should be`);
  return value as T;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bad(message: string): BackendError {
  return new BackendError(400, "BadJsonBody", message);
}
