import { randomBytes } from "node:crypto";
import { badRequest, invalid, undecodable, unsupported } from "./errors.ts";
import type { Endpoint } from "./state.ts";

const PREFIX = "whsec_";
const MIN_BYTES = 24;
const MAX_BYTES = 75;
/** Source: `ExpiringSigningKeys::MAX_OLD_KEYS` of the Svix server. */
const MAX_OLD_SECRETS = 10;

export function generateSecret(): string {
  return PREFIX + randomBytes(MIN_BYTES).toString("base64");
}

/** Checks a secret the caller chose; `field` is its name in the body. */
export function checkSecret(value: unknown, field: "secret" | "key"): string {
  if (typeof value !== "string") throw undecodable(["body", field], "invalid type");
  if (value.startsWith("whsk_")) throw unsupported("asymmetric signing secrets (whsk_)");
  if (!value.startsWith(PREFIX)) throw undecodable(["body", field], "invalid prefix");
  const encoded = value.slice(PREFIX.length);
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.toString("base64") !== encoded) throw undecodable(["body", field], "Invalid base64");
  if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
    // The server names the field `key` whatever the body calls it.
    throw invalid(["body", "key", "__all__"], "secret length invalid");
  }
  return value;
}

/** Puts a new secret in place; the old one is signed with as well until its grace is over. */
export function rotateSecret(
  endpoint: Endpoint,
  secret: string,
  graceMs: number,
  now: number,
): void {
  const kept = endpoint.oldSecrets.filter(({ expiresAt }) => expiresAt > now);
  if (graceMs > 0) kept.push({ secret: endpoint.secret, expiresAt: now + graceMs });
  kept.sort((a, b) => a.expiresAt - b.expiresAt);
  const next = kept[0];
  if (next && kept.length > MAX_OLD_SECRETS) {
    throw badRequest(
      "limit_reached",
      `You can only rotate a key ${MAX_OLD_SECRETS} times; please wait for old keys to expire. ` +
        `Your next key expires at ${new Date(next.expiresAt).toISOString()}.`,
    );
  }
  endpoint.secret = secret;
  endpoint.oldSecrets = kept;
}

/** The secrets a delivery is signed with now, the current one first. */
export function validSecrets(endpoint: Endpoint, now: number): string[] {
  const old = endpoint.oldSecrets.filter(({ expiresAt }) => expiresAt > now);
  return [endpoint.secret, ...old.map(({ secret }) => secret)];
}
