import type { Context } from "hono";
import {
  ClerkError,
  invalidValue,
  missing,
  unknownParam,
  unsupported,
  wrongType,
} from "./errors.ts";

export type Form = Record<string, unknown>;

/** The request's JSON object, `{}` where there is none. */
export async function readForm(c: Context): Promise<Form> {
  const text = await c.req.text();
  if (text === "") return {};
  try {
    const form: unknown = JSON.parse(text);
    if (typeof form === "object" && form !== null && !Array.isArray(form)) return form as Form;
  } catch {
    // Refused below, as any other body that is not an object.
  }
  throw new ClerkError(400, "request_body_invalid", "Request body invalid", {
    longMessage: "The request body is invalid. Please consult the API documentation.",
  });
}

/** @param elsewhere parameters of the vendor's that the emulator does not answer */
export function refuseOthers(
  form: Form,
  allowed: ReadonlySet<string>,
  elsewhere: ReadonlySet<string>,
  of: string,
): void {
  for (const param of Object.keys(form)) {
    if (allowed.has(param)) continue;
    throw elsewhere.has(param) ? unsupported(`\`${param}\` of ${of}`) : unknownParam(param);
  }
}

/** An optional string; null counts as absent. */
export function stringOf(form: Form, param: string): string | undefined {
  const value = form[param] ?? undefined;
  if (value !== undefined && typeof value !== "string") throw wrongType(param, "string");
  return value;
}

export function requiredString(form: Form, param: string): string {
  const value = stringOf(form, param);
  if (!value) throw missing(param);
  return value;
}

/** An optional object; null counts as absent. */
export function objectOf(form: Form, param: string): Record<string, unknown> | undefined {
  const value = form[param] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) throw wrongType(param, "object");
  return value as Record<string, unknown>;
}

/** An optional whole number within bounds, inclusive; null counts as absent. */
export function integerOf(
  form: Form,
  param: string,
  bounds: { min: number; max: number },
): number | undefined {
  const value = form[param] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrongType(param, "integer");
  if (value < bounds.min || value > bounds.max) throw invalidValue(param);
  return value;
}

export function booleanOf(form: Form, param: string): boolean | undefined {
  const value = form[param] ?? undefined;
  if (value !== undefined && typeof value !== "boolean") throw wrongType(param, "boolean");
  return value;
}

/** The part of `items` the query's `limit` (1–500, default 10) and `offset` ask for. */
export function paged<T>(c: Context, items: T[]): T[] {
  const limit = queryInteger(c, "limit", { default: 10, min: 1, max: 500 });
  const offset = queryInteger(c, "offset", { default: 0, min: 0, max: Number.MAX_SAFE_INTEGER });
  return items.slice(offset, offset + limit);
}

function queryInteger(
  c: Context,
  param: string,
  bounds: { default: number; min: number; max: number },
): number {
  const text = c.req.query(param);
  if (text === undefined) return bounds.default;
  const value = Number(text);
  if (!Number.isInteger(value) || value < bounds.min || value > bounds.max) {
    throw invalidValue(param);
  }
  return value;
}
