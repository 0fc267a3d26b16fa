import { createOnce } from "../http.ts";
import { orUndefined, VendorError } from "../vendor-error.ts";
import { listOf, type ManagementConnection } from "./connection.ts";

/** A Convex project. Source: `ProjectResponse` of the Management API. */
export interface Project {
  id: number;
  /** As people see it; not unique. */
  name: string;
  /** Unique in its team. */
  slug: string;
  teamSlug: string;
}

/** Projects, by the Management API. Every method throws {@link VendorError}. */
export class ConvexProjects {
  readonly #management: ManagementConnection;

  constructor(management: ManagementConnection) {
    this.#management = management;
  }

  async get(id: number): Promise<Project | undefined> {
    const operation = `reading the project ${id}`;
    const options = { ...this.#management.at, params: { path: { project_id: id } } };
    const found = await orUndefined(
      this.#management.call(operation, () =>
        this.#management.api.GET("/projects/{project_id}", options),
      ),
    );
    return found && projectOf(found, operation);
  }

  /** Finds one of a team's projects. Names are not unique, so the first of that name is it. */
  async find(teamId: number, by: { slug: string } | { name: string }) {
    const operation = "listing the projects";
    const [key, value] = Object.entries(by)[0] as ["slug" | "name", string];
    let cursor: string | null | undefined;
    do {
      const query = { q: value, ...(cursor && { cursor }) };
      const options = { ...this.#management.at, params: { path: { team_id: teamId }, query } };
      const { items, pagination } = await this.#management.call(operation, () =>
        this.#management.api.GET("/teams/{team_id}/projects", options),
      );
      const found = listOf(items, operation).find((project) => project[key] === value);
      if (found) return projectOf(found, operation);
      cursor = pagination?.hasMore ? pagination.nextCursor : undefined;
    } while (cursor);
    return undefined;
  }

  async create(teamId: number, name: string): Promise<Project> {
    const operation = `creating the project ${name}`;
    const body = { projectName: name };
    const options = { ...this.#management.at, params: { path: { team_id: teamId } }, body };
    return createOnce(
      async () => {
        const { id } = await this.#management.call(
          operation,
          () => this.#management.api.POST("/teams/{team_id}/create_project", options),
          false,
        );
        const made = typeof id === "number" ? await this.get(id) : undefined;
        if (made) return made;
        throw new VendorError("Convex", operation, "malformed");
      },
      () => this.find(teamId, { name }),
    );
  }

  /** The slug stays as it is. */
  async rename(id: number, name: string): Promise<Project> {
    const operation = `renaming the project ${id}`;
    const options = {
      ...this.#management.at,
      params: { path: { project_id: id } },
      body: { name },
    };
    return projectOf(
      await this.#management.call(operation, () =>
        this.#management.api.PATCH("/projects/{project_id}", options),
      ),
      operation,
    );
  }

  /** Deletes the project with every deployment in it; one that is gone already is success. */
  async delete(id: number): Promise<void> {
    const options = { ...this.#management.at, params: { path: { project_id: id } } };
    await orUndefined(
      this.#management.call(`deleting the project ${id}`, () =>
        this.#management.api.POST("/projects/{project_id}/delete", options),
      ),
    );
  }
}

function projectOf({ id, name, slug, teamSlug }: Partial<Project>, operation: string): Project {
  if (id && name && slug && teamSlug) return { id, name, slug, teamSlug };
  throw new VendorError("Convex", operation, "malformed");
}
