import { Hono } from "hono";
import { jwks } from "../signing-keys.ts";
import { domainOut, instanceOut } from "../wire.ts";
import { type ClerkEnv, instanceOf } from "./env.ts";

export function instanceRoutes(): Hono<ClerkEnv> {
  return new Hono<ClerkEnv>()
    .get("/instance", (c) => c.json(instanceOut(instanceOf(c).instance)))
    .get("/domains", (c) => {
      const { domains } = instanceOf(c).instance;
      const newestFirst = domains.toReversed().map(domainOut);
      return c.json({ data: newestFirst, total_count: domains.length });
    })
    .get("/jwks", async (c) => c.json(await jwks(instanceOf(c).instance.signingKeys)));
}
