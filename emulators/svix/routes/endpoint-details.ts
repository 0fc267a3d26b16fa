import { Hono } from "hono";
import { integerOrNull, readBody } from "../body.ts";
import { headersOut, readHeaderChanges, readHeaders } from "../headers.ts";
import { checkSecret, generateSecret, rotateSecret } from "../secret.ts";
import { appOf, param, type Services, type SvixEnv } from "./context.ts";

const DEFAULT_GRACE_SECONDS = 86_400;

/** An endpoint's signing secret and the headers sent along with its deliveries. */
export function endpointDetailRoutes({ store }: Services): Hono<SvixEnv> {
  return new Hono<SvixEnv>()
    .get("/app/:app/endpoint/:endpoint/secret", (c) => {
      const app = appOf(c, store, "ViewEndpointSecret");
      return c.json({ key: store.endpoint(app, param(c, "endpoint")).secret });
    })
    .post("/app/:app/endpoint/:endpoint/secret/rotate", async (c) => {
      const app = appOf(c, store, "ManageEndpointSecret");
      const body = await readBody(c);
      const key = body.key ?? null;
      const secret = key === null ? generateSecret() : checkSecret(key, "key");
      const grace = integerOrNull(body, "gracePeriodSeconds", {
        min: 0,
        max: 604_800,
        message: "Duration must be between 0 and 7 days",
      });
      const endpoint = store.endpoint(app, param(c, "endpoint"));
      const graceMs = (grace ?? DEFAULT_GRACE_SECONDS) * 1000;
      rotateSecret(endpoint, secret, graceMs, store.clock.now());
      return c.body(null, 204);
    })
    .get("/app/:app/endpoint/:endpoint/headers", (c) =>
      c.json(headersOut(store.endpoint(appOf(c, store), param(c, "endpoint")).headers)),
    )
    .put("/app/:app/endpoint/:endpoint/headers", async (c) => {
      const app = appOf(c, store, "ManageEndpoint");
      const headers = readHeaders(await readBody(c));
      store.endpoint(app, param(c, "endpoint")).headers = headers;
      return c.body(null, 204);
    })
    .patch("/app/:app/endpoint/:endpoint/headers", async (c) => {
      const app = appOf(c, store, "ManageEndpoint");
      const body = await readBody(c);
      const changes = readHeaderChanges(body);
      const removed = Array.isArray(body.deleteHeaders) ? body.deleteHeaders : [];
      const { headers } = store.endpoint(app, param(c, "endpoint"));
      for (const name of removed) delete headers[String(name)];
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) delete headers[name];
        else headers[name] = value;
      }
      return c.body(null, 204);
    });
}
