import { httpRouter } from "convex/server";
import { Webhook } from "svix";
import { internal } from "./_generated/api";
import { httpAction } from "./_generated/server";
import { MalformedEvent, parseClerkEvent } from "./clerkEvents";

/** Clerk's events are a few kilobytes; past this, in bytes, a body is refused unchecked. */
const largestBody = 256 * 1024;

/**
 * Receives Clerk's events. Svix delivers at least once, in no promised order, and repeats what was not
 * answered with 2xx; the mutations behind it are made for that. A 4xx is final in meaning: the same
 * delivery would be refused again.
 */
const clerkWebhook = httpAction(async (ctx, request) => {
  const secrets = (process.env.CLERK_WEBHOOK_SECRET ?? "").split(/\s+/).filter(Boolean);
  if (secrets.length === 0) return answer(500, "Missing CLERK_WEBHOOK_SECRET");

  const headers = svixHeaders(request.headers);
  if (headers === undefined) return answer(400, "Missing svix headers");

  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > largestBody) return answer(413, "Webhook payload is too large");
  const payload = decode(bytes);
  if (payload === undefined || !secrets.some((secret) => isSigned(secret, payload, headers))) {
    return answer(400, "Invalid webhook signature");
  }

  let event: ReturnType<typeof parseClerkEvent>;
  try {
    event = parseClerkEvent(payload);
  } catch (error) {
    if (!(error instanceof MalformedEvent)) throw error;
    return answer(400, `Malformed webhook payload: ${error.message}`);
  }
  switch (event.kind) {
    case "upsert":
      await ctx.runMutation(internal.users.upsertUser, event.user);
      break;
    case "delete":
      await ctx.runMutation(internal.users.deleteUser, { clerkId: event.clerkId });
      break;
    case "ignored":
      console.log(`Ignored Clerk event of type ${JSON.stringify(event.type.slice(0, 100))}`);
  }
  return answer(200, "OK");
});

const http = httpRouter();
http.route({ path: "/clerk-webhook", method: "POST", handler: clerkWebhook });
export default http;

type SvixHeaders = Record<"svix-id" | "svix-timestamp" | "svix-signature", string>;

function svixHeaders(headers: Headers): SvixHeaders | undefined {
  const id = headers.get("svix-id");
  const timestamp = headers.get("svix-timestamp");
  const signature = headers.get("svix-signature");
  if (!id || !timestamp || !signature) return undefined;
  return { "svix-id": id, "svix-timestamp": timestamp, "svix-signature": signature };
}

/** During a rotation the variable holds the new and the old secret; either may have signed. */
function isSigned(secret: string, payload: string, headers: SvixHeaders): boolean {
  try {
    new Webhook(secret).verify(payload, headers);
    return true;
  } catch {
    return false;
  }
}

function decode(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function answer(status: number, text: string): Response {
  return new Response(text, { status });
}
