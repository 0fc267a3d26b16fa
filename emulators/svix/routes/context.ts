import type { Context } from "hono";
import { type Capability, demand, type Grant } from "../auth.ts";
import type { Dispatcher } from "../dispatcher.ts";
import { notFound, permissionDenied } from "../errors.ts";
import type { App } from "../state.ts";
import type { Store } from "../store.ts";

/** What the routes know of a request once it is authenticated. */
export interface SvixEnv {
  Variables: { grant: Grant };
}

export interface Services {
  store: Store;
  dispatcher: Dispatcher;
}

/** The app in the path; one the token is not for does not exist as far as its bearer can tell. */
export function appOf(c: Context<SvixEnv>, store: Store, capability?: Capability): App {
  const grant = c.get("grant");
  const app = store.app(param(c, "app"));
  if (grant.scope === "app" && grant.appId !== app.id) throw notFound();
  if (capability) demand(grant, capability);
  return app;
}

/** Refuses app tokens with 403. */
export function requireEnvironment(c: Context<SvixEnv>): void {
  if (c.get("grant").scope !== "environment") throw permissionDenied();
}

export function param(c: Context<SvixEnv>, name: string): string {
  return c.req.param(name) ?? "";
}

/** Payloads and answers are left in unless the query says otherwise. */
export const withContent = (c: Context<SvixEnv>): boolean =>
  c.req.query("with_content") !== "false";
