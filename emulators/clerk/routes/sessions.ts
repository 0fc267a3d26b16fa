import { type Context, Hono } from "hono";
import { markRead } from "../../server.ts";
import { ClerkError } from "../errors.ts";
import { integerOf, paged, readForm, requiredString } from "../form.ts";
import { createSession, findSession, mint } from "../sessions.ts";
import { findUser } from "../users.ts";
import { sessionOut } from "../wire.ts";
import { type ClerkEnv, instanceOf, param } from "./env.ts";

export function sessionRoutes(): Hono<ClerkEnv> {
  return new Hono<ClerkEnv>()
    .post("/sessions", async (c) => {
      const context = instanceOf(c);
      if (context.instance.environmentType === "production") {
        throw new ClerkError(
          400,
          "request_invalid_for_environment",
          "Invalid request for environment",
          { longMessage: "Request only valid for development instances." },
        );
      }
      const userId = requiredString(await readForm(c), "user_id");
      return c.json(sessionOut(createSession(context, findUser(context, userId))));
    })
    .get("/sessions", (c) => {
      const { user_id: userId, status } = c.req.query();
      const newestFirst = [...instanceOf(c).instance.sessions.values()]
        .filter((session) => userId === undefined || session.userId === userId)
        .filter((session) => status === undefined || session.status === status)
        .toReversed();
      const data = paged(c, newestFirst).map(sessionOut);
      if (c.req.query("paginated") !== "true") return c.json(data);
      return c.json({ data, total_count: newestFirst.length });
    })
    .get("/sessions/:id", (c) => c.json(sessionOut(findSession(instanceOf(c), param(c, "id")))))
    .post("/sessions/:id/revoke", (c) => {
      const session = findSession(instanceOf(c), param(c, "id"));
      Object.assign(session, { status: "revoked", updatedAt: instanceOf(c).tick() });
      return c.json(sessionOut(session));
    })
    .post("/sessions/:id/tokens", (c) => token(c, undefined))
    .post("/sessions/:id/tokens/:template", (c) => token(c, param(c, "template")));
}

async function token(c: Context<ClerkEnv>, template: string | undefined): Promise<Response> {
  markRead(c);
  const lifetime = integerOf(await readForm(c), "expires_in_seconds", {
    min: 30,
    max: 315_360_000,
  });
  const session = findSession(instanceOf(c), param(c, "id"));
  return c.json({ object: "token", jwt: await mint(instanceOf(c), session, template, lifetime) });
}
