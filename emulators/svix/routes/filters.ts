import type { Context } from "hono";
import type { Attempt, Message } from "../state.ts";
import type { SvixEnv } from "./context.ts";

/** Whether a message passes the query's `event_types`, `channel` and `tag`. */
export function matchesMessage(c: Context<SvixEnv>, message: Message): boolean {
  const { event_types: types, channel, tag } = c.req.query();
  return (
    (types === undefined || types.split(",").includes(message.eventType)) &&
    (channel === undefined || (message.channels ?? []).includes(channel)) &&
    (tag === undefined || (message.tags ?? []).includes(tag))
  );
}

/** Whether an attempt passes the query's `status` and `status_code_class` (such as 500). */
export function matchesAttempt(c: Context<SvixEnv>, attempt: Attempt): boolean {
  const { status, status_code_class: codeClass } = c.req.query();
  const code = attempt.responseStatusCode;
  return (
    (status === undefined || status === (attempt.succeeded ? "0" : "2")) &&
    (codeClass === undefined || Number(codeClass) === Math.floor(code / 100) * 100)
  );
}

/** Whether a time lies between the query's `after` and `before`. */
export function within(c: Context<SvixEnv>, at: number): boolean {
  const { before, after } = c.req.query();
  return (
    (before === undefined || at < Date.parse(before)) &&
    (after === undefined || at > Date.parse(after))
  );
}
