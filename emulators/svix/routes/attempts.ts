import { type Context, Hono } from "hono";
import { notFound } from "../errors.ts";
import { page } from "../pagination.ts";
import type { App, Attempt } from "../state.ts";
import { attemptOut, endpointMessageOut, messageEndpointOut, messageOut } from "../wire.ts";
import { appOf, param, type Services, type SvixEnv, withContent } from "./context.ts";
import { matchesAttempt, matchesMessage, within } from "./filters.ts";

export function attemptRoutes({ store, dispatcher }: Services): Hono<SvixEnv> {
  return new Hono<SvixEnv>()
    .get("/app/:app/attempt/endpoint/:endpoint", (c) => {
      const app = appOf(c, store);
      const { id } = store.endpoint(app, param(c, "endpoint"));
      return c.json(list(c, app, ({ endpointId }) => endpointId === id));
    })
    .get("/app/:app/attempt/msg/:msg", (c) => {
      const app = appOf(c, store);
      const { id } = store.message(app, param(c, "msg"));
      const asked = c.req.query("endpoint_id");
      const only = asked === undefined ? undefined : store.endpoint(app, asked).id;
      return c.json(
        list(
          c,
          app,
          ({ messageId, endpointId }) =>
            messageId === id && (only === undefined || endpointId === only),
        ),
      );
    })
    .get("/app/:app/msg/:msg/attempt/:attempt", (c) => {
      const app = appOf(c, store);
      const message = store.message(app, param(c, "msg"));
      const attempt = app.attempts.find(
        ({ id, messageId }) => id === param(c, "attempt") && messageId === message.id,
      );
      if (!attempt) throw notFound();
      return c.json(attemptOut(attempt, true));
    })
    .get("/app/:app/endpoint/:endpoint/msg", (c) => {
      const app = appOf(c, store);
      const { id } = store.endpoint(app, param(c, "endpoint"));
      const latest = lastOf(app.attempts, ({ endpointId }) => endpointId === id, "messageId");
      const tried = [...app.messages.values()].filter(
        (message) => latest.has(message.id) && matchesMessage(c, message),
      );
      const shown = page(c, tried, "descending");
      const data = shown.data.flatMap((message) => {
        const attempt = latest.get(message.id);
        return attempt ? [endpointMessageOut(message, attempt, withContent(c))] : [];
      });
      return c.json({ ...shown, data });
    })
    .get("/app/:app/msg/:msg/endpoint", (c) => {
      const app = appOf(c, store);
      const { id } = store.message(app, param(c, "msg"));
      const latest = lastOf(app.attempts, ({ messageId }) => messageId === id, "endpointId");
      const tried = [...app.endpoints.values()].filter((endpoint) => latest.has(endpoint.id));
      const shown = page(c, tried, "ascending");
      const data = shown.data.flatMap((endpoint) => {
        const attempt = latest.get(endpoint.id);
        return attempt ? [messageEndpointOut(endpoint, attempt)] : [];
      });
      return c.json({ ...shown, data });
    })
    .post("/app/:app/msg/:msg/endpoint/:endpoint/resend", (c) => {
      const app = appOf(c, store, "CreateAttempts");
      const message = store.message(app, param(c, "msg"));
      dispatcher.resend(app, store.endpoint(app, param(c, "endpoint")), message);
      return c.json({}, 202);
    });
}

function list(c: Context<SvixEnv>, app: App, selects: (attempt: Attempt) => boolean) {
  const attempts = app.attempts.filter((attempt) => {
    const message = app.messages.get(attempt.messageId);
    return (
      selects(attempt) &&
      matchesAttempt(c, attempt) &&
      within(c, attempt.at) &&
      message !== undefined &&
      matchesMessage(c, message)
    );
  });
  const shown = page(c, attempts, "descending");
  const data = shown.data.map((attempt) => {
    const message = app.messages.get(attempt.messageId);
    const msg = c.req.query("with_msg") === "true" && message ? messageOut(message, true) : null;
    return { ...attemptOut(attempt, withContent(c)), msg };
  });
  return { ...shown, data };
}

/** The latest of the selected attempts per message or per endpoint. */
function lastOf(
  attempts: Attempt[],
  selects: (attempt: Attempt) => boolean,
  key: "messageId" | "endpointId",
): Map<string, Attempt> {
  return new Map(attempts.filter(selects).map((attempt) => [attempt[key], attempt]));
}
