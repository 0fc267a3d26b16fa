import { Hono } from "hono";
import { BackendError } from "../../errors.ts";
import { requireTeam, requireToken } from "../access.ts";
import type { Directory } from "../directory.ts";
import { flagOfQuery, optionalWord } from "../fields.ts";
import { projectOfPath, requireTeamOfPath } from "../lookup.ts";
import { page } from "../pagination.ts";
import { type Deployment, member } from "../records.ts";
import { deploymentTypes } from "../rules.ts";
import { deploymentResponse } from "../wire.ts";

const sorts: Record<string, (deployment: Deployment) => string | number> = {
  createTime: ({ createTime }) => createTime,
  lastDeployTime: ({ state }) => state.lastDeployTime ?? 0,
  reference: ({ reference }) => reference,
};

/** Deployments of a project, and of the team. */
export function deploymentListRoutes(directory: Directory): Hono {
  const app = new Hono();

  app.get("/projects/:project_id/list_deployments", (c) => {
    const project = projectOfPath(directory, c, requireToken(directory, c));
    const type = optionalWord(c.req.query(), "deploymentType", deploymentTypes);
    const isDefault = flagOfQuery(c, "isDefault");
    const found = directory.deploymentsOf(project).filter(matching(type, isDefault));
    return c.json(found.map(deploymentResponse));
  });

  app.get("/teams/:team_id/list_deployments", (c) => {
    requireTeam(requireToken(directory, c));
    requireTeamOfPath(c);
    const { q = "", projectId, creator, sortBy = "createTime", sortOrder = "desc" } = c.req.query();
    const type = optionalWord(c.req.query(), "deploymentType", deploymentTypes);
    const isDefault = flagOfQuery(c, "isDefault");
    const rankOf = sorts[sortBy];
    if (!rankOf || !["asc", "desc"].includes(sortOrder)) {
      throw new BackendError(400, "InvalidSort", "sortBy or sortOrder is invalid");
    }
    const found = [...directory.deployments.values()]
      .filter(matching(type, isDefault))
      .filter(({ project }) => projectId === undefined || project.id === Number(projectId))
      .filter(() => creator === undefined || Number(creator) === member)
      .filter(({ state, reference }) => state.name.includes(q) || reference.includes(q));
    const { items, pagination } = page(c, found, rankOf, sortOrder === "desc");
    return c.json({ items: items.map(deploymentResponse), pagination });
  });

  return app;
}

function matching(type: string | undefined, isDefault: boolean | undefined) {
  return (deployment: Deployment) =>
    (type === undefined || deployment.state.kind === type) &&
    (isDefault === undefined || deployment.isDefault === isDefault);
}
