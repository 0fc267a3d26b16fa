import type { ContentfulStatusCode } from "hono/utils/http-status";

/** One entry of a 422 answer. `loc` leads to the value at fault, such as `["body", "url"]`. */
export interface ValidationItem {
  loc: string[];
  msg: string;
  type: string;
}

/** An answer other than success, with the body Svix gives it. */
export class SvixError extends Error {
  readonly status: ContentfulStatusCode;
  readonly body: { code: string; detail: string } | { detail: ValidationItem[] };
  readonly headers: Record<string, string>;

  constructor(
    status: ContentfulStatusCode,
    body: SvixError["body"],
    headers: Record<string, string> = {},
  ) {
    super(`${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

// Codes and texts: svix-webhooks, server/svix-server/src/error.rs

export const notFound = (detail = "Entity not found"): SvixError =>
  new SvixError(404, { code: "not_found", detail });

export const unauthorized = (detail = "Invalid token"): SvixError =>
  new SvixError(401, { code: "authentication_failed", detail });

export const permissionDenied = (): SvixError =>
  new SvixError(403, {
    code: "insufficient access",
    detail: "Insufficient access for the given operation.",
  });

export const conflict = (detail = "A conflict has occurred"): SvixError =>
  new SvixError(409, { code: "conflict", detail });

export const badRequest = (code: string, detail: string): SvixError =>
  new SvixError(400, { code, detail });

export const tooManyRequests = (retryAfterSeconds: number): SvixError =>
  new SvixError(
    429,
    { code: "too_many_requests", detail: "Too many requests, please slow down." },
    { "retry-after": String(retryAfterSeconds) },
  );

export const invalid = (loc: string[], msg: string, type = "value_error"): SvixError =>
  new SvixError(422, { detail: [{ loc, msg, type }] });

/** A body whose JSON cannot be read as the expected type. */
export const undecodable = (loc: string[], msg: string): SvixError =>
  invalid(loc, msg, "value_error.jsondecode");

/** What the emulator cannot answer faithfully. */
export const unsupported = (what: string): SvixError =>
  new SvixError(501, {
    code: "not_implemented",
    detail: `The Svix emulator does not answer ${what}. Teach it in emulators/svix, or do without.`,
  });
