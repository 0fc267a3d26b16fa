import { type Context, Hono } from "hono";
import { BackendError } from "../../errors.ts";
import { deploymentActions, type KeyRing } from "../../key-ring.ts";
import { requireToken } from "../access.ts";
import type { Directory } from "../directory.ts";
import { type Fields, fieldsOf, optionalTime, optionalWords, requiredText } from "../fields.ts";
import { deploymentByName, projectOfPath } from "../lookup.ts";
import { requireExpiration } from "../rules.ts";
import { keyResponse } from "../wire.ts";

/** Keys of deployments and of projects' previews: create, list, delete. */
export function deployKeyRoutes(directory: Directory): Hono {
  const app = new Hono();
  const keysOfDeployment = (c: Context) =>
    deploymentByName(directory, c.req.param("deployment_name"), requireToken(directory, c)).state
      .keys;
  const keysOfProject = (c: Context) =>
    projectOfPath(directory, c, requireToken(directory, c)).previewKeys;

  app.post("/deployments/:deployment_name/create_deploy_key", async (c) => {
    const keys = keysOfDeployment(c);
    const fields = await fieldsOf(c);
    const allowedActions = optionalWords(fields, "allowedActions", deploymentActions);
    const deployKey = mint(directory, keys, fields, allowedActions && { allowedActions });
    return c.json({ deployKey });
  });

  app.get("/deployments/:deployment_name/list_deploy_keys", (c) =>
    c.json(keysOfDeployment(c).list().map(keyResponse)),
  );

  app.post("/deployments/:deployment_name/delete_deploy_key", async (c) =>
    revoke(c, keysOfDeployment(c)),
  );

  app.post("/projects/:project_id/create_preview_deploy_key", async (c) => {
    const keys = keysOfProject(c);
    return c.json({ previewDeployKey: mint(directory, keys, await fieldsOf(c)) });
  });

  app.get("/projects/:project_id/list_preview_deploy_keys", (c) =>
    c.json({ items: keysOfProject(c).list().map(keyResponse) }),
  );

  app.post("/projects/:project_id/delete_preview_deploy_key", async (c) =>
    revoke(c, keysOfProject(c)),
  );

  return app;
}

/** Makes a key and returns its secret, which is never shown again. */
function mint(
  directory: Directory,
  keys: KeyRing,
  fields: Fields,
  limits: Pick<Parameters<KeyRing["mint"]>[0], "allowedActions"> = {},
): string {
  const name = requiredText(fields, "name");
  const expiresAt = optionalTime(fields, "expiresAt") ?? null;
  if (expiresAt !== null) requireExpiration(directory, expiresAt);
  const key = keys.mint({ name, expiresAt, ...limits });
  if (key) return key.secret;
  throw new BackendError(409, "DeployKeyExists", `There is a deploy key "${name}" already`);
}

async function revoke(c: Context, keys: KeyRing): Promise<Response> {
  if (keys.revoke(requiredText(await fieldsOf(c), "id"))) return c.body(null, 200);
  throw new BackendError(404, "DeployKeyNotFound", "Deploy key not found");
}
