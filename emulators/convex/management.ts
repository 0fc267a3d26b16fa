import { type Context, Hono } from "hono";
import { markRead } from "../server.ts";
import type { DeploymentKind, DeploymentState } from "./deployment.ts";
import { answerError, BackendError, notEmulated } from "./errors.ts";

export interface Directory {
  readonly previewDeployKey: string;
  find(predicate: (deployment: DeploymentState) => boolean): DeploymentState | undefined;
  create(options: { type: DeploymentKind; name?: string }): Promise<DeploymentState>;
  /** Preview deployments by the identifier they were claimed with. */
  readonly previews: Map<string, DeploymentState>;
  remove(deployment: DeploymentState): Promise<void>;
}

const project = { team: "team", project: "project", teamId: 1, projectId: 1 };

/** The management host, as far as the CLI asks it on behalf of a deploy key. */
export function managementApp(directory: Directory): Hono {
  const app = new Hono();
  app.onError(answerError);
  app.notFound(notEmulated);

  app.post("/api/deployment/url_for_key", async (c) => {
    markRead(c);
    const { deployKey } = (await c.req.json()) as { deployKey: string };
    return c.json(deploymentOf(directory, deployKey).url);
  });

  app.post("/api/deployment/team_and_project_for_key", async (c) => {
    markRead(c);
    const { deployKey } = (await c.req.json()) as { deployKey: string };
    if (deployKey === directory.previewDeployKey) return c.json(project);
    const { kind } = deploymentOf(directory, deployKey);
    return c.json({ ...project, reference: kind, isDefault: true });
  });

  app.post("/api/claim_preview_deployment", async (c) => {
    requirePreviewKey(directory, c);
    const { identifier, reuse } = (await c.req.json()) as { identifier: string; reuse?: boolean };
    const existing = directory.previews.get(identifier);
    if (existing && reuse) markRead(c);
    else if (existing) await directory.remove(existing);
    const claimed = existing && reuse ? existing : await directory.create({ type: "preview" });
    directory.previews.set(identifier, claimed);
    return c.json({
      adminKey: claimed.deployKey,
      instanceUrl: claimed.url,
      deploymentName: claimed.name,
      reference: `preview/${identifier}`,
      isNewDeployment: claimed !== existing,
    });
  });

  return app;
}

function deploymentOf(directory: Directory, deployKey: string): DeploymentState {
  const found = directory.find((deployment) => deployment.deployKey === deployKey);
  if (found) return found;
  throw new BackendError(401, "BadDeployKey", "The provided deploy key was invalid");
}

function requirePreviewKey(directory: Directory, context: Context): void {
  if (context.req.header("authorization") === `Bearer ${directory.previewDeployKey}`) return;
  throw new BackendError(401, "BadDeployKey", "The provided deploy key was invalid");
}
