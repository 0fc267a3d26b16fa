import { type Context, Hono } from "hono";
import { markRead } from "../../../server.ts";
import { BackendError } from "../../errors.ts";
import { type Caller, callerOf, forbidden, previewProjectOf } from "../access.ts";
import type { Directory } from "../directory.ts";
import { type Fields, fieldsOf, optionalFlag, optionalObject, requiredText } from "../fields.ts";
import { deploymentByName, deploymentNotFound, selectedProject } from "../lookup.ts";
import { previewReference } from "../names.ts";
import type { Deployment, Project } from "../records.ts";
import { credentials, placeOf } from "../wire.ts";

/** What the CLI asks the management host apart from the Management API, as far as it does so here. */
export function cliRoutes(directory: Directory): Hono {
  const app = new Hono();

  app.post("/deployment/url_for_key", async (c) => {
    markRead(c);
    const deployKey = requiredText(await fieldsOf(c), "deployKey");
    return c.json(deploymentOfKey(directory, deployKey).state.url);
  });

  app.post("/deployment/team_and_project_for_key", async (c) => {
    markRead(c);
    const key = requiredText(await fieldsOf(c), "deployKey");
    const project = previewProjectOf(directory, key) ?? directory.tokenOf(key)?.project;
    if (project) return c.json(placeOf(project));
    const deployment = deploymentOfKey(directory, key);
    return c.json(placeOf(deployment.project, deployment));
  });

  app.get("/deployment/:deployment_name/team_and_project", (c) => {
    const caller = callerOf(directory, c);
    const deployment = deploymentByName(directory, c.req.param("deployment_name"), caller);
    return c.json(placeOf(deployment.project, deployment));
  });

  app.post("/claim_preview_deployment", async (c) => {
    const { fields, project } = await selectionOf(directory, c);
    const identifier = requiredText(fields, "identifier");
    const existing = previewOf(directory, project, identifier);
    const reused = optionalFlag(fields, "reuse") ? existing : undefined;
    if (reused) markRead(c);
    else if (existing) await directory.remove(existing);
    const claimed = reused ?? (await claim(directory, project, identifier));
    return c.json({
      adminKey: claimed.state.deployKey,
      instanceUrl: claimed.state.url,
      deploymentName: claimed.state.name,
      reference: claimed.reference,
      isNewDeployment: claimed !== reused,
    });
  });

  app.post("/deployment/authorize_preview", async (c) => {
    markRead(c);
    const { fields, project } = await selectionOf(directory, c);
    const preview = previewOf(directory, project, requiredText(fields, "previewName"));
    if (!preview) throw deploymentNotFound();
    return c.json(credentials(preview));
  });

  app.post("/deployment/authorize_within_current_project", async (c) => {
    markRead(c);
    const { caller, fields, project } = await selectionOf(directory, c);
    const name = requiredText(fields, "selectedDeploymentName");
    const deployment = deploymentByName(directory, name, { project });
    if (caller.kind === "previewKey" && deployment.state.kind !== "preview") {
      throw forbidden("A preview deploy key gives access to preview deployments only");
    }
    return c.json(credentials(deployment));
  });

  return app;
}

/** Who asks, for what, and in which project. */
async function selectionOf(
  directory: Directory,
  c: Context,
): Promise<{ caller: Caller; fields: Fields; project: Project }> {
  const caller = callerOf(directory, c);
  const fields = await fieldsOf(c);
  const selection = optionalObject(fields, "projectSelection") ?? {};
  return { caller, fields, project: selectedProject(directory, selection, caller) };
}

function previewOf(directory: Directory, project: Project, identifier: string) {
  return directory
    .deploymentsOf(project)
    .find(({ previewIdentifier }) => previewIdentifier === identifier);
}

function claim(directory: Directory, project: Project, identifier: string): Promise<Deployment> {
  const taken = new Set(directory.deploymentsOf(project).map(({ reference }) => reference));
  return directory.create(project, {
    type: "preview",
    previewIdentifier: identifier,
    reference: previewReference(identifier, taken),
    expiresAt: directory.clock.now() + directory.previewRetention,
  });
}

function deploymentOfKey(directory: Directory, key: string): Deployment {
  const found = [...directory.deployments.values()].find(
    ({ state }) => state.deployKey === key || state.keys.use(key),
  );
  if (found) return found;
  throw new BackendError(401, "BadDeployKey", "The provided deploy key was invalid");
}
