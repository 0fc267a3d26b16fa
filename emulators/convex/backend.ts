import { Hono } from "hono";
import type { DeploymentState, VariableChange } from "./deployment.ts";
import { answerError, BackendError, notEmulated } from "./errors.ts";
import { functionRoutes } from "./functions-api.ts";
import { authorise, pushRoutes } from "./push.ts";

/** The cloud origin of a deployment: functions, pushes and the deployment API. */
export function cloudApp(deployment: DeploymentState): Hono {
  const app = new Hono();
  app.onError(answerError);
  app.notFound(notEmulated);
  app.get("/version", (c) => c.text("unknown"));
  app.route("/api", pushRoutes(deployment));
  app.route("/api", functionRoutes(deployment));
  app.use("/api/v1/*", async (c, next) => {
    authorise(deployment, c);
    await next();
  });
  app.get("/api/v1/list_environment_variables", (c) =>
    c.json({ environmentVariables: Object.fromEntries(deployment.variables) }),
  );
  app.post("/api/v1/update_environment_variables", async (c) => {
    const { changes } = (await c.req.json()) as { changes?: VariableChange[] };
    if (!Array.isArray(changes)) {
      throw new BackendError(400, "BadJsonBody", "changes is not a list");
    }
    await deployment.changeVariables(
      changes.map(({ name, value }) => ({ name, value: value ?? null })),
    );
    return c.body(null, 200);
  });
  app.get("/api/v1/get_canonical_urls", (c) =>
    c.json({ convexCloudUrl: deployment.url, convexSiteUrl: deployment.siteUrl }),
  );
  app.get("/api/v1/deployment_info", (c) =>
    c.json(
      deployment.kind === "selfHosted"
        ? { kind: "selfHosted" }
        : {
            kind: "cloud",
            deploymentType: deployment.kind,
            id: 1,
            projectId: 1,
            teamId: 1,
            projectSlug: "project",
            projectName: "project",
            reference: null,
          },
    ),
  );
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
