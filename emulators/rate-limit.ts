/** How many requests a caller may make in one window. */
export interface RateLimit {
  requests: number;
  /** Length of the window in milliseconds. */
  windowMs: number;
}

/**
 * Counts requests per caller in fixed windows.
 * Returns the seconds to wait (for `Retry-After`, at least 1) once a caller is over the limit.
 */
export function rateLimiter(
  now: () => number,
): (caller: string, limit: RateLimit) => number | undefined {
  const windows = new Map<string, { start: number; used: number }>();
  return (caller, limit) => {
    const at = now();
    const current = windows.get(caller);
    const window =
      current && at - current.start < limit.windowMs ? current : { start: at, used: 0 };
    windows.set(caller, window);
    window.used += 1;
    if (window.used <= limit.requests) return undefined;
    return Math.max(1, Math.ceil((window.start + limit.windowMs - at) / 1000));
  };
}
