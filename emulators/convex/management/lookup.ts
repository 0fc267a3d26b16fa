import type { Context } from "hono";
import { BackendError } from "../errors.ts";
import { type Caller, requireReach } from "./access.ts";
import type { Directory } from "./directory.ts";
import { type Deployment, type Project, team } from "./records.ts";

/** Checks the team of the path, an id or where the route allows it a slug. */
export function requireTeamOfPath(context: Context): void {
  const { team_id: id, team: idOrSlug } = context.req.param() as Record<string, string>;
  if (id === String(team.id) || idOrSlug === String(team.id) || idOrSlug === team.slug) return;
  throw new BackendError(404, "TeamNotFound", "Team not found");
}

/** The project of the path `…/projects/:project_id`, within the caller's reach. */
export function projectOfPath(
  directory: Directory,
  context: Context,
  caller: { project: Project | null },
): Project {
  const project = directory.projects.get(Number(context.req.param("project_id")));
  if (!project) throw projectNotFound();
  requireReach(caller, project);
  return project;
}

export function projectBySlug(
  directory: Directory,
  slug: string | undefined,
  caller: { project: Project | null },
): Project {
  const project = [...directory.projects.values()].find((candidate) => candidate.slug === slug);
  if (!project) throw projectNotFound();
  requireReach(caller, project);
  return project;
}

/** The deployment of that name, within the caller's reach. */
export function deploymentByName(
  directory: Directory,
  name: string | undefined,
  caller: { project: Project | null },
): Deployment {
  const deployment = directory.deployments.get(name ?? "");
  if (!deployment) throw deploymentNotFound();
  requireReach(caller, deployment.project);
  return deployment;
}

/** The project that the CLI works in. Source: `ProjectSelectionArgs` of the CLI's own API. */
export function selectedProject(
  directory: Directory,
  selection: Record<string, unknown>,
  caller: Caller,
): Project {
  if (selection.kind === "deploymentName") {
    return deploymentByName(directory, String(selection.deploymentName), caller).project;
  }
  if (selection.kind !== "teamAndProjectSlugs") {
    throw new BackendError(400, "BadJsonBody", "projectSelection is of an unknown kind");
  }
  if (selection.teamSlug !== team.slug) {
    throw new BackendError(404, "TeamNotFound", "Team not found");
  }
  return projectBySlug(directory, String(selection.projectSlug), caller);
}

export function deploymentNotFound(): BackendError {
  return new BackendError(404, "DeploymentNotFound", "Deployment not found");
}

function projectNotFound(): BackendError {
  return new BackendError(404, "ProjectNotFound", "Project not found");
}
