import type { VariableChanges } from "../../clients/convex.ts";
import { ProblemError } from "../../errors.ts";
import { builtInVariables, variableLimits } from "../../vendor-rules.ts";
import { type ConvexReach, reachOf, reachProperties } from "../convex-connection.ts";
import {
  type CheckFailure,
  type Operation,
  type Properties,
  type ResourceHandler,
  type ResourceSpec,
  UNKNOWN,
} from "../resource.ts";
import type { Vendors } from "../vendors.ts";
import { alreadyThere } from "./already-there.ts";

interface Inputs extends ConvexReach {
  deployment: string;
  variables: Record<string, string>;
  adopt?: boolean;
}

const spec: ResourceSpec = {
  token: "clerkconvex:convex:EnvironmentVariables",
  role: "variables",
  description:
    "Environment variables of a Convex deployment. Only the names declared here are read, written or removed.",
  properties: {
    deployment: {
      type: "string",
      required: true,
      replaces: true,
      description: "Name of the deployment they belong to.",
    },
    variables: {
      type: "stringMap",
      required: true,
      secret: "each",
      description: "Values by name. Every value is kept as a secret.",
    },
    ...reachProperties,
    adopt: {
      type: "boolean",
      control: true,
      description: "Overwrite variables of these names that have other values already.",
    },
  },
};

export const environmentVariables: ResourceHandler<Inputs, Inputs, Vendors> = {
  spec,

  check({ variables }: Properties): CheckFailure[] {
    if (variables === UNKNOWN) return [];
    const entries = Object.entries(variables as Properties);
    const failures = entries.flatMap(([name, value]) =>
      problemsOf(name, value).map((reason) => ({ property: `variables.${name}`, reason })),
    );
    if (entries.length > variableLimits.count) {
      const reason = `There are ${entries.length} variables. A deployment takes ${variableLimits.count}. [VARIABLE_COUNT]`;
      failures.push({ property: "variables", reason });
    }
    return failures;
  },

  async create(inputs, operation) {
    const { vendors, warn } = operation;
    const { client } = await vendors.convex(inputs.deployment, inputs);
    const present = await client.environmentVariables();
    const foreign = Object.entries(inputs.variables)
      .filter(([name, value]) => present.has(name) && present.get(name) !== value)
      .map(([name]) => name);
    if (foreign.length > 0 && !inputs.adopt) throw variablesExist(inputs, foreign, operation);
    if (foreign.length > 0) warn(`Overwrote ${foreign.join(", ")}, which had other values.`);
    await client.updateEnvironmentVariables(changesTo(present, inputs.variables));
    return { id: inputs.deployment, state: inputs };
  },

  async read(id, { inputs, state }, { vendors }) {
    const [deployment = id, imported] = id.split("#");
    const target = await vendors.findConvex(deployment, { ...state, ...inputs });
    if (!target) return undefined;
    const present = await target.client.environmentVariables();
    const declared = Object.keys(inputs.variables ?? state.variables ?? {});
    const names = declared.length > 0 ? declared : (imported ?? "").split(",").filter(Boolean);
    if (names.length === 0) throw namesMissing(deployment);
    const variables: Record<string, string> = {};
    for (const name of names) {
      const value = present.get(name);
      if (value !== undefined) variables[name] = value;
    }
    if (Object.keys(variables).length === 0) return undefined;
    const known = { ...state, ...inputs };
    const { adopt } = known;
    const controls = { ...reachOf(known), ...(adopt !== undefined && { adopt }) };
    const observed = { ...controls, deployment, variables };
    return { id: deployment, inputs: observed, state: observed };
  },

  async update(_id, { state, inputs }, { vendors }) {
    const { client } = await vendors.convex(inputs.deployment, inputs);
    const present = await client.environmentVariables();
    const dropped = Object.keys(state.variables).filter(
      (name) => !Object.hasOwn(inputs.variables, name),
    );
    await client.updateEnvironmentVariables(changesTo(present, inputs.variables, dropped));
    return inputs;
  },

  async delete(id, { variables, ...reach }, { vendors }) {
    const target = await vendors.findConvex(id, reach);
    if (!target) return;
    const present = await target.client.environmentVariables();
    await target.client.updateEnvironmentVariables(changesTo(present, {}, Object.keys(variables)));
  },
};

/** Only what differs, so that nothing is written in vain and no other name is touched. */
function changesTo(
  present: Map<string, string>,
  wanted: Record<string, string>,
  dropped: string[] = [],
): VariableChanges {
  const changes: VariableChanges = {};
  for (const [name, value] of Object.entries(wanted)) {
    if (present.get(name) !== value) changes[name] = value;
  }
  for (const name of dropped) {
    if (present.has(name)) changes[name] = undefined;
  }
  return changes;
}

function problemsOf(name: string, value: unknown): string[] {
  const problems: string[] = [];
  if (!/^[A-Za-z_]\w*$/.test(name) || name.length > variableLimits.nameLength) {
    problems.push(
      `${name} is no name of a variable. Use a letter or underscore, then letters, digits and underscores, at most ${variableLimits.nameLength}. [VARIABLE_NAME]`,
    );
  }
  if (builtInVariables.includes(name)) {
    problems.push(`Convex sets ${name} itself. Leave it out. [VARIABLE_BUILT_IN]`);
  }
  if (typeof value === "string" && Buffer.byteLength(value) > variableLimits.valueBytes) {
    problems.push(
      `The value of ${name} is longer than ${variableLimits.valueBytes} bytes. Shorten it, or keep it in a table or file storage. [VARIABLE_SIZE]`,
    );
  }
  return problems;
}

function variablesExist(
  { deployment, variables }: Inputs,
  foreign: string[],
  operation: Operation<Vendors>,
): ProblemError {
  return alreadyThere(
    `Deployment ${deployment} already has other values for ${foreign.join(", ")}, and this stack does not manage them`,
    `${deployment}#${Object.keys(variables).join(",")}`,
    "VARIABLES_EXIST",
    operation,
  );
}

function namesMissing(deployment: string): ProblemError {
  return new ProblemError(
    "The import does not say which variables to bring in",
    `Import the id ${deployment}#NAME,OTHER_NAME`,
    "IMPORT_NAMES_MISSING",
  );
}
