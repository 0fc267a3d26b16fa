import { type Config, type Output, secret } from "@pulumi/pulumi";
import type { ProblemError } from "../errors.ts";
import { problemsOfVariable, problemsTogether } from "../variable-rules.ts";
import { configError } from "./errors.ts";
import { fieldsOf, readStructured } from "./read.ts";
import { readVariableFiles } from "./variable-files.ts";
import { readVariablesFrom } from "./variables-from.ts";

/** Variables that the environment sets itself. */
const ownVariables = ["CLERK_JWT_ISSUER_DOMAIN", "CLERK_WEBHOOK_SECRET"];

/** Values by name, and the setting that they are from. */
export interface VariableSource {
  setting: string;
  variables: Record<string, string>;
}

/**
 * Reads the app's own environment variables: from files, from other stacks and from `clerk-convex:variables`,
 * the latter two before files.
 *
 * @returns one secret; `undefined` when there are none
 */
export async function readVariables(
  config: Config,
): Promise<Output<Record<string, string>> | undefined> {
  const files = readVariableFiles(config);
  const settings = readOwn(config);
  const stacks = await readVariablesFrom(config);
  const twice = Object.keys(settings.variables).filter((name) =>
    Object.hasOwn(stacks.variables, name),
  );
  if (twice.length > 0) {
    throw configError(
      `${settings.setting} and ${stacks.setting} both set ${twice.join(" and ")}`,
      "Keep one of the two",
      "CONFIG_VARIABLE_TWICE",
    );
  }
  const sources = [...files, stacks, settings];
  for (const source of sources) check(source);
  const variables: Record<string, string> = Object.assign(
    {},
    ...sources.map((source) => source.variables),
  );
  refuse(problemsTogether(Object.entries(variables), "The settings declare"));
  return Object.keys(variables).length > 0 ? secret(variables) : undefined;
}

function readOwn(config: Config): VariableSource {
  const setting = "clerk-convex:variables";
  const variables = fieldsOf(readStructured(config, "variables") ?? {}, setting);
  if (Object.values(variables).every((value) => typeof value === "string")) {
    return { setting, variables: variables as Record<string, string> };
  }
  throw configError(
    `${setting} is not a map of names to texts`,
    `Set each with pulumi config set --path --secret '${setting}.NAME' VALUE`,
    "CONFIG_VARIABLES",
  );
}

/** What Convex would refuse, and what would take the place of the environment's own. */
function check({ setting, variables }: VariableSource): void {
  const shadowed = ownVariables.filter((name) => Object.hasOwn(variables, name));
  if (shadowed.length > 0) {
    throw configError(
      `${setting} sets ${shadowed.join(" and ")}, which the environment sets itself`,
      "Remove it there",
      "CONFIG_VARIABLE_RESERVED",
    );
  }
  for (const [name, value] of Object.entries(variables)) {
    refuse(problemsOfVariable(name, value), `${setting}: `);
  }
}

function refuse([found]: ProblemError[], where = ""): void {
  if (found) throw configError(`${where}${found.problem}`, found.remedy, found.code);
}
