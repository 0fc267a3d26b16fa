import { convexTest, type TestConvex } from "convex-test";
import { Webhook } from "svix";
import { expect, vi } from "vitest";
import schema from "../../convex/schema.ts";

export const modules = import.meta.glob("../../convex/**/*.*s");

export const secret = `whsec_${btoa("the secret of the endpoint")}`;

export type Backend = TestConvex<typeof schema>;

/** A deployment with empty tables that trusts {@link secret}. */
export function startBackend(): Backend {
  vi.stubEnv("CLERK_WEBHOOK_SECRET", secret);
  return convexTest(schema, modules);
}

export interface Delivery {
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
}

/** Signs as Svix does: the id, the time in seconds and the body, joined by dots. */
export function delivery(
  event: unknown,
  { id = "msg_1", at = new Date(), key = secret } = {},
): Delivery {
  const body = typeof event === "string" ? event : JSON.stringify(event);
  return {
    headers: {
      "svix-id": id,
      "svix-timestamp": String(Math.floor(at.getTime() / 1000)),
      "svix-signature": new Webhook(key).sign(id, at, body),
    },
    body,
  };
}

export async function post(t: Backend, { headers, body }: Delivery): Promise<[number, string]> {
  const response = await t.fetch("/clerk-webhook", { method: "POST", headers, body });
  return [response.status, await response.text()];
}

export async function send(t: Backend, event: unknown): Promise<[number, string]> {
  return post(t, delivery(event));
}

export const accepted = [200, "OK"];

/** Every row of every table, as stored. */
export async function rows(t: Backend) {
  return t.run(async (ctx) => ({
    users: await ctx.db.query("users").collect(),
    deletedUsers: await ctx.db.query("deletedUsers").collect(),
  }));
}

export const nothing = { users: [], deletedUsers: [] };

/** What Convex itself adds to every row; matches any value of the right type. */
export const system = { _id: expect.any(String), _creationTime: expect.any(Number) };
