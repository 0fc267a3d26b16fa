import { expect, test } from "vitest";
import { rateLimiter } from "../../emulators/rate-limit.ts";

test("callers are counted apart, per window, and told how long to wait", () => {
  let now = 1_000;
  const limiter = rateLimiter(() => now);
  const limit = { requests: 2, windowMs: 10_000 };
  expect([limiter("a", limit), limiter("a", limit), limiter("a", limit)]).toEqual([
    undefined,
    undefined,
    10,
  ]);
  expect(limiter("b", limit)).toBeUndefined();
  now += 9_999;
  expect(limiter("a", limit)).toBe(1);
  now += 1;
  expect(limiter("a", limit)).toBeUndefined();
});
