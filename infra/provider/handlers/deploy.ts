import path from "node:path";
import type { ModuleHashes } from "../../clients/convex.ts";
import { bundleProject, deployProject, undeployProject } from "../../clients/convex-cli.ts";
import { ProblemError } from "../../errors.ts";
import { type ConvexReach, reachOf, reachProperties } from "../convex-connection.ts";
import {
  type CheckFailure,
  type Operation,
  PartialCreateError,
  type Properties,
  type ResourceHandler,
  type ResourceSpec,
  UNKNOWN,
} from "../resource.ts";
import type { Vendors } from "../vendors.ts";

interface Inputs extends ConvexReach {
  deployment: string;
  directory: string;
  modules: ModuleHashes;
  schema: string;
}
interface State extends Inputs {
  activeSchema: string;
}

const spec: ResourceSpec = {
  token: "clerkconvex:convex:Deploy",
  role: "deploy",
  description:
    "The code of a Convex deployment: functions, schema and auth configuration, pushed by the convex CLI.",
  properties: {
    deployment: {
      type: "string",
      required: true,
      replaces: true,
      description: "Name of the deployment to push to.",
    },
    directory: {
      type: "string",
      default: ".",
      control: true,
      description: "Folder with package.json and the functions folder.",
    },
    ...reachProperties,
    modules: {
      type: "stringMap",
      computed: "input",
      description: "Environment and SHA-256 of each bundled module, computed from the folder.",
    },
    schema: {
      type: "string",
      computed: "input",
      description: "SHA-256 of the bundled schema, empty without one.",
    },
    activeSchema: {
      type: "string",
      computed: "output",
      description: "SHA-256 of the schema in force, as the deployment gives it after the push.",
    },
  },
};

export const deploy: ResourceHandler<Inputs, State, Vendors> = {
  spec,

  async check(inputs: Properties, { signal }): Promise<CheckFailure[]> {
    if (inputs.directory === UNKNOWN) return [];
    try {
      const directory = path.resolve(String(inputs.directory));
      const { modules, schema } = await bundleProject({ directory, signal });
      Object.assign(inputs, { modules, schema });
      return [];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return [{ property: "directory", reason: error.message }];
    }
  },

  async create(inputs, operation) {
    await push(inputs, operation);
    const id = inputs.deployment;
    try {
      return { id, state: await confirm(inputs, operation) };
    } catch (error) {
      throw new PartialCreateError(id, { ...inputs, activeSchema: "" }, error);
    }
  },

  async read(id, { inputs, state }, { vendors }) {
    const reach = reachOf({ ...state, ...inputs });
    const target = await vendors.findConvex(id, reach);
    if (!target) return undefined;
    const { client } = target;
    const [modules, activeSchema] = await Promise.all([client.moduleHashes(), client.schemaHash()]);
    if (Object.keys(modules).length === 0) return undefined;
    const observed = {
      ...reach,
      deployment: id,
      directory: inputs.directory ?? state.directory ?? ".",
      modules,
      ...schemaOf(state, activeSchema),
    };
    return { id, inputs: observed as Inputs, state: { ...observed, activeSchema } as State };
  },

  async update(_id, { inputs }, operation) {
    await push(inputs, operation);
    return confirm(inputs, operation);
  },

  async delete(id, state, { vendors, signal, progress }) {
    const target = await vendors.findConvex(id, state);
    if (!target) return;
    const { client, credentials } = target;
    if (Object.keys(await client.moduleHashes()).length === 0) return;
    await undeployProject({ signal, onLine: progress }, credentials);
  },
};

/** The bundled schema cannot be read back; that what it became is unchanged can be told. */
function schemaOf(state: Partial<State>, activeSchema: string): { schema?: string } {
  if (state.activeSchema === undefined) return {};
  if (state.activeSchema !== activeSchema) return { schema: `active:${activeSchema}` };
  return state.schema === undefined ? {} : { schema: state.schema };
}

async function push(inputs: Inputs, { vendors, signal, progress }: Operation<Vendors>) {
  const { credentials } = await vendors.convex(inputs.deployment, inputs);
  const directory = path.resolve(inputs.directory);
  await deployProject({ directory, signal, onLine: progress }, credentials);
}

/** A push that another one overtook is not what was declared, and must not pass as done. */
async function confirm(inputs: Inputs, { vendors }: Operation<Vendors>): Promise<State> {
  const { client } = await vendors.convex(inputs.deployment, inputs);
  const [deployed, activeSchema] = await Promise.all([client.moduleHashes(), client.schemaHash()]);
  const differing = Object.keys(inputs.modules).filter(
    (name) => deployed[name] !== inputs.modules[name],
  );
  if (differing.length === 0) return { ...inputs, activeSchema };
  throw new ProblemError(
    `After the push, deployment ${inputs.deployment} holds other code than was pushed (${differing.join(", ")})`,
    "Find out who else deploys to it, or whether the folder changed meanwhile, and run again",
    "CONVEX_DEPLOY_OVERTAKEN",
  );
}
