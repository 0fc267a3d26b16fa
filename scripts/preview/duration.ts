import { usage } from "../stack/arguments.ts";

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a span of time, such as `45m`, `12h` or `7d`, as milliseconds.
 *
 * @throws {ProblemError} `USAGE`
 */
export function durationOf<T extends string | undefined>(
  text: T,
  option: string,
): T extends string ? number : number | undefined;
export function durationOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (units[unit] ?? 0);
  throw usage(`${option} is ${JSON.stringify(text)}, not a time such as 45m, 12h or 7d`, "preview");
}
