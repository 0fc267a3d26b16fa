import { Hono } from "hono";
import { markRead } from "../../server.ts";
import { readBody, requiredString } from "../body.ts";
import type { Services } from "./context.ts";

/** The exchange of a dashboard link's one-time token for an app token. Asks for no bearer. */
export function authenticationRoutes({ store }: Services): Hono {
  return new Hono().post("/auth/one-time-token", async (c) => {
    markRead(c);
    const body = await readBody(c);
    return c.json(store.tokens.exchange(requiredString(body, "oneTimeToken")));
  });
}
