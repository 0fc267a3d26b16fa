import { Hono } from "hono";
import { Webhook } from "svix";
import { serve } from "../../../emulators/server.ts";

/** A delivery as an endpoint got it. */
export interface Received {
  headers: Record<string, string>;
  body: string;
}

/** A webhook endpoint on loopback that answers as told and remembers what came. */
export async function startReceiver() {
  const received: Received[] = [];
  const receiver = { answer: (): Response | Promise<Response> => new Response("ok") };
  const app = new Hono().post("/hook", async (c) => {
    received.push({ headers: c.req.header(), body: await c.req.text() });
    return receiver.answer();
  });
  const server = await serve(app);
  return Object.assign(receiver, {
    received,
    url: `${server.url}/hook`,
    close: server.close,
    /** Makes every answer an empty one of this status. */
    answerWith(status: number, headers: Record<string, string> = {}): void {
      receiver.answer = () => new Response(null, { status, headers });
    },
  });
}

/** Whether the secret verifies a delivery, as the `svix` package sees it. */
export function verifies(delivery: Received | undefined, secret: string): boolean {
  if (!delivery) return false;
  try {
    new Webhook(secret).verify(delivery.body, delivery.headers);
    return true;
  } catch {
    return false;
  }
}
