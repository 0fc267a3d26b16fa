import { describe, expect, test } from "vitest";
import type { RecordedRequest } from "../../../../emulators/server.ts";
import { post } from "../setup.ts";
import {
  at,
  createDeployment,
  createKey,
  createProject,
  get,
  inProject,
  ok,
  patch,
  refusal,
  requestDeployment,
  start,
  teamId,
} from "./setup.ts";

const here = { kind: "teamAndProjectSlugs", teamSlug: "team", projectSlug: "project" };

describe("what is seen", () => {
  test("at first is the default project and nothing that was made through the API", async () => {
    const { convex, project } = await start();
    const given = await convex.createDeployment({ type: "custom" });
    const selfHosted = await convex.createDeployment({ type: "selfHosted" });
    expect(convex.projects()).toEqual([
      { id: project, name: "project", slug: "project", previewDeployKeys: [expect.any(String)] },
    ]);
    expect(convex.deploymentsOf(project).map(({ name }) => name)).toEqual([given.name]);
    expect(given).toMatchObject({ type: "custom", projectId: project, isDefault: false });
    expect([selfHosted.reference, convex.deployment(selfHosted.name)]).toEqual([null, undefined]);
    expect(convex.inventory()).toEqual([]);
  });

  test("is what the API made, and each thing until it is gone", async () => {
    const { convex, api } = await start();
    const { id } = await createProject(api, "App");
    const { name } = await createDeployment(api, id, { type: "dev", reference: "staging" });
    await createKey(api, name, { name: "ci" });
    await convex.deployment(name)?.setVariable("A", "1");
    const lines = [
      "project app",
      `${name}: deployment dev staging`,
      `${name}: deploy key ci`,
      `${name}: variable A`,
    ];
    expect(convex.inventory()).toEqual(lines);
    const view = convex.deployment(name);
    await ok(patch(api, name, { reference: "other", class: "s256" }));
    expect(view).toMatchObject({ reference: "other", class: "s256" });
    await ok(api.POST("/deployments/{deployment_name}/delete", at(name)));
    expect(convex.inventory()).toEqual(["project app"]);
  });
});

describe("an outsider", () => {
  test("deletes and revokes behind everybody's back, and says whether there was anything", async () => {
    const { convex, api } = await start();
    const { id } = await createProject(api, "App");
    const one = await createDeployment(api, id, { type: "dev" });
    const two = await createDeployment(api, id, { type: "prod" });
    await createKey(api, one.name, { name: "ci" });
    for (const server of convex.servers) server.requests.length = 0;

    expect(convex.revokeDeployKey(one.name, "ci")).toBe(true);
    expect(convex.revokeDeployKey(one.name, "ci")).toBe(false);
    expect(await convex.deleteDeployment(one.name)).toBe(true);
    expect(await convex.deleteDeployment(one.name)).toBe(false);
    expect(await convex.deleteProject(id)).toBe(true);
    expect(await convex.deleteProject(id)).toBe(false);
    expect(convex.servers.flatMap(({ requests }) => requests)).toEqual([]);
    expect(await refusal(get(api, two.name))).toEqual([404, "DeploymentNotFound"]);
    expect(convex.inventory()).toEqual([]);
  });
});

describe("a recorded request", () => {
  test("is a write when it may change something, and no other", async () => {
    const { convex, api, project } = await start();
    const dev = await convex.createDeployment({ type: "dev" });
    const made = () => convex.servers[0]?.requests.splice(0) ?? [];
    const asked = async (request: () => Promise<unknown>): Promise<boolean[]> => {
      made();
      await request();
      return made().map(({ write }: RecordedRequest) => write);
    };
    const cli = (path: string, body: object) => () =>
      post(
        `${convex.url}/api/${path}`,
        { projectSelection: here, ...body },
        { authorization: `Bearer ${convex.previewDeployKey}` },
      );
    const ofProject = { params: { path: { project_id: project } } };
    const ofTeam = { params: { path: { team_id: teamId } } };
    const claim = cli("claim_preview_deployment", { identifier: "one", reuse: true });
    const preview = () => convex.deploymentsOf(project).at(-1)?.name;

    const writes: [string, () => Promise<unknown>][] = [
      ["create a project", () => createProject(api, "App")],
      ["update a project", () => api.PATCH("/projects/{project_id}", { ...ofProject, body: {} })],
      [
        "create a deployment",
        () => requestDeployment(api, project, { type: "dev", reference: "staging" }),
      ],
      ["update a deployment", () => patch(api, dev.name, {})],
      ["create a key", () => createKey(api, dev.name, { name: "ci" })],
      ["claim a preview", claim],
    ];
    const reads: [string, () => Promise<unknown>][] = [
      ["details of the token", () => api.GET("/token_details")],
      ["projects", () => api.GET("/teams/{team_id}/projects", ofTeam)],
      ["deployments", () => api.GET("/projects/{project_id}/list_deployments", ofProject)],
      ["a deployment", () => get(api, dev.name)],
      ["the default one", () => inProject(api, project, { defaultDev: true })],
      ["keys", () => api.GET("/deployments/{deployment_name}/list_deploy_keys", at(dev.name))],
      ["claim the same preview", claim],
      ["authorize the preview", cli("deployment/authorize_preview", { previewName: "one" })],
      ["look up a key", cli("deployment/url_for_key", { deployKey: dev.deployKey })],
      ["place a key", cli("deployment/team_and_project_for_key", { deployKey: dev.deployKey })],
      [
        "authorize within the project",
        () =>
          cli("deployment/authorize_within_current_project", {
            selectedDeploymentName: preview(),
          })(),
      ],
    ];
    for (const [what, request] of writes)
      expect([what, await asked(request)]).toEqual([what, [true]]);
    for (const [what, request] of reads)
      expect([what, await asked(request)]).toEqual([what, [false]]);
    const anew = cli("claim_preview_deployment", { identifier: "one", reuse: false });
    expect(await asked(anew)).toEqual([true]);
  });
});
