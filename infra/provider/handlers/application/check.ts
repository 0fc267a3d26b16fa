import { type CheckFailure, type Properties, UNKNOWN } from "../../resource.ts";
import { kinds } from "./spec.ts";

/** Refuses what cannot be, and fills in the instances that follow from the rest. */
export function check(inputs: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const { name, environmentTypes: types, productionDomain: domain } = inputs;
  if (name === "") failures.push({ property: "name", reason: reasons.name });
  if (typeof domain === "string" && !/^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+$/.test(domain)) {
    failures.push({ property: "productionDomain", reason: reasons.domain });
  }
  if (types === undefined) {
    inputs.environmentTypes = domain === undefined ? ["development"] : kinds;
  } else if (Array.isArray(types) && !types.includes(UNKNOWN)) {
    inputs.environmentTypes = [...new Set(types)].sort();
    const fits = types.includes("production") === (domain !== undefined);
    if (types.length === 0 || !types.every((type) => kinds.includes(String(type)))) {
      failures.push({ property: "environmentTypes", reason: reasons.types });
    } else if (!fits) failures.push({ property: "productionDomain", reason: reasons.both });
  }
  return failures;
}

const reasons = {
  name: "The name is empty. Give the application a name. [NAME_EMPTY]",
  domain:
    "productionDomain is not the name of a domain. Give it in lowercase and without https://, such as example.com. [APPLICATION_DOMAIN]",
  types:
    "environmentTypes has none or others than Clerk knows. Give development, production or both. [APPLICATION_INSTANCES]",
  both: "A production instance and its domain go together. Give both productionDomain and the type production, or neither. [APPLICATION_DOMAIN]",
};
