import { type Context, Hono } from "hono";
import { bearerOf, refusals } from "../backend-api.ts";
import { ClerkError, unsupported } from "../errors.ts";
import { readForm } from "../form.ts";
import { type Applications, requireProduction } from "./applications.ts";
import { applicationOut, deletedOut, domainOut, instanceOut } from "./wire.ts";

/** Clerk's Platform API as far as applications go, under `/v1/platform`. */
export function platformApi(applications: Applications): Hono {
  const platform = new Hono().basePath("/v1/platform");
  const includesKeys = (c: Context) => c.req.query("include_secret_keys") === "true";

  platform.use("*", async (c, next) => {
    if (bearerOf(c) !== applications.key) {
      throw new ClerkError(401, "authentication_invalid", "Invalid authentication", {
        longMessage: "Unable to authenticate the request, you need to supply a Platform API key",
      });
    }
    await next();
  });

  platform.get("/applications", (c) => {
    const include = includesKeys(c);
    return c.json(applications.all.map((application) => applicationOut(application, include)));
  });
  platform.post("/applications", async (c) =>
    c.json(applicationOut(await applications.create(await readForm(c)))),
  );

  platform.get("/applications/:id", (c) =>
    c.json(applicationOut(applications.find(c.req.param("id")), includesKeys(c))),
  );
  platform.patch("/applications/:id", async (c) => {
    const application = applications.find(c.req.param("id"));
    applications.update(application, await readForm(c));
    return c.json(applicationOut(application));
  });
  platform.delete("/applications/:id", async (c) => {
    const application = applications.find(c.req.param("id"));
    await applications.delete(application);
    return c.json(deletedOut(application.id));
  });

  platform.post("/applications/:id/instances", async (c) => {
    const application = applications.find(c.req.param("id"));
    const instance = await applications.createInstance(application, await readForm(c));
    return c.json(instanceOut(instance), 201);
  });
  platform.get("/applications/:id/domains", (c) => {
    const production = requireProduction(applications.find(c.req.param("id")));
    return c.json({ data: [domainOut(production)], total_count: 1 });
  });
  platform.patch("/applications/:id/domain", async (c) => {
    const application = applications.find(c.req.param("id"));
    return c.json(domainOut(applications.changeDomain(application, await readForm(c))));
  });

  platform.all("*", (c) => {
    throw unsupported(`${c.req.method} ${c.req.path}`);
  });
  platform.onError(refusals());
  return platform;
}
