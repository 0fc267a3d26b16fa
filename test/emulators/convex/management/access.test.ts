import { describe, expect, test } from "vitest";
import { post } from "../setup.ts";
import {
  type Api,
  createDeployment,
  createKey,
  createProject,
  managementApi,
  ok,
  refusal,
  requestDeployment,
  start,
  teamId,
} from "./setup.ts";

describe("an access token", () => {
  test("tells what it is for", async () => {
    const { convex, api, project } = await start();
    expect(await ok(api.GET("/token_details"))).toMatchObject({ type: "teamToken", teamId });
    const ofProject = managementApi(convex, convex.projectToken);
    expect(await ok(ofProject.GET("/token_details"))).toMatchObject({
      type: "projectToken",
      projectId: project,
    });
  });

  test("that is missing, wrong or a key of another kind is refused everywhere", async () => {
    const { convex, api, project } = await start();
    const { name, deployKey } = await convex.createDeployment({ type: "dev" });
    const minted = await createKey(api, name, { name: "ci" });
    for (const token of ["", "wrong", deployKey, minted, convex.previewDeployKey]) {
      const other = managementApi(convex, token);
      const path = { project_id: project, team_id: teamId, deployment_name: name };
      const answers = [
        other.GET("/token_details"),
        other.GET("/teams/{team_id}/projects", { params: { path } }),
        other.GET("/projects/{project_id}", { params: { path } }),
        requestDeployment(other, project, { type: "dev", reference: "mine" }),
        other.POST("/deployments/{deployment_name}/delete", { params: { path } }),
        other.GET("/deployments/{deployment_name}/list_deploy_keys", { params: { path } }),
      ];
      for (const answer of answers) {
        expect(await refusal(answer)).toEqual([401, "InvalidAccessToken"]);
      }
    }
    expect(convex.deploymentsOf(project).map((deployment) => deployment.name)).toEqual([name]);
  });

  test("of a project does everything in it and nothing outside", async () => {
    const { convex, api, project } = await start();
    const other = await createProject(api, "Other");
    const theirs = await createDeployment(api, other.id, { type: "prod" });
    const mine = managementApi(convex, convex.projectToken);

    const { name } = await createDeployment(mine, project, { type: "dev", reference: "mine" });
    expect(await createKey(mine, name, { name: "ci" })).toMatch(new RegExp(`^dev:${name}\\|.`));
    for (const answer of outside(mine, other.id, theirs.name)) {
      expect(await refusal(answer)).toEqual([403, "Forbidden"]);
    }
    expect(convex.deployment(theirs.name)).toMatchObject({ deployKeys: [] });
    expect(convex.projects()).toHaveLength(2);
  });

  test("of a project goes with the project", async () => {
    const { convex, project } = await start();
    const mine = managementApi(convex, convex.projectToken);
    expect(await convex.deleteProject(project)).toBe(true);
    expect(await refusal(mine.GET("/token_details"))).toEqual([401, "InvalidAccessToken"]);
  });
});

function outside(api: Api, project: number, deployment: string) {
  const path = { project_id: project, team_id: teamId, deployment_name: deployment };
  return [
    api.GET("/projects/{project_id}", { params: { path } }),
    api.PATCH("/projects/{project_id}", { params: { path }, body: { name: "Mine" } }),
    api.POST("/projects/{project_id}/delete", { params: { path } }),
    api.GET("/projects/{project_id}/list_deployments", { params: { path } }),
    requestDeployment(api, project, { type: "dev", reference: "mine" }),
    api.GET("/deployments/{deployment_name}", { params: { path } }),
    api.POST("/deployments/{deployment_name}/delete", { params: { path } }),
    api.POST("/deployments/{deployment_name}/create_deploy_key", {
      params: { path },
      body: { name: "ci" },
    }),
    api.GET("/teams/{team_id}/projects", { params: { path } }),
    api.GET("/teams/{team_id}/list_deployments", { params: { path } }),
    api.POST("/teams/{team_id}/create_project", {
      params: { path },
      body: { projectName: "Mine" },
    }),
  ];
}

test("a preview deploy key looks up its own project and nothing more", async () => {
  const { convex, api, project } = await start();
  await createProject(api, "Other");
  const withKey = managementApi(convex, convex.previewDeployKey);
  const bySlug = (slug: string) =>
    withKey.GET("/teams/{team_id_or_slug}/projects/{project_slug}", {
      params: { path: { team_id_or_slug: "team", project_slug: slug } },
    });
  expect(await ok(bySlug("project"))).toMatchObject({ id: project });
  expect(await refusal(bySlug("other"))).toEqual([403, "Forbidden"]);
});

test("what is not emulated is refused by name", async () => {
  const { convex, api, project } = await start();
  const { name } = await convex.createDeployment({ type: "dev" });
  const { error, response } = await api.POST("/deployments/{deployment_name}/transfer", {
    params: { path: { deployment_name: name } },
    body: { destinationProjectId: project },
  });
  expect([response.status, error]).toEqual([
    501,
    {
      code: "NotEmulated",
      message: `POST /v1/deployments/${name}/transfer is not emulated`,
    },
  ]);
});

test("a body that is no JSON object, or of wrong types, is refused", async () => {
  const { convex, project } = await start();
  const url = `${convex.url}/v1/projects/${project}/create_deployment`;
  const headers = { authorization: `Bearer ${convex.teamToken}` };
  const bodies = [[], "text", {}, { type: "local" }, { type: "dev", isDefault: "yes" }];
  for (const body of [
    ...bodies,
    { type: "dev", expiresAt: "tomorrow" },
    { type: "dev", class: 1 },
  ]) {
    expect(await post(url, body, headers)).toMatchObject({
      status: 400,
      body: { code: "BadJsonBody" },
    });
  }
  expect(convex.deploymentsOf(project)).toEqual([]);
});
