import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** A refusal in the backend's form, `{code, message}`. */
export class BackendError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  constructor(status: ContentfulStatusCode, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function answerError(error: Error, context: Context): Response {
  if (error instanceof BackendError) {
    return context.json({ code: error.code, message: error.message }, error.status);
  }
  return context.json({ code: "InternalServerError", message: error.message }, 500);
}

/** What the emulator cannot answer faithfully it refuses, naming it. */
export function notEmulated(context: Context): Response {
  const what = `${context.req.method} ${context.req.path}`;
  return context.json({ code: "NotEmulated", message: `${what} is not emulated` }, 501);
}
