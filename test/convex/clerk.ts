/** Clerk's events as its webhooks carry them, cut to what a test is about. */

export const t0 = Date.UTC(2026, 0, 1);

export function address(id: string, email: string, status: string | null = "verified") {
  return {
    id,
    object: "email_address",
    email_address: email,
    verification: status === null ? null : { status, strategy: "email_code" },
  };
}

/** A user's `data`. */
export function user(changes: Record<string, unknown> = {}) {
  return {
    id: "user_1",
    object: "user",
    first_name: "Ada",
    last_name: "Lovelace",
    image_url: "https://img.clerk.com/ada",
    primary_email_address_id: "idn_1",
    email_addresses: [address("idn_1", "ada@example.com")],
    created_at: t0,
    updated_at: t0,
    ...changes,
  };
}

export function created(changes: Record<string, unknown> = {}, timestamp?: number) {
  return event("user.created", user(changes), timestamp);
}

export function updated(changes: Record<string, unknown> = {}, timestamp?: number) {
  return event("user.updated", user(changes), timestamp);
}

export function deleted(id = "user_1", timestamp?: number) {
  return event("user.deleted", { id, object: "user", deleted: true }, timestamp);
}

export function event(type: string, data: unknown, timestamp = t0) {
  return { type, object: "event", instance_id: "ins_1", timestamp, data };
}

/** The row that {@link created} ends in, without what Convex itself adds. */
export const ada = {
  clerkId: "user_1",
  email: "ada@example.com",
  firstName: "Ada",
  lastName: "Lovelace",
  imageUrl: "https://img.clerk.com/ada",
  updatedAt: t0,
  eventTimestamp: t0,
};
