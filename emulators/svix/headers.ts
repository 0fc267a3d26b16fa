import type { Body } from "./body.ts";
import { invalid, undecodable } from "./errors.ts";

const MAX_LENGTH = 4096;

// Lists: svix-webhooks, server/svix-server/src/core/types/mod.rs and v1/endpoints/endpoint/mod.rs.
const FORBIDDEN = new Set(
  `user-agent keep-alive proxy-authenticate proxy-authorization te trailers transfer-encoding
  upgrade age cache-control clear-site-data expires pragma warning content-length content-type
  content-encoding content-language content-location`.split(/\s+/),
);
const FORBIDDEN_PREFIXES =
  `x-amz- x-amzn- x-google x-goog- x-gfe x-azure- x-fd- x-svix- svix-`.split(" ");
const SENSITIVE = new Set(
  `x-auth-token x-api-key www-authenticate authorization proxy-authenticate
  proxy-authorization`.split(/\s+/),
);

/** Reads a body's `headers`, a map of strings. */
export function readHeaders(body: Body): Record<string, string> {
  const changes = readHeaderChanges(body);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) throw undecodable(["body", "headers", name], "invalid type: null");
  }
  return changes as Record<string, string>;
}

/** Reads a body's `headers` where null removes one. */
export function readHeaderChanges(body: Body): Record<string, string | null> {
  const { headers } = body;
  if (headers === undefined) throw undecodable(["body", "", ""], "missing field `headers`");
  if (typeof headers !== "object" || headers === null || Array.isArray(headers)) {
    throw undecodable(["body", "headers"], "invalid type, expected a map");
  }
  for (const [name, value] of Object.entries(headers)) check(name, value);
  return { ...headers } as Record<string, string | null>;
}

/** Splits headers as Svix answers them: the values of sensitive ones are kept back. */
export function headersOut(headers: Record<string, string>) {
  const entries = Object.entries(headers);
  const isSensitive = (name: string) => SENSITIVE.has(name.toLowerCase());
  return {
    headers: Object.fromEntries(entries.filter(([name]) => !isSensitive(name))),
    sensitive: entries.map(([name]) => name).filter(isSensitive),
  };
}

function check(name: string, value: unknown): void {
  const fail = (msg: string) => invalid(["body", "headers", "__all__"], msg);
  const lower = name.toLowerCase();
  if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(lower)) throw fail("Invalid Header Name.");
  if (FORBIDDEN.has(lower)) throw fail("Header uses a forbidden key.");
  if (FORBIDDEN_PREFIXES.some((prefix) => lower.startsWith(prefix))) {
    throw fail("Header starts with a forbidden prefix.");
  }
  if (value === null) return;
  if (typeof value !== "string") throw undecodable(["body", "headers", name], "expected a string");
  if (/[^\t\x20-\x7e\x80-\uffff]/.test(value)) throw fail("Invalid Header Value.");
  if (value.length > MAX_LENGTH) throw fail("Maximum header length is 4096 bytes");
}
