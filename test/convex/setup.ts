import { convexTest, type TestConvex } from "convex-test";
import { Webhook } from "svix";
import schema from "../../convex/schema.ts";

const modules = import.meta.glob("../../convex/**/*.*s");

export type Backend = TestConvex<typeof schema>;

/** An empty backend running the code under convex/. */
export function backend(): Backend {
  return convexTest({ schema, modules });
}

/** Two signing secrets in Svix's form: `whsec_` and 24 bytes in base64. */
export const secret = `whsec_${btoa("the secret that signs it")}`;
export const otherSecret = `whsec_${btoa("another one, as in a new")}`;

export interface Signing {
  secret?: string;
  id?: string;
  /** When the delivery says it was signed; milliseconds since 1970. */
  at?: number;
}

/** Svix's headers for the body. */
export function signed(body: string, { secret: by = secret, id, at }: Signing = {}) {
  const msgId = id ?? "msg_1";
  const date = new Date(at ?? Date.now());
  return {
    "svix-id": msgId,
    "svix-timestamp": String(Math.floor(date.getTime() / 1000)),
    "svix-signature": new Webhook(by).sign(msgId, date, body),
  };
}

/** Posts to the webhook as Svix does; `body` may be bytes that the headers do not fit. */
export async function post(
  t: Backend,
  headers: Record<string, string>,
  body: string | Uint8Array<ArrayBuffer>,
) {
  const response = await t.fetch("/clerk-webhook", { method: "POST", headers, body });
  return { status: response.status, text: await response.text() };
}

/** Signs the payload and posts it; a string goes as it is, anything else as JSON. */
export function deliver(t: Backend, payload: unknown, signing?: Signing) {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  return post(t, signed(body, signing), body);
}

/** Everything stored, with the system's own fields. */
export async function tables(t: Backend) {
  return t.run(async ({ db }) => ({
    users: await db.query("users").collect(),
    deletedUsers: await db.query("deletedUsers").collect(),
  }));
}

/** The stored users by Clerk id, without the system's own fields. */
export async function users(t: Backend) {
  const { users } = await tables(t);
  return users
    .map(({ _id, _creationTime, ...row }) => row)
    .sort((a, b) => (a.clerkId < b.clerkId ? -1 : 1));
}
