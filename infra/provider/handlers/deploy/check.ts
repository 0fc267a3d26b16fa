import path from "node:path";
import { digestOf, straySources } from "../../../clients/convex-bundle.ts";
import { pushRequestOf } from "../../../clients/convex-cli.ts";
import { ProblemError } from "../../../errors.ts";
import { type CheckFailure, type Operation, type Properties, UNKNOWN } from "../../resource.ts";
import type { Vendors } from "../../vendors.ts";
import { listed } from "./words.ts";

/** Computes what the folder would deploy. */
export async function checkFolder(
  inputs: Properties,
  { signal, warn }: Operation<Vendors>,
): Promise<CheckFailure[]> {
  if (inputs.directory === UNKNOWN) return [];
  try {
    const directory = path.resolve(String(inputs.directory));
    const request = await pushRequestOf({ directory, signal });
    const stray = straySources(request, directory);
    if (stray.length > 0) {
      warn(
        `The code includes files from outside the repository, whose paths give it other hashes on another machine: ${listed(stray)}. Install these packages below the repository instead of linking to them`,
      );
    }
    Object.assign(inputs, digestOf(request));
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return [{ property: "directory", reason: error.message }];
  }
}
