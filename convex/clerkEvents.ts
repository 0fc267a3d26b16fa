/** A Clerk webhook event in the form the backend acts on. Times in milliseconds since 1970. */
export type ClerkEvent =
  | {
      kind: "upsert";
      user: {
        clerkId: string;
        email?: string;
        firstName?: string;
        lastName?: string;
        imageUrl?: string;
        updatedAt: number;
        eventTimestamp: number;
      };
    }
  | { kind: "delete"; clerkId: string }
  | { kind: "ignored"; type: string };

/** A payload that carries a valid signature but is no Clerk event; the text is safe to send back. */
export class MalformedEvent extends Error {}

/**
 * Reads a verified payload.
 *
 * @param payload the raw body
 * @throws {MalformedEvent} naming what is wrong with it
 */
export function parseClerkEvent(payload: string): ClerkEvent {
  const event = objectOf(parseJson(payload), "payload");
  const type = event.type;
  if (typeof type !== "string" || type === "") throw new MalformedEvent("type is missing");
  if (type === "user.deleted") {
    return { kind: "delete", clerkId: idOf(objectOf(event.data, "data")) };
  }
  if (type !== "user.created" && type !== "user.updated") return { kind: "ignored", type };
  const data = objectOf(event.data, "data");
  const updatedAt = timeOf(data.updated_at, "data.updated_at");
  return {
    kind: "upsert",
    user: {
      clerkId: idOf(data),
      ...optional("email", emailOf(data)),
      ...optional("firstName", textOf(data.first_name, "data.first_name")),
      ...optional("lastName", textOf(data.last_name, "data.last_name")),
      ...optional("imageUrl", textOf(data.image_url, "data.image_url")),
      updatedAt,
      eventTimestamp:
        event.timestamp === undefined ? updatedAt : timeOf(event.timestamp, "timestamp"),
    },
  };
}

/**
 * The primary address. When the primary id is null or not in the list, the first verified address
 * stands in; an address nobody has verified never does.
 */
function emailOf(data: Record<string, unknown>): string | undefined {
  const listed = data.email_addresses ?? [];
  if (!Array.isArray(listed)) throw new MalformedEvent("data.email_addresses is not a list");
  const addresses = listed.map((entry) => objectOf(entry, "data.email_addresses[]"));
  const chosen =
    addresses.find(
      ({ id }) => id !== undefined && id !== null && id === data.primary_email_address_id,
    ) ?? addresses.find(isVerified);
  return chosen && textOf(chosen.email_address, "data.email_addresses[].email_address");
}

function isVerified({ verification }: Record<string, unknown>): boolean {
  return (verification as { status?: unknown } | null | undefined)?.status === "verified";
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    throw new MalformedEvent("payload is not JSON");
  }
}

function objectOf(value: unknown, name: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new MalformedEvent(`${name} is not an object`);
}

function idOf(data: Record<string, unknown>): string {
  const id = textOf(data.id, "data.id");
  if (id === undefined) throw new MalformedEvent("data.id is missing");
  return id;
}

function textOf(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  // Convex stores well-formed Unicode only.
  if (typeof value === "string" && value.isWellFormed()) return value;
  throw new MalformedEvent(`${name} is not text`);
}

function timeOf(value: unknown, name: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new MalformedEvent(`${name} is not a time in milliseconds`);
}

function optional<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: T });
}
