import { type Context, Hono } from "hono";
import { type RateLimit, rateLimiter } from "../rate-limit.ts";
import type { InstanceContext } from "./context.ts";
import { ClerkError, unsupported } from "./errors.ts";
import type { ClerkEnv } from "./routes/env.ts";
import { instanceRoutes } from "./routes/instance.ts";
import { jwtTemplateRoutes } from "./routes/jwt-templates.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { userRoutes } from "./routes/users.ts";
import { webhookRoutes } from "./routes/webhooks.ts";

export interface BackendApiOptions {
  /** The instance a secret key opens. */
  find(secretKey: string): InstanceContext | undefined;
  /** In place of Clerk's limits; `"none"` lifts them. */
  rateLimit: RateLimit | "none" | undefined;
  now(): number;
}

/** Source: https://clerk.com/docs/guides/how-clerk-works/system-limits */
const RATE_LIMITS = {
  development: { requests: 100, windowMs: 10_000 },
  production: { requests: 1000, windowMs: 10_000 },
};

/** Clerk's Backend API, under `/v1`. */
export function backendApi(options: BackendApiOptions): Hono<ClerkEnv> {
  const limiter = rateLimiter(options.now);
  const refuse = refusals();
  return new Hono<ClerkEnv>()
    .use("/v1/*", async (c, next) => {
      const context = authenticate(c, options);
      c.set("instance", context);
      const { id, environmentType } = context.instance;
      const limit = options.rateLimit ?? RATE_LIMITS[environmentType];
      // The key set is the one thing that may be asked for without limit.
      if (limit !== "none" && c.req.path !== "/v1/jwks") {
        const wait = limiter(id, limit);
        if (wait !== undefined) throw tooManyRequests(wait);
      }
      await next();
    })
    .route("/v1", instanceRoutes())
    .route("/v1", jwtTemplateRoutes())
    .route("/v1", webhookRoutes())
    .route("/v1", userRoutes())
    .route("/v1", sessionRoutes())
    .all("*", (c) => {
      throw unsupported(`${c.req.method} ${c.req.path}`);
    })
    .onError(refuse);
}

/** Turns errors into Clerk's answers, each with a trace id of its own. */
export function refusals(): (error: Error, c: Context) => Response {
  let count = 0;
  return (error, c) => {
    if (!(error instanceof ClerkError)) throw error;
    count += 1;
    const { code, message, longMessage: long_message, meta } = error;
    const clerk_trace_id = count.toString(16).padStart(32, "0");
    const errors = [{ message, long_message, code, ...(meta ? { meta } : {}) }];
    return c.json({ errors, clerk_trace_id }, error.status, error.headers);
  };
}

/** The key that a request was made with. */
export function bearerOf(c: Context): string {
  const key = c.req.header("authorization")?.match(/^Bearer (\S+)$/)?.[1];
  if (key !== undefined) return key;
  throw new ClerkError(
    401,
    "authorization_header_format_invalid",
    "Invalid Authorization header format",
    { longMessage: 'Invalid Authorization header format. Must be "Bearer <YOUR_API_KEY>"' },
  );
}

function authenticate(c: Context, { find }: BackendApiOptions): InstanceContext {
  const context = find(bearerOf(c));
  if (context) return context;
  throw new ClerkError(
    401,
    "clerk_key_invalid",
    "The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.",
  );
}

const tooManyRequests = (retryAfterSeconds: number): ClerkError =>
  new ClerkError(429, "too_many_requests", "Too many requests. Please try again in a bit.", {
    headers: { "retry-after": String(retryAfterSeconds) },
  });
