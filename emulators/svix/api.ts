import { Hono } from "hono";
import { type RateLimit, rateLimiter } from "../rate-limit.ts";
import { SvixError, tooManyRequests, unsupported } from "./errors.ts";
import { idempotency } from "./idempotency.ts";
import { applicationRoutes } from "./routes/applications.ts";
import { attemptRoutes } from "./routes/attempts.ts";
import { authenticationRoutes } from "./routes/authentication.ts";
import type { Services, SvixEnv } from "./routes/context.ts";
import { endpointDetailRoutes } from "./routes/endpoint-details.ts";
import { endpointRoutes } from "./routes/endpoints.ts";
import { messageRoutes } from "./routes/messages.ts";

/** Svix's server API, under `/api/v1`. */
export function svixApi(services: Services, rateLimit: RateLimit | undefined): Hono<SvixEnv> {
  const limiter = rateLimiter(Date.now);
  const { clock, tokens } = services.store;

  const authenticated = new Hono<SvixEnv>()
    .use(async (c, next) => {
      c.set("grant", tokens.grantOf(c.req.header("authorization")));
      await next();
    })
    .route("/", applicationRoutes(services))
    .route("/", endpointRoutes(services))
    .route("/", endpointDetailRoutes(services))
    .route("/", messageRoutes(services))
    .route("/", attemptRoutes(services))
    .all("*", (c) => {
      throw unsupported(`${c.req.method} ${c.req.path}`);
    });

  return new Hono<SvixEnv>()
    .use(async (c, next) => {
      const wait = rateLimit && limiter(c.req.header("authorization") ?? "", rateLimit);
      if (wait !== undefined) throw tooManyRequests(wait);
      await next();
    })
    .use(idempotency(() => clock.now()))
    .get("/api/v1/health", (c) => c.body(null, 204))
    .route("/api/v1", authenticationRoutes(services))
    .route("/api/v1", authenticated)
    .all("*", (c) => {
      throw unsupported(`${c.req.method} ${c.req.path}`);
    })
    .onError((error, c) => {
      if (!(error instanceof SvixError)) throw error;
      return c.json(error.body, error.status, error.headers);
    });
}
