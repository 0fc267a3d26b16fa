import type { VariableChanges } from "../../clients/convex.ts";
import { ProblemError } from "../../errors.ts";
import { problemsOfVariable, problemsTogether } from "../../variable-rules.ts";
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
      description:
        "Values by name, up to 8192 bytes each; every value is kept as a secret. At most 512 in a deployment, 512 KiB of names and values.",
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
      problemsOfVariable(name, value).map((problem) => ({
        property: `variables.${name}`,
        reason: problem.message,
      })),
    );
    for (const { message } of problemsTogether(entries, "The program declares")) {
      failures.push({ property: "variables", reason: message });
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
    const changes = changesTo(present, inputs.variables);
    requireRoom(inputs.deployment, present, changes);
    await client.updateEnvironmentVariables(changes);
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
    const changes = changesTo(present, inputs.variables, dropped);
    requireRoom(inputs.deployment, present, changes);
    await client.updateEnvironmentVariables(changes);
    return inputs;
  },

  async delete(id, { variables, ...reach }, { vendors }) {
    const target = await vendors.findConvex(id, reach);
    if (!target) return;
    const present = await target.client.environmentVariables();
    await target.client.updateEnvironmentVariables(changesTo(present, {}, Object.keys(variables)));
  },
};

/**
 * Nothing when nothing differs. Else every declared name in one batch, so that one that somebody changes
 * between the look and the write ends as declared too. No other name is touched.
 */
function changesTo(
  present: ReadonlyMap<string, string>,
  wanted: Record<string, string>,
  dropped: string[] = [],
): VariableChanges {
  const entries = Object.entries(wanted);
  const gone = dropped.filter((name) => present.has(name)).map((name) => [name, undefined]);
  if (gone.length === 0 && entries.every(([name, value]) => present.get(name) === value)) return {};
  return Object.fromEntries([...entries, ...gone]);
}

/** What others set counts as well, and only the deployment knows it. */
function requireRoom(
  deployment: string,
  present: ReadonlyMap<string, string>,
  changes: VariableChanges,
): void {
  const next = new Map<string, string | undefined>([...present, ...Object.entries(changes)]);
  const kept = [...next].filter(([, value]) => value !== undefined);
  const holder = `With those that others set, deployment ${deployment} would hold`;
  const [problem] = problemsTogether(kept, holder);
  if (problem) throw problem;
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
