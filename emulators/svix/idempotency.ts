import type { MiddlewareHandler } from "hono";

/** How long an answer is repeated to a POST with the same `idempotency-key`. */
const KEPT_FOR = 12 * 60 * 60 * 1000;

/**
 * Repeats the answer of a successful POST to the same token, key and URL, as Svix does;
 * a client that lost the first answer may so retry a create without making a second one.
 */
export function idempotency(now: () => number): MiddlewareHandler {
  const answers = new Map<string, { at: number; answer: Promise<Response> }>();
  return async (c, next) => {
    const key = c.req.header("idempotency-key");
    const token = c.req.header("authorization");
    if (c.req.method !== "POST" || key === undefined || token === undefined) return next();
    const id = JSON.stringify([token, key, c.req.url]);
    const known = answers.get(id);
    if (known && now() - known.at < KEPT_FOR) {
      c.res = (await known.answer).clone();
      return;
    }
    const { promise, resolve } = Promise.withResolvers<Response>();
    answers.set(id, { at: now(), answer: promise });
    await next();
    if (!c.res.ok) answers.delete(id);
    resolve(c.res.clone());
  };
}
