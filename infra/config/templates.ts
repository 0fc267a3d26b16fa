import type { Config } from "@pulumi/pulumi";
import { reservedClaims, templateClockSkew, templateLifetime } from "../vendor-rules.ts";
import { configError } from "./errors.ts";
import { fieldsOf, namedOf, optional, readStructured, wholeNumberOf } from "./read.ts";

/** A JWT template beside the one for Convex. Durations in seconds. */
export interface JwtTemplateConfig {
  claims: Record<string, unknown>;
  lifetime: number | undefined;
  allowedClockSkew: number | undefined;
}

/** Reads `clerk-convex:claims`, the claims of the template for Convex beside the customary ones. */
export function readClaims(config: Config): Record<string, unknown> {
  const claims = claimsOf(readStructured(config, "claims") ?? {}, "clerk-convex:claims");
  if (!Object.hasOwn(claims, "aud")) return claims;
  throw configError(
    "clerk-convex:claims sets aud, by which Convex knows the tokens that are meant for it",
    "Remove it: pulumi config rm --path 'clerk-convex:claims.aud'",
    "CONFIG_CLAIM_AUD",
  );
}

/** Reads `clerk-convex:jwtTemplates`, by name. */
export function readJwtTemplates(config: Config): Record<string, JwtTemplateConfig> {
  const path = "clerk-convex:jwtTemplates";
  const templates = namedOf(readStructured(config, "jwtTemplates") ?? {}, path);
  if (templates.some(([name]) => name === "convex")) {
    throw configError(
      `${path} has one named convex, which the environment makes itself`,
      "Choose another name, or put its claims into clerk-convex:claims",
      "CONFIG_TEMPLATE_RESERVED",
    );
  }
  return Object.fromEntries(
    templates.map(([name, value]) => [name, templateOf(value, `${path}.${name}`)]),
  );
}

function templateOf(value: unknown, path: string): JwtTemplateConfig {
  const fields = fieldsOf(value, path, ["claims", "lifetime", "allowedClockSkew"]);
  return {
    claims: claimsOf(fields.claims, `${path}.claims`),
    lifetime: optional(fields, "lifetime", path, (seconds, at) =>
      wholeNumberOf(seconds, at, templateLifetime),
    ),
    allowedClockSkew: optional(fields, "allowedClockSkew", path, (seconds, at) =>
      wholeNumberOf(seconds, at, templateClockSkew),
    ),
  };
}

function claimsOf(value: unknown, path: string): Record<string, unknown> {
  const claims = fieldsOf(value, path);
  const reserved = Object.keys(claims).filter((claim) => reservedClaims.includes(claim));
  if (reserved.length === 0) return claims;
  throw configError(
    `${path} sets ${reserved.join(" and ")}, which Clerk sets itself`,
    `Remove it: pulumi config rm --path '${path}.${reserved[0]}'`,
    "CLERK_RESERVED_CLAIM",
  );
}
