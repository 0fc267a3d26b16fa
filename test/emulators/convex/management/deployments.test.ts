import { createDeploymentClient } from "@convex-dev/platform";
import { describe, expect, test } from "vitest";
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

describe("a deployment", () => {
  test.each(["dev", "prod", "preview", "custom"] as const)(
    "of type %s is made, answers and reads back",
    async (type) => {
      const { convex, api, project } = await start();
      const made = await createDeployment(api, project, { type, reference: "a/b-1" });
      expect(made).toMatchObject({
        kind: "cloud",
        name: expect.stringMatching(/^[a-z]+-[a-z]+-[0-9]+$/),
        deploymentType: type,
        projectId: project,
        reference: "a/b-1",
        isDefault: false,
        class: "s16",
        region: "aws-us-east-1",
        previewIdentifier: null,
        lastDeployTime: null,
      });
      expect(await ok(get(api, made.name))).toEqual(made);
      expect(convex.deployment(made.name)).toMatchObject({
        name: made.name,
        type,
        url: made.deploymentUrl,
        reference: "a/b-1",
        expiresAt: made.expiresAt,
      });
      const client = createDeploymentClient(made.deploymentUrl, convex.teamToken);
      expect(await ok(client.GET("/deployment_info"))).toEqual({
        kind: "cloud",
        deploymentType: type,
        id: made.id,
        projectId: project,
        teamId,
        projectSlug: "project",
        projectName: "project",
        reference: "a/b-1",
      });
    },
  );

  test("takes a class and a region, and none that there is not", async () => {
    const { api, project } = await start();
    const wanted = { type: "dev", class: "d1024", region: "aws-eu-west-1" } as const;
    expect(await createDeployment(api, project, wanted)).toMatchObject({
      class: "d1024",
      region: "aws-eu-west-1",
    });
    const wrong = { type: "prod", class: "huge" } as const;
    expect(await refusal(requestDeployment(api, project, wrong))).toEqual([400, "BadJsonBody"]);
  });

  test("is deleted, and then not found and not answering", async () => {
    const { convex, api, project } = await start();
    const { name, deploymentUrl } = await createDeployment(api, project, { type: "dev" });
    await ok(api.POST("/deployments/{deployment_name}/delete", at(name)));
    const absent = [404, "DeploymentNotFound"];
    expect(await refusal(get(api, name))).toEqual(absent);
    expect(await refusal(patch(api, name, { class: "s256" }))).toEqual(absent);
    expect(await refusal(api.POST("/deployments/{deployment_name}/delete", at(name)))).toEqual(
      absent,
    );
    await expect(fetch(`${deploymentUrl}/version`)).rejects.toThrow();
    expect(convex.inventory()).toEqual([]);
  });
});

describe("an update", () => {
  test("changes what is given and nothing else", async () => {
    const { api, project } = await start();
    const made = await createDeployment(api, project, { type: "dev", reference: "staging" });
    const changes: [Parameters<typeof patch>[2], object][] = [
      [{ class: "s256" }, { class: "s256" }],
      [{ reference: "other" }, { reference: "other" }],
      [{ sendLogsToClient: false }, { sendLogsToClient: false }],
      [{ sendLogsToClient: null }, { sendLogsToClient: null }],
      [{}, {}],
    ];
    let expected: object = made;
    for (const [change, effect] of changes) {
      await ok(patch(api, made.name, change));
      expected = { ...expected, ...effect };
      expect(await ok(get(api, made.name))).toEqual(expected);
    }
  });

  test("that is refused changes nothing", async () => {
    const { api, project } = await start();
    const made = await createDeployment(api, project, { type: "dev", reference: "staging" });
    expect((await patch(api, made.name, { class: "s256", reference: "x" })).response.status).toBe(
      400,
    );
    expect(await ok(get(api, made.name))).toEqual(made);
  });

  test("changes the type, and that of keys minted after", async () => {
    const { api, project } = await start();
    const { name } = await createDeployment(api, project, { type: "dev", reference: "staging" });
    await ok(patch(api, name, { deploymentType: "prod" }));
    expect(await ok(get(api, name))).toMatchObject({ deploymentType: "prod" });
    expect(await createKey(api, name, { name: "ci" })).toMatch(new RegExp(`^prod:${name}\\|`));
  });

  test("of a default deployment's type is not emulated", async () => {
    const { api, project } = await start();
    const { name } = await createDeployment(api, project, { type: "dev" });
    const change = patch(api, name, { deploymentType: "prod" });
    expect(await refusal(change)).toEqual([501, "NotEmulated"]);
  });
});

describe("looking for deployments", () => {
  test("in a project finds one by its reference, and asks for just one way", async () => {
    const { api, project } = await start();
    const made = await createDeployment(api, project, { type: "dev", reference: "staging" });
    expect(await ok(inProject(api, project, { reference: "staging" }))).toEqual(made);
    const params = { path: { team_id_or_slug: "team", project_slug: "project" } };
    const bySlug = "/teams/{team_id_or_slug}/projects/{project_slug}/deployment";
    const query = { reference: "staging" };
    expect(await ok(api.GET(bySlug, { params: { ...params, query } }))).toEqual(made);
    for (const absent of [{ reference: "absent" }, { defaultProd: true }, { defaultDev: true }]) {
      expect(await refusal(inProject(api, project, absent))).toEqual([404, "DeploymentNotFound"]);
    }
    for (const unclear of [{}, { reference: "staging", defaultDev: true }]) {
      const answer = inProject(api, project, unclear);
      expect(await refusal(answer)).toEqual([400, "InvalidDeploymentSelection"]);
    }
  });

  test("lists a project's, by type and by being default", async () => {
    const { api, project } = await start();
    const other = await createProject(api, "Other");
    await createDeployment(api, other.id, { type: "dev" });
    await createDeployment(api, project, { type: "prod" });
    await createDeployment(api, project, { type: "dev", reference: "one" });
    const list = async (query: { isDefault?: boolean; deploymentType?: "dev" | "prod" }) => {
      const params = { path: { project_id: project }, query };
      const found = await ok(api.GET("/projects/{project_id}/list_deployments", { params }));
      return found.map(({ deploymentType }) => deploymentType);
    };
    expect(await list({})).toEqual(["prod", "dev"]);
    expect(await list({ deploymentType: "dev" })).toEqual(["dev"]);
    expect(await list({ isDefault: true })).toEqual(["prod"]);
    expect(await list({ isDefault: false })).toEqual(["dev"]);
  });

  test("lists the team's, filtered, sorted and in pages", async () => {
    const { api, project } = await start();
    const other = await createProject(api, "Other");
    for (const reference of ["bbb", "ccc", "aaa"]) {
      await createDeployment(api, project, { type: "dev", reference });
    }
    await createDeployment(api, other.id, { type: "prod", reference: "ddd" });
    const list = (query: object) =>
      ok(
        api.GET("/teams/{team_id}/list_deployments", {
          params: { path: { team_id: teamId }, query },
        }),
      );
    const references = async (query: object) =>
      (await list(query)).items.map((found) => found.kind === "cloud" && found.reference);

    expect(await references({})).toEqual(["ddd", "aaa", "ccc", "bbb"]);
    expect(await references({ sortOrder: "asc" })).toEqual(["bbb", "ccc", "aaa", "ddd"]);
    expect(await references({ projectId: project, deploymentType: "dev", q: "c" })).toEqual([
      "ccc",
    ]);
    const sorted = { sortBy: "reference", sortOrder: "asc", limit: 3 };
    const { pagination } = await list(sorted);
    expect(await references(sorted)).toEqual(["aaa", "bbb", "ccc"]);
    expect(await references({ ...sorted, cursor: pagination.nextCursor })).toEqual(["ddd"]);
    await expect(list({ sortBy: "colour" })).rejects.toThrow("InvalidSort");
  });
});
