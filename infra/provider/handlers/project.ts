import type { Project } from "../../clients/convex-management/projects.ts";
import { ProblemError } from "../../errors.ts";
import type { Operation, Properties, ResourceHandler, ResourceSpec } from "../resource.ts";
import type { Vendors } from "../vendors.ts";
import { alreadyThere } from "./already-there.ts";

interface Inputs {
  name: string;
  adopt?: boolean;
}
interface State extends Inputs {
  projectId: number;
  slug: string;
  teamSlug: string;
}

const spec: ResourceSpec = {
  token: "clerkconvex:convex:Project",
  role: "project",
  description:
    "A Convex project, made with a team's access token. It is deleted only when no deployment is left in it.",
  properties: {
    name: { type: "string", required: true, description: "Name as the dashboard shows it." },
    adopt: {
      type: "boolean",
      control: true,
      description: "Take over a project of this name that is there already.",
    },
    projectId: {
      type: "integer",
      computed: "output",
      stable: true,
      description: "Id of the project, a positive number.",
    },
    slug: {
      type: "string",
      computed: "output",
      stable: true,
      description: "Name in addresses, unique in the team; a rename keeps it.",
    },
    teamSlug: {
      type: "string",
      computed: "output",
      stable: true,
      description: "Slug of its team.",
    },
  },
};

export const project: ResourceHandler<Inputs, State, Vendors> = {
  spec,

  check({ name }: Properties) {
    return name === "" ? [{ property: "name", reason: emptyName }] : [];
  },

  async create(inputs, operation) {
    const { projects } = operation.vendors.management;
    const teamId = await teamOf(operation);
    const existing = await projects.find(teamId, { name: inputs.name });
    if (existing && !inputs.adopt) throw projectExists(existing, operation);
    if (existing)
      operation.warn(`Took over the project ${existing.slug}, which was there already.`);
    const made = existing ?? (await projects.create(teamId, inputs.name));
    return { id: String(made.id), state: stateOf(made, inputs) };
  },

  async read(id, { inputs }, { vendors }) {
    const found = await vendors.management.projects.get(idOf(id));
    return found && { id, inputs: { name: found.name }, state: stateOf(found, inputs) };
  },

  async update(id, { inputs }, { vendors }) {
    return stateOf(await vendors.management.projects.rename(idOf(id), inputs.name), inputs);
  },

  /** Deleting a project deletes what is in it, so there must be nothing left that others made. */
  async delete(id, { slug }, { vendors }) {
    const { projects, deployments } = vendors.management;
    if ((await projects.get(idOf(id))) === undefined) return;
    const left = await deployments.list(idOf(id));
    if (left.length > 0)
      throw notEmpty(
        slug,
        left.map(({ name }) => name),
      );
    await projects.delete(idOf(id));
    if ((await projects.get(idOf(id))) !== undefined) throw stays(slug);
  },
};

async function teamOf({ vendors }: Operation<Vendors>): Promise<number> {
  const scope = await vendors.management.connection.scope();
  if (scope.kind === "team") return scope.teamId;
  throw new ProblemError(
    "The Convex access token is of one project and cannot make another",
    "Use a team's access token, or give the id of the token's project to the deployment",
    "CONVEX_TOKEN_SCOPE",
  );
}

function idOf(id: string): number {
  if (/^[1-9]\d*$/.test(id)) return Number(id);
  throw new ProblemError(
    "The id of a Convex project is a number",
    "Take it from the project's settings in the Convex dashboard or from the Management API",
    "PROJECT_ID",
  );
}

function stateOf(found: Project, { adopt }: Partial<Inputs>): State {
  const { id, name, slug, teamSlug } = found;
  return { name, projectId: id, slug, teamSlug, ...(adopt !== undefined && { adopt }) };
}

const emptyName = "The name is empty. Give the project a name. [NAME_EMPTY]";

function projectExists({ name, id }: Project, operation: Operation<Vendors>): ProblemError {
  return alreadyThere(
    `The Convex team already has a project named ${name} (${id}), and this stack does not manage it`,
    String(id),
    "PROJECT_EXISTS",
    operation,
  );
}

function notEmpty(slug: string, names: string[]): ProblemError {
  return new ProblemError(
    `The Convex project ${slug} still has deployments that this stack does not manage (${names.join(", ")})`,
    "Delete them first, or take the project out of the stack with pulumi state delete",
    "PROJECT_NOT_EMPTY",
  );
}

function stays(slug: string): ProblemError {
  return new ProblemError(
    `Convex accepted to delete the project ${slug}, but it is still there`,
    "Run the command again, and delete it in the Convex dashboard if it stays",
    "PROJECT_STAYS",
  );
}
