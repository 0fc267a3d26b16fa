import type { DeploymentState } from "./deployment.ts";
import type { Directory } from "./management/directory.ts";

/** What is left, one line each, less the projects, deployments and preview keys `given` from outside. */
export function inventory(
  directory: Directory,
  selfHosted: readonly DeploymentState[],
  given: ReadonlySet<object>,
): string[] {
  const projects = [...directory.projects.values()].flatMap((project) => [
    ...(given.has(project) ? [] : [`project ${project.slug}`]),
    ...project.previewKeys
      .list()
      .filter((key) => !given.has(key))
      .map(({ name }) => `${project.slug}: preview deploy key ${name}`),
  ]);
  const deployments = [...directory.deployments.values()].flatMap((deployment) => {
    const { state, reference } = deployment;
    return [
      ...(given.has(deployment) ? [] : [`${state.name}: deployment ${state.kind} ${reference}`]),
      ...state.keys.list().map(({ name }) => `${state.name}: deploy key ${name}`),
      ...contentsOf(state),
    ];
  });
  return [...projects, ...deployments, ...selfHosted.flatMap(contentsOf)];
}

function contentsOf({ name, variables, deployed }: DeploymentState): string[] {
  return [
    ...[...variables.keys()].map((variable) => `${name}: variable ${variable}`),
    ...deployed.modules.map((module) => `${name}: module ${module.path}`),
  ];
}
