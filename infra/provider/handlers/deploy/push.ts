import path from "node:path";
import type { LocalBundle } from "../../../clients/convex-bundle.ts";
import { bundleProject, deployProject } from "../../../clients/convex-cli.ts";
import { compareModules } from "../../../clients/convex-plan.ts";
import { ProblemError } from "../../../errors.ts";
import type { Operation } from "../../resource.ts";
import type { Vendors } from "../../vendors.ts";
import type { Inputs, State } from "./spec.ts";
import { listed } from "./words.ts";

/** Pushes the folder, unless it is no longer what was checked. */
export async function push(inputs: Inputs, { vendors, signal, progress }: Operation<Vendors>) {
  const { credentials } = await vendors.convex(inputs.deployment, inputs);
  const directory = path.resolve(inputs.directory);
  const differing = differences(inputs, await bundleProject({ directory, signal }));
  if (differing.length > 0) {
    throw new ProblemError(
      `The folder ${directory} changed since it was checked (${listed(differing)}), so it was not pushed`,
      "Run the command again while nobody edits it",
      "CONVEX_FOLDER_CHANGED",
    );
  }
  await deployProject({ directory, signal, onLine: progress }, credentials);
}

/** A push that another one overtook is not what was declared, and must not pass as done. */
export async function confirm(inputs: Inputs, { vendors }: Operation<Vendors>): Promise<State> {
  const { code } = await vendors.convex(inputs.deployment, inputs);
  const [modules, activeSchema] = await Promise.all([code.moduleHashes(), code.schemaHash()]);
  const differing = differences(inputs, { modules, schema: inputs.schema });
  if (differing.length === 0) return { ...inputs, activeSchema };
  throw new ProblemError(
    `After the push, deployment ${inputs.deployment} holds other code than was pushed (${listed(differing)})`,
    "Find out who else deploys to it, or whether the folder changed meanwhile, and run again",
    "CONVEX_DEPLOY_OVERTAKEN",
  );
}

function differences(declared: LocalBundle, found: LocalBundle): string[] {
  const modules = Object.values(compareModules(declared.modules, found.modules)).flat();
  return declared.schema === found.schema ? modules.sort() : [...modules.sort(), "the schema"];
}
