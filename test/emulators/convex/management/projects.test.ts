import { describe, expect, test } from "vitest";
import { type Api, createDeployment, createProject, ok, refusal, start, teamId } from "./setup.ts";

const at = (id: number) => ({ params: { path: { project_id: id } } });

describe("a project", () => {
  test("is made with a slug of its own, and found by id and by slug", async () => {
    const { convex, api } = await start();
    const first = await createProject(api, "My App: next!");
    const second = await createProject(api, "My app next");
    expect([first.slug, second.slug]).toEqual(["my-app-next", "my-app-next-2"]);
    expect([first.projectId, first.deploymentName]).toEqual([first.id, null]);

    const found = await ok(api.GET("/projects/{project_id}", at(first.id)));
    expect(found).toMatchObject({
      id: first.id,
      name: "My App: next!",
      slug: "my-app-next",
      teamId,
      teamSlug: "team",
      devDeploymentName: null,
      prodDeploymentName: null,
    });
    expect(await ok(bySlug(api, "team", "my-app-next"))).toEqual(found);
    expect(await ok(bySlug(api, String(teamId), "my-app-next"))).toEqual(found);
    expect(convex.inventory()).toEqual(["project my-app-next", "project my-app-next-2"]);
  });

  test("is made with a first deployment where one is asked for", async () => {
    const { convex, api } = await start();
    const made = await ok(
      api.POST("/teams/{team_id}/create_project", {
        params: { path: { team_id: teamId } },
        body: { projectName: "App", deploymentType: "prod", deploymentClass: "s256" },
      }),
    );
    const deployment = convex.deployment(made.deploymentName ?? "");
    expect(deployment).toMatchObject({ type: "prod", isDefault: true, class: "s256" });
    expect(made.deploymentUrl).toBe(deployment?.url);
    expect(await ok(api.GET("/projects/{project_id}", at(made.id)))).toMatchObject({
      prodDeploymentName: made.deploymentName,
    });
  });

  test("is renamed; a slug that is taken or malformed is refused", async () => {
    const { api } = await start();
    const { id } = await createProject(api, "App");
    const patch = (body: { name?: string; slug?: string }) =>
      api.PATCH("/projects/{project_id}", { ...at(id), body });
    expect(await ok(patch({ name: "Other" }))).toMatchObject({ name: "Other", slug: "app" });
    expect(await ok(patch({ slug: "other" }))).toMatchObject({ name: "Other", slug: "other" });
    expect(await refusal(patch({ slug: "project" }))).toEqual([409, "ProjectSlugExists"]);
    expect(await refusal(patch({ slug: "No Slug" }))).toEqual([400, "InvalidProjectSlug"]);
    expect(await refusal(patch({ name: " " }))).toEqual([400, "InvalidProjectName"]);
    expect(await ok(api.GET("/projects/{project_id}", at(id)))).toMatchObject({ slug: "other" });
  });

  test("is deleted with its deployments, which stop to answer", async () => {
    const { convex, api, project } = await start();
    const { id } = await createProject(api, "App");
    const gone = await createDeployment(api, id, { type: "prod" });
    const stays = await createDeployment(api, project, { type: "prod" });
    await ok(api.POST("/projects/{project_id}/delete", at(id)));

    expect(await refusal(api.GET("/projects/{project_id}", at(id)))).toEqual([
      404,
      "ProjectNotFound",
    ]);
    expect([convex.deployment(gone.name), convex.deploymentsOf(id)]).toEqual([undefined, []]);
    await expect(fetch(`${gone.deploymentUrl}/version`)).rejects.toThrow();
    expect((await fetch(`${stays.deploymentUrl}/version`)).status).toBe(200);
  });

  test("that does not exist is not found", async () => {
    const { api } = await start();
    const absent = [404, "ProjectNotFound"];
    expect(await refusal(api.GET("/projects/{project_id}", at(99)))).toEqual(absent);
    expect(await refusal(api.POST("/projects/{project_id}/delete", at(99)))).toEqual(absent);
    expect(await refusal(bySlug(api, "team", "absent"))).toEqual(absent);
    expect(await refusal(bySlug(api, "others", "project"))).toEqual([404, "TeamNotFound"]);
  });

  test("without a name is refused", async () => {
    const { convex, api } = await start();
    await expect(createProject(api, " ")).rejects.toThrow("400");
    expect(convex.projects()).toHaveLength(1);
  });
});

describe("the list of projects", () => {
  test("comes in pages, the newest first, whatever goes meanwhile", async () => {
    const { convex, api } = await start();
    const ids: number[] = [];
    for (const name of ["One", "Two", "Three"]) ids.push((await createProject(api, name)).id);
    const [one = 0, two = 0, three = 0] = ids;

    const first = await list(api, { limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual([three, two]);
    expect(first.pagination).toEqual({ hasMore: true, nextCursor: expect.any(String) });
    await convex.deleteProject(two);
    const second = await list(api, { limit: 2, cursor: first.pagination.nextCursor ?? "" });
    expect(second.items.map(({ id }) => id)).toEqual([one, convex.projects()[0]?.id]);
    expect(second.pagination).toEqual({ hasMore: false, nextCursor: null });
  });

  test("is filtered by name or slug, in any case", async () => {
    const { api } = await start();
    await createProject(api, "Blue Whale");
    const { items } = await list(api, { q: "E wH" });
    expect(items.map(({ slug }) => slug)).toEqual(["blue-whale"]);
    expect((await list(api, { q: "BLUE-" })).items).toHaveLength(1);
  });

  test.each([{ limit: 0 }, { limit: 101 }, { cursor: "x" }, { cursor: "W10" }])(
    "refuses %o",
    async (query) => {
      const { api } = await start();
      await expect(list(api, query)).rejects.toThrow(/^400: .*Invalid(Limit|Cursor)/);
    },
  );
});

function list(api: Api, query: { limit?: number; cursor?: string; q?: string }) {
  const params = { path: { team_id: teamId }, query };
  return ok(api.GET("/teams/{team_id}/projects", { params }));
}

function bySlug(api: Api, team: string, slug: string) {
  return api.GET("/teams/{team_id_or_slug}/projects/{project_slug}", {
    params: { path: { team_id_or_slug: team, project_slug: slug } },
  });
}
