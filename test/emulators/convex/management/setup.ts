import { createManagementClient, productionProvisionHost } from "@convex-dev/platform";
import type { components } from "@convex-dev/platform/managementApi";
import { onTestFinished } from "vitest";
import { type ConvexEmulator, startConvexEmulator } from "../../../../emulators/convex/index.ts";

/** The one team's id. */
export const teamId = 1;

export const minute = 60_000;
export const day = 24 * 60 * minute;

export type Api = ReturnType<typeof createManagementClient>;

/** An emulator, the Management API as the team's token reaches it, and the default project's id. */
export async function start(options?: Parameters<typeof startConvexEmulator>[0]) {
  const convex = await startConvexEmulator(options);
  onTestFinished(() => convex.close());
  const project = convex.projects()[0]?.id ?? 0;
  return { convex, api: managementApi(convex, convex.teamToken), project };
}

/** The vendor's client, whose host is fixed when it is imported, aimed at an emulator. */
export function managementApi({ url }: ConvexEmulator, token: string): Api {
  const api = createManagementClient(token);
  api.use({
    onRequest: ({ request }) =>
      new Request(request.url.replace(productionProvisionHost, url), request),
  });
  return api;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What a request that succeeds answers. */
export async function ok<T>(answer: Promise<Answer<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await answer;
  if (response.ok) return data as NonNullable<T>;
  throw new Error(`${response.status}: ${JSON.stringify(error)}`);
}

/** The status and the code of a refusal. */
export async function refusal(answer: Promise<Answer<unknown>>): Promise<[number, unknown]> {
  const { error, response } = await answer;
  return [response.status, (error as { code?: unknown } | undefined)?.code];
}

type DeploymentArgs = components["schemas"]["PlatformCreateDeploymentArgs"];

export function requestDeployment(api: Api, project: number, body: DeploymentArgs) {
  const params = { path: { project_id: project } };
  return api.POST("/projects/{project_id}/create_deployment", { params, body });
}

/** Makes a deployment in the cloud. */
export async function createDeployment(api: Api, project: number, body: DeploymentArgs) {
  const made = await ok(requestDeployment(api, project, body));
  if (made.kind === "cloud") return made;
  throw new Error("a deployment of the cloud was asked for");
}

/** Addresses a deployment. */
export const at = (name: string) => ({ params: { path: { deployment_name: name } } });

export function get(api: Api, name: string) {
  return api.GET("/deployments/{deployment_name}", at(name));
}

export function patch(
  api: Api,
  name: string,
  body: components["schemas"]["PlatformUpdateDeploymentArgs"],
) {
  return api.PATCH("/deployments/{deployment_name}", { ...at(name), body });
}

/** Looks for a project's deployment. */
export function inProject(
  api: Api,
  project: number,
  query: { reference?: string; defaultProd?: boolean; defaultDev?: boolean },
) {
  const params = { path: { project_id: project }, query };
  return api.GET("/projects/{project_id}/deployment", { params });
}

export function createProject(api: Api, projectName: string) {
  const params = { path: { team_id: teamId } };
  return ok(api.POST("/teams/{team_id}/create_project", { params, body: { projectName } }));
}

/** Mints a deploy key; its value. */
export async function createKey(
  api: Api,
  deployment: string,
  body: components["schemas"]["PlatformCreateDeployKeyArgs"],
): Promise<string> {
  const path = "/deployments/{deployment_name}/create_deploy_key";
  return (await ok(api.POST(path, { ...at(deployment), body }))).deployKey;
}
