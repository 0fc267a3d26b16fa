import type { Config } from "@pulumi/pulumi";
import { configError } from "./errors.ts";

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
