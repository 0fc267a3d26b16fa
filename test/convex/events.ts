/*
 * Clerk's events in the shape that Clerk sends (https://clerk.com/docs/guides/development/webhooks/overview),
 * cut to the fields that matter and a few that must not.
 */

/** A moment in milliseconds since 1970 that the fixtures count from. */
export const epoch = 1_700_000_000_000;

export interface Address {
  id: string;
  email_address: string;
  verification?: { status: string } | null;
}

export const address = (id: string, email: string, status = "verified"): Address => ({
  id,
  email_address: email,
  verification: { status },
});

/** A `user.created` payload; `data` overrides the fields of the user. */
export function created(data: Record<string, unknown> = {}, timestamp: number | undefined = epoch) {
  return { ...event("user.created", timestamp), data: { ...user(), ...data } };
}

export function updated(data: Record<string, unknown> = {}, timestamp = epoch + 1000) {
  return {
    ...event("user.updated", timestamp),
    data: { ...user(), updated_at: timestamp, ...data },
  };
}

export function deleted(id = "user_1", timestamp = epoch + 9000) {
  return { ...event("user.deleted", timestamp), data: { id, object: "user", deleted: true } };
}

function event(type: string, timestamp: number) {
  return { object: "event", instance_id: "ins_1", type, timestamp };
}

function user() {
  return {
    id: "user_1",
    object: "user",
    first_name: "Ada",
    last_name: "Lovelace",
    image_url: "https://img.clerk.com/ada",
    primary_email_address_id: "idn_1",
    email_addresses: [address("idn_1", "ada@example.com")],
    created_at: epoch,
    updated_at: epoch,
    password_enabled: true,
  };
}

/** The row that `created()` ends in. */
export const ada = {
  clerkId: "user_1",
  email: "ada@example.com",
  firstName: "Ada",
  lastName: "Lovelace",
  imageUrl: "https://img.clerk.com/ada",
  updatedAt: epoch,
  eventTimestamp: epoch,
};
