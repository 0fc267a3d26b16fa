import type { Context } from "hono";
import type { InstanceContext } from "../context.ts";

/** What the routes know of a request once its secret key is recognised. */
export interface ClerkEnv {
  Variables: { instance: InstanceContext };
}

/** The instance the request's secret key belongs to. */
export const instanceOf = (c: Context<ClerkEnv>): InstanceContext => c.get("instance");

export const param = (c: Context<ClerkEnv>, name: string): string => c.req.param(name) ?? "";
