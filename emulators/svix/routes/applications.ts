import { Hono } from "hono";
import {
  type Body,
  integerOrNull,
  readBody,
  requiredString,
  stringMapOf,
  uidOrNull,
} from "../body.ts";
import { conflict, invalid } from "../errors.ts";
import { page } from "../pagination.ts";
import { type App, byIdOrUid } from "../state.ts";
import type { Store } from "../store.ts";
import { appOut } from "../wire.ts";
import { appOf, param, requireEnvironment, type Services, type SvixEnv } from "./context.ts";

type AppFields = Pick<App, "name" | "uid" | "throttleRate" | "metadata">;

export function applicationRoutes({ store }: Services): Hono<SvixEnv> {
  return new Hono<SvixEnv>()
    .get("/app", (c) => {
      requireEnvironment(c);
      const list = page(c, [...store.apps.values()], "ascending");
      return c.json({ ...list, data: list.data.map(appOut) });
    })
    .post("/app", async (c) => {
      requireEnvironment(c);
      const fields = readApp(await readBody(c));
      const existing = fields.uid === null ? undefined : byIdOrUid(store.apps, fields.uid);
      if (existing && c.req.query("get_if_exists") === "true") return c.json(appOut(existing));
      return c.json(appOut(store.createApp(fields)), 201);
    })
    .get("/app/:app", (c) => c.json(appOut(appOf(c, store))))
    .put("/app/:app", async (c) => {
      requireEnvironment(c);
      const fields = readApp(await readBody(c));
      const existing = byIdOrUid(store.apps, param(c, "app"));
      if (!existing) return c.json(appOut(store.createApp(fields)), 201);
      return c.json(appOut(change(store, existing, fields)));
    })
    .patch("/app/:app", async (c) => {
      requireEnvironment(c);
      const app = store.app(param(c, "app"));
      const body = await readBody(c);
      const given = Object.keys(body).filter((field) => field in readers) as (keyof AppFields)[];
      const fields = Object.fromEntries(given.map((field) => [field, readers[field](body)]));
      return c.json(appOut(change(store, app, fields)));
    })
    .delete("/app/:app", (c) => {
      requireEnvironment(c);
      store.deleteApp(store.app(param(c, "app")));
      return c.body(null, 204);
    });
}

function change(store: Store, app: App, fields: Partial<AppFields>): App {
  const holder = fields.uid ? byIdOrUid(store.apps, fields.uid) : undefined;
  if (holder && holder !== app) throw conflict();
  return Object.assign(app, fields, { updatedAt: store.clock.now() });
}

function readApp(body: Body): AppFields {
  requiredString(body, "name");
  return {
    name: readers.name(body),
    uid: readers.uid(body),
    throttleRate: readers.throttleRate(body),
    metadata: readers.metadata(body),
  };
}

const readers: { [Field in keyof AppFields]: (body: Body) => AppFields[Field] } = {
  name: (body) => {
    const name = requiredString(body, "name");
    if (name !== "") return name;
    throw invalid(["body", "name"], "Application names must be at least one character");
  },
  uid: (body) => uidOrNull(body, "uid", "app_"),
  throttleRate: (body) =>
    integerOrNull(body, "throttleRate", {
      min: 1,
      max: 65_535,
      message: "Application throttle rate must be at least 1 if set",
    }),
  metadata: (body) => stringMapOf(body, "metadata"),
};
