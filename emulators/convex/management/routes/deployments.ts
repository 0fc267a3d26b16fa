import { type Context, Hono } from "hono";
import { BackendError } from "../../errors.ts";
import { requireToken } from "../access.ts";
import { createArgs, updateArgs } from "../deployment-args.ts";
import type { Directory } from "../directory.ts";
import { flagOfQuery } from "../fields.ts";
import {
  deploymentByName,
  deploymentNotFound,
  projectBySlug,
  projectOfPath,
  requireTeamOfPath,
} from "../lookup.ts";
import type { Deployment, Project } from "../records.ts";
import { deploymentResponse } from "../wire.ts";

/** Deployments one at a time: create, get, update, delete. */
export function deploymentRoutes(directory: Directory): Hono {
  const app = new Hono();

  app.post("/projects/:project_id/create_deployment", async (c) => {
    const project = projectOfPath(directory, c, requireToken(directory, c));
    const asked = await createArgs(directory, project, c);
    return c.json(deploymentResponse(await directory.create(project, asked)));
  });

  app.get("/projects/:project_id/deployment", (c) => {
    const project = projectOfPath(directory, c, requireToken(directory, c));
    return c.json(deploymentResponse(selected(directory, project, c)));
  });

  app.get("/teams/:team/projects/:project_slug/deployment", (c) => {
    const token = requireToken(directory, c);
    requireTeamOfPath(c);
    const project = projectBySlug(directory, c.req.param("project_slug"), token);
    return c.json(deploymentResponse(selected(directory, project, c)));
  });

  const ofPath = (c: Context) =>
    deploymentByName(directory, c.req.param("deployment_name"), requireToken(directory, c));

  app.get("/deployments/:deployment_name", (c) => c.json(deploymentResponse(ofPath(c))));

  app.patch("/deployments/:deployment_name", async (c) => {
    const deployment = ofPath(c);
    const { type, expiresAt, ...changes } = await updateArgs(directory, deployment, c);
    deployment.state.kind = type;
    Object.assign(deployment, changes);
    if (expiresAt !== undefined) directory.expire(deployment, expiresAt);
    return c.body(null, 200);
  });

  app.post("/deployments/:deployment_name/delete", async (c) => {
    await directory.remove(ofPath(c));
    return c.body(null, 200);
  });

  return app;
}

/** The deployment that the query names: by reference, or a default one. */
function selected(directory: Directory, project: Project, c: Context): Deployment {
  const reference = c.req.query("reference");
  const defaults = (["prod", "dev"] as const).filter((type) =>
    flagOfQuery(c, type === "prod" ? "defaultProd" : "defaultDev"),
  );
  if (defaults.length + (reference === undefined ? 0 : 1) !== 1) {
    const message = "Specify exactly one of reference, defaultProd and defaultDev";
    throw new BackendError(400, "InvalidDeploymentSelection", message);
  }
  const found =
    reference === undefined
      ? defaults.map((type) => directory.defaultOf(project, type))[0]
      : directory.deploymentsOf(project).find((deployment) => deployment.reference === reference);
  if (!found) throw deploymentNotFound();
  return found;
}
