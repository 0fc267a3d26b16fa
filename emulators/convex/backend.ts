import { type Context, Hono } from "hono";
import { keyOf, requireAction, requireKey } from "./deploy-key.ts";
import type { DeploymentState, VariableChange } from "./deployment.ts";
import { answerError, BackendError, notEmulated } from "./errors.ts";
import { functionRoutes } from "./functions-api.ts";
import { pushRoutes } from "./push.ts";

/** What a deployment learns of where it belongs. */
export interface Placement {
  /** As `GET /api/v1/deployment_info` answers. */
  info(): object;
}

/** The cloud origin of a deployment: functions, pushes and the deployment API. */
export function cloudApp(deployment: DeploymentState, placement: Placement): Hono {
  const app = new Hono();
  app.onError(answerError);
  app.notFound(notEmulated);
  app.get("/version", (c) => c.text("unknown"));
  app.route("/api", pushRoutes(deployment));
  app.route("/api", functionRoutes(deployment));
  app.route("/api/v1", deploymentRoutes(deployment, placement));
  return app;
}

/** The deployment API. Actions as the backend's handlers require them. */
function deploymentRoutes(deployment: DeploymentState, { info }: Placement): Hono {
  const app = new Hono();
  const grantOf = (context: Context) => requireKey(deployment, keyOf(context));
  app.get("/list_environment_variables", (c) => {
    requireAction(grantOf(c), "deployment:env:view");
    return c.json({ environmentVariables: Object.fromEntries(deployment.variables) });
  });
  app.post("/update_environment_variables", async (c) => {
    requireAction(grantOf(c), "deployment:env:write");
    const { changes } = (await c.req.json()) as { changes?: VariableChange[] };
    if (!Array.isArray(changes)) {
      throw new BackendError(400, "BadJsonBody", "changes is not a list");
    }
    await deployment.changeVariables(
      changes.map(({ name, value }) => ({ name, value: value ?? null })),
    );
    return c.body(null, 200);
  });
  app.get("/get_canonical_urls", (c) => {
    grantOf(c);
    return c.json({ convexCloudUrl: deployment.url, convexSiteUrl: deployment.siteUrl });
  });
  app.get("/deployment_info", (c) => {
    requireAction(grantOf(c), "deployment:data:view");
    return c.json(info());
  });
  return app;
}

/** The site origin of a deployment: its HTTP actions. */
export function siteApp(deployment: DeploymentState): Hono {
  const app = new Hono();
  app.onError(answerError);
  app.all("*", async (c) => {
    const { runtime } = deployment.deployed;
    const routes = runtime?.modules["http.js"]?.httpRoutes;
    if (!runtime || !routes) {
      return c.text("This Convex deployment does not have HTTP actions enabled.", 404);
    }
    const { pathname, search } = new URL(c.req.url);
    const routed = routes.some(({ route }) => {
      if (route.method !== c.req.method && !(route.method === "GET" && c.req.method === "HEAD")) {
        return false;
      }
      return route.path.endsWith("*")
        ? pathname.startsWith(route.path.slice(0, -1))
        : pathname === route.path;
    });
    if (!routed) return c.text("No matching routes found", 404);
    const result = await deployment.call({
      kind: "http",
      path: pathname + search,
      method: c.req.method,
      headers: [...c.req.raw.headers],
      body: await c.req.arrayBuffer(),
    });
    if (result.ok && "http" in result) {
      const { status, headers, body } = result.http;
      return new Response(body.byteLength > 0 ? body : null, { status, headers });
    }
    return c.json(
      {
        code: "InternalServerError",
        message: "Your request couldn't be completed. Try again later.",
      },
      500,
    );
  });
  return app;
}
