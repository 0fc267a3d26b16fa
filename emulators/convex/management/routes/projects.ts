import { Hono } from "hono";
import { BackendError } from "../../errors.ts";
import { callerOf, requireTeam, requireToken } from "../access.ts";
import type { Directory } from "../directory.ts";
import { defined, fieldsOf, optionalText, optionalWord, requiredText } from "../fields.ts";
import { projectBySlug, projectOfPath, requireTeamOfPath } from "../lookup.ts";
import { page } from "../pagination.ts";
import { deploymentClasses, deploymentRegions, deploymentTypes } from "../rules.ts";
import { projectResponse } from "../wire.ts";

/** Projects: create, get, list, update, delete. */
export function projectRoutes(directory: Directory): Hono {
  const app = new Hono();

  app.post("/teams/:team_id/create_project", async (c) => {
    requireTeam(requireToken(directory, c));
    requireTeamOfPath(c);
    const fields = await fieldsOf(c);
    const name = requiredText(fields, "projectName");
    const type = optionalWord(fields, "deploymentType", deploymentTypes);
    const asked = defined({
      class: optionalWord(fields, "deploymentClass", deploymentClasses),
      region: optionalWord(
        fields,
        "deploymentRegion",
        deploymentRegions.map((region) => region.name),
      ),
    });
    const project = directory.createProject(name);
    const isDefault = type === "dev" || type === "prod";
    const deployment = type && (await directory.create(project, { type, isDefault, ...asked }));
    return c.json({
      id: project.id,
      projectId: project.id,
      slug: project.slug,
      deploymentName: deployment?.state.name ?? null,
      deploymentUrl: deployment?.state.url ?? null,
    });
  });

  app.get("/teams/:team_id/projects", (c) => {
    requireTeam(requireToken(directory, c));
    requireTeamOfPath(c);
    const sought = c.req.query("q")?.toLowerCase() ?? "";
    const found = [...directory.projects.values()].filter(({ name, slug }) =>
      [name, slug].some((text) => text.toLowerCase().includes(sought)),
    );
    const { items, pagination } = page(c, found, ({ id }) => id, true);
    return c.json({
      items: items.map((project) => projectResponse(directory, project)),
      pagination,
    });
  });

  // The CLI looks here with a preview deploy key as well, before it asks for a preview's credentials.
  app.get("/teams/:team/projects/:project_slug", (c) => {
    const caller = callerOf(directory, c);
    requireTeamOfPath(c);
    const project = projectBySlug(directory, c.req.param("project_slug"), caller);
    return c.json(projectResponse(directory, project));
  });

  app.get("/projects/:project_id", (c) => {
    const project = projectOfPath(directory, c, requireToken(directory, c));
    return c.json(projectResponse(directory, project));
  });

  app.patch("/projects/:project_id", async (c) => {
    const project = projectOfPath(directory, c, requireToken(directory, c));
    const fields = await fieldsOf(c);
    const slug = optionalText(fields, "slug") ?? project.slug;
    const name = optionalText(fields, "name") ?? project.name;
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)) {
      throw new BackendError(400, "InvalidProjectSlug", `"${slug}" is not a valid project slug`);
    }
    if (name.trim() === "") {
      throw new BackendError(400, "InvalidProjectName", "The name of a project cannot be empty");
    }
    const taken = [...directory.projects.values()].some(
      (other) => other !== project && other.slug === slug,
    );
    if (taken) throw new BackendError(409, "ProjectSlugExists", `The slug "${slug}" is taken`);
    Object.assign(project, { name, slug });
    return c.json(projectResponse(directory, project));
  });

  app.post("/projects/:project_id/delete", async (c) => {
    await directory.removeProject(projectOfPath(directory, c, requireToken(directory, c)));
    return c.body(null, 200);
  });

  return app;
}
