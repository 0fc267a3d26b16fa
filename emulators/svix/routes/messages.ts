import { Hono } from "hono";
import { readBody } from "../body.ts";
import { createMessage } from "../messages.ts";
import { page } from "../pagination.ts";
import { messageOut } from "../wire.ts";
import {
  appOf,
  param,
  requireEnvironment,
  type Services,
  type SvixEnv,
  withContent,
} from "./context.ts";
import { matchesMessage, within } from "./filters.ts";

export function messageRoutes({ store, dispatcher }: Services): Hono<SvixEnv> {
  return new Hono<SvixEnv>()
    .get("/app/:app/msg", (c) => {
      const messages = [...appOf(c, store).messages.values()].filter(
        (message) => matchesMessage(c, message) && within(c, message.createdAt),
      );
      const list = page(c, messages, "descending");
      const data = list.data.map((message) => messageOut(message, withContent(c)));
      return c.json({ ...list, data });
    })
    .post("/app/:app/msg", async (c) => {
      requireEnvironment(c);
      const message = createMessage(store, dispatcher, appOf(c, store), await readBody(c));
      return c.json(messageOut(message, withContent(c)), 202);
    })
    .get("/app/:app/msg/:msg", (c) => {
      const message = store.message(appOf(c, store), param(c, "msg"));
      return c.json(messageOut(message, withContent(c)));
    });
}
