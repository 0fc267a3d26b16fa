import { type Context, Hono } from "hono";
import { type Body, readBody } from "../body.ts";
import { type EndpointFields, readEndpoint, readPatch } from "../endpoint-fields.ts";
import { conflict } from "../errors.ts";
import { readHeaders } from "../headers.ts";
import { page } from "../pagination.ts";
import { checkSecret, generateSecret } from "../secret.ts";
import { type App, byIdOrUid, type Endpoint } from "../state.ts";
import type { Store } from "../store.ts";
import { endpointOut } from "../wire.ts";
import { appOf, param, type Services, type SvixEnv } from "./context.ts";

export function endpointRoutes({ store }: Services): Hono<SvixEnv> {
  const manage = (c: Context<SvixEnv>) => appOf(c, store, "ManageEndpoint");
  return new Hono<SvixEnv>()
    .get("/app/:app/endpoint", (c) => {
      const list = page(c, [...appOf(c, store).endpoints.values()], "descending");
      return c.json({ ...list, data: list.data.map(endpointOut) });
    })
    .post("/app/:app/endpoint", async (c) => {
      const app = manage(c);
      const body = await readBody(c);
      return c.json(
        endpointOut(create(store, app, readEndpoint(body, store.eventTypes), body)),
        201,
      );
    })
    .get("/app/:app/endpoint/:endpoint", (c) =>
      c.json(endpointOut(store.endpoint(appOf(c, store), param(c, "endpoint")))),
    )
    .put("/app/:app/endpoint/:endpoint", async (c) => {
      const app = manage(c);
      const fields = readEndpoint(await readBody(c), store.eventTypes);
      const existing = byIdOrUid(app.endpoints, param(c, "endpoint"));
      if (!existing) return c.json(endpointOut(create(store, app, fields, {})), 201);
      return c.json(endpointOut(change(store, app, existing, fields)));
    })
    .patch("/app/:app/endpoint/:endpoint", async (c) => {
      const app = manage(c);
      const fields = readPatch(await readBody(c), store.eventTypes);
      const endpoint = store.endpoint(app, param(c, "endpoint"));
      return c.json(endpointOut(change(store, app, endpoint, fields)));
    })
    .delete("/app/:app/endpoint/:endpoint", (c) => {
      const app = manage(c);
      app.endpoints.delete(store.endpoint(app, param(c, "endpoint")).id);
      return c.body(null, 204);
    });
}

function create(store: Store, app: App, fields: EndpointFields, body: Body): Endpoint {
  const chosen = body.secret ?? null;
  const secret = chosen === null ? generateSecret() : checkSecret(chosen, "secret");
  refuseTakenUid(app, fields.uid, undefined);
  const at = store.clock.now();
  const endpoint: Endpoint = {
    ...fields,
    id: store.newId("ep_"),
    secret,
    oldSecrets: [],
    headers: body.headers === undefined || body.headers === null ? {} : readHeaders(body),
    failingSince: undefined,
    createdAt: at,
    updatedAt: at,
  };
  app.endpoints.set(endpoint.id, endpoint);
  return endpoint;
}

function change(
  store: Store,
  app: App,
  endpoint: Endpoint,
  fields: Partial<EndpointFields>,
): Endpoint {
  refuseTakenUid(app, fields.uid, endpoint);
  return Object.assign(endpoint, fields, { updatedAt: store.clock.now() });
}

function refuseTakenUid(
  app: App,
  uid: string | null | undefined,
  self: Endpoint | undefined,
): void {
  const holder = uid ? byIdOrUid(app.endpoints, uid) : undefined;
  if (holder && holder !== self) throw conflict();
}
