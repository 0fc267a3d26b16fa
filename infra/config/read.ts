import { type Config, runtime } from "@pulumi/pulumi";
import { isWithin, type Range } from "../vendor-rules.ts";
import { configError } from "./errors.ts";

/** Of what is raised to renew something. */
export const versions: Range = { lowest: 1, highest: Number.POSITIVE_INFINITY };

/** Reads a choice. */
export function oneOf<T extends string>(config: Config, key: string, allowed: T[]): T | undefined {
  const value = config.get(key);
  if (value === undefined || allowed.includes(value as T)) return value as T | undefined;
  throw configError(
    `clerk-convex:${key} is ${JSON.stringify(value)}`,
    `Set it to one of ${allowed.join(", ")}`,
    "CONFIG_VALUE",
  );
}

/** Reads a setting that is more than a text. The SDK's own reader puts the value into its error. */
export function readStructured(config: Config, key: string): unknown {
  const text = config.get(key);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw configError(
      `clerk-convex:${key} is a plain text`,
      `Remove it with pulumi config rm clerk-convex:${key}, and set it as the README's Settings show`,
      "CONFIG_VALUE",
    );
  }
}

/** Whether a setting, or anything in it, is kept encrypted. Only the SDK's undocumented part can tell. */
export function isSecret(config: Config, key: string): boolean {
  const { isConfigSecret } = runtime as unknown as { isConfigSecret(key: string): boolean };
  return isConfigSecret(`${config.name}:${key}`);
}

/**
 * What is in a setting that maps keys to values.
 *
 * @param path of the setting, for the error
 * @param allowed keys that it may have; any by default
 */
export function fieldsOf(
  value: unknown,
  path: string,
  allowed?: readonly string[],
): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrong(path, "is no map", `Set it with pulumi config set --path '${path}.KEY' VALUE`);
  }
  const unknown = Object.keys(value).filter((key) => allowed && !allowed.includes(key));
  if (unknown.length > 0) {
    throw wrong(path, `has ${unknown.join(", ")}`, `Use only ${(allowed ?? []).join(", ")}`);
  }
  return value as Record<string, unknown>;
}

/** A map whose keys become part of names at Pulumi and at the vendors. */
export function namedOf(value: unknown, path: string): [string, unknown][] {
  const entries = Object.entries(fieldsOf(value, path));
  const wrongName = entries.map(([name]) => name).find((name) => !/^[\w.-]+$/.test(name));
  if (wrongName === undefined) return entries;
  throw wrong(
    path,
    `has the name ${JSON.stringify(wrongName)}`,
    "Use letters, digits, - _ and dots in names",
  );
}

export function textOf(value: unknown, path: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw wrong(path, "is no text", "Set it to a text");
}

export function textsOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.map((entry, index) => textOf(entry, `${path}[${index}]`));
  throw wrong(path, "is no list", `Set it with pulumi config set --path '${path}[0]' VALUE`);
}

export function booleanOf(value: unknown, path: string): boolean {
  if (typeof value === "boolean") return value;
  throw wrong(path, "is neither true nor false", "Set it to true or false");
}

/** @param range inclusive; for durations in seconds */
export function wholeNumberOf(value: unknown, path: string, range: Range): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && isWithin(value, range)) {
    return value;
  }
  const { lowest, highest } = range;
  const allowed = Number.isFinite(highest) ? `${lowest} to ${highest}` : `${lowest} or more`;
  throw wrong(path, `is ${JSON.stringify(value)}`, `Set it to a whole number, ${allowed}`);
}

/** Reads one field with one of the above, unless it is left out. */
export function optional<T>(
  fields: Record<string, unknown>,
  key: string,
  path: string,
  read: (value: unknown, path: string) => T,
): T | undefined {
  return fields[key] === undefined ? undefined : read(fields[key], `${path}.${key}`);
}

function wrong(path: string, problem: string, remedy: string) {
  return configError(`${path} ${problem}`, remedy, "CONFIG_VALUE");
}
