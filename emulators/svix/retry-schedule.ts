const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Waits between attempts, in milliseconds: the first attempt is made at once, then these.
 * Source: https://docs.svix.com/retries. Svix varies them by up to a fifth; here they are exact.
 */
export const RETRY_SCHEDULE: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  10 * HOUR,
];

/** An endpoint failing for longer than this is disabled. */
export const DISABLE_AFTER = 5 * 24 * HOUR;

/** An attempt without an answer for this long has failed. */
export const RESPONSE_TIMEOUT = 15 * SECOND;

/** What an endpoint that did not answer in time gets to recover. */
const OVERLOAD_PENALTY = 60 * SECOND;

/**
 * The wait before the attempt after number `attempt` (from 1), or `undefined` when it was the last.
 * A `Retry-After` may lengthen the wait to at most twice what is planned.
 */
export function retryDelay(
  attempt: number,
  outcome: { timedOut: boolean; retryAfterMs: number | undefined },
): number | undefined {
  const planned = RETRY_SCHEDULE[attempt - 1];
  if (planned === undefined) return undefined;
  const wait = outcome.timedOut ? Math.max(planned, OVERLOAD_PENALTY) : planned;
  return Math.min(Math.max(outcome.retryAfterMs ?? wait, wait), 2 * wait);
}
