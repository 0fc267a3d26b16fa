import type { AccessKey } from "../key-ring.ts";
import type { Directory } from "./directory.ts";
import { type AccessToken, type Deployment, member, type Project, team } from "./records.ts";

/** Source: `ProjectResponse`. */
export function projectResponse(directory: Directory, project: Project): object {
  const { id, name, slug, createTime } = project;
  return {
    id,
    name,
    slug,
    createTime,
    teamId: team.id,
    teamSlug: team.slug,
    devDeploymentName: directory.defaultOf(project, "dev")?.state.name ?? null,
    prodDeploymentName: directory.defaultOf(project, "prod")?.state.name ?? null,
  };
}

/** Source: `PlatformDeploymentResponse`, of a cloud deployment. */
export function deploymentResponse(deployment: Deployment): object {
  const { project, state, hosted: _, ...rest } = deployment;
  return {
    kind: "cloud",
    name: state.name,
    deploymentType: state.kind,
    deploymentUrl: state.url,
    lastDeployTime: state.lastDeployTime,
    projectId: project.id,
    creator: member,
    ...rest,
  };
}

/** Source: `DeploymentInfoResponse` of the deployment API. */
export function deploymentInfo({ id, project, reference, state }: Deployment): object {
  return {
    kind: "cloud",
    deploymentType: state.kind,
    id,
    projectId: project.id,
    teamId: team.id,
    projectSlug: project.slug,
    projectName: project.name,
    reference,
  };
}

/** Source: `PlatformDeployKeyResponse`, which never holds the secret. */
export function keyResponse({ secret: _, ...key }: AccessKey): object {
  return { ...key, creator: member, managedBy: null };
}

/** Source: `PlatformTokenDetailsResponse`. */
export function tokenResponse({ id, name, createTime, project }: AccessToken): object {
  const details = { id, name, createTime };
  return project
    ? { type: "projectToken", projectId: project.id, ...details }
    : { type: "teamToken", teamId: team.id, ...details };
}

/** What the CLI is told of a deployment that it may use. */
export function credentials({ state, reference, isDefault }: Deployment): object {
  return {
    deploymentName: state.name,
    adminKey: state.deployKey,
    url: state.url,
    deploymentType: state.kind,
    reference,
    isDefault,
  };
}

/** Source: `TeamAndProjectForDeploymentResponse` of the CLI's own API. */
export function placeOf(project: Project, deployment?: Deployment): object {
  return {
    team: team.slug,
    project: project.slug,
    teamId: team.id,
    projectId: project.id,
    deploymentId: deployment?.id ?? null,
    reference: deployment?.reference ?? null,
    isDefault: deployment?.isDefault ?? false,
  };
}
