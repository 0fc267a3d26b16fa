import { parseDeployKey } from "../../../clients/convex-target.ts";
import { ProblemError } from "../../../errors.ts";
import { isDeploymentReference } from "../../../vendor-rules.ts";
import type { Configuration } from "../../configuration.ts";
import { previewKeyUnwanted, previewKeyWanted, wrongDeployment } from "../../convex-connection.ts";
import type { CheckFailure, Properties } from "../../resource.ts";
import { cloudTypes, type Inputs } from "./spec.ts";

/** Refuses what Convex would refuse, and credentials of another kind, before anything is asked. */
export function checkDeployment(inputs: Properties, configuration: Configuration): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const fail = (property: string, reason: string) => failures.push({ property, reason });
  const { type, previewName, project } = inputs;

  if (typeof type === "string" && ![...cloudTypes, "selfHosted"].includes(type)) {
    fail("type", reasons.type);
  }
  if (previewName === "") fail("previewName", reasons.emptyName);
  if (project !== undefined) checkCreated(inputs, fail);
  else {
    for (const property of ["reference", "isDefault", "class", "region", "expiresAt"]) {
      if (inputs[property] !== undefined) fail(property, notCreated(property));
    }
  }
  if (failures.length > 0) return failures;
  try {
    requireFittingKey(inputs, configuration);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    fail(previewName === undefined ? "type" : "previewName", error.message);
  }
  return failures;
}

function checkCreated(inputs: Properties, fail: (property: string, reason: string) => void): void {
  const { type, previewName, reference, isDefault, expiresAt } = inputs;
  if (previewName !== undefined) fail("previewName", reasons.both);
  if (type === undefined || type === "selfHosted") fail("type", reasons.createdType);
  if (reference === undefined) fail("reference", reasons.noReference);
  if (typeof reference === "string" && !isDeploymentReference(reference)) {
    fail("reference", reasons.reference);
  }
  if (isDefault !== undefined && (type === "preview" || type === "custom")) {
    fail("isDefault", reasons.isDefault);
  }
  if (typeof expiresAt !== "string") return;
  const time = isoTime.test(expiresAt) ? Date.parse(expiresAt) : Number.NaN;
  if (Number.isNaN(time)) fail("expiresAt", reasons.expiresAt);
  // The form that a read gives back, so that another spelling is no drift.
  else inputs.expiresAt = new Date(time).toISOString();
}

/** Without a zone, a time is another one on every machine. */
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** Refuses credentials that are plainly of another deployment than the stack is bound to. */
export function requireSameDeployment(
  bound: string,
  { previewName, project }: Inputs,
  configuration: Configuration,
): void {
  if (previewName !== undefined || project !== undefined) return;
  const configured = configuration.convex;
  if (configured.kind === "previewKey") throw previewKeyUnwanted();
  const found =
    configured.kind === "selfHosted"
      ? new URL(configured.url).host
      : parseDeployKey(configured.deployKey).name;
  if (found !== bound) throw wrongDeployment(bound, found);
}

export function otherType(name: string, found: string, wanted: string): ProblemError {
  return new ProblemError(
    `The Convex credentials are for the ${found} deployment ${name}, but the stack wants ${wanted}`,
    `Use the credentials of a ${wanted} deployment`,
    "CONVEX_DEPLOYMENT_TYPE",
  );
}

function requireFittingKey(inputs: Properties, configuration: Configuration): void {
  const { type, previewName, project } = inputs;
  if (project !== undefined) {
    configuration.convexAccessToken;
    // A stack that makes its own deployment has no use for a key, and one of production is a mistake.
    if (type === "preview" && configuration.hasConvex) refuseProduction(configuration);
    return;
  }
  const configured = configuration.convex;
  if (configured.kind === "previewKey") {
    if (previewName === undefined) throw previewKeyUnwanted();
    return;
  }
  if (previewName !== undefined) {
    throw previewKeyWanted(typeof previewName === "string" ? previewName : undefined);
  }
  if (configured.kind === "selfHosted") {
    if (typeof type === "string" && type !== "selfHosted") {
      throw otherType(configured.url, "selfHosted", type);
    }
    return;
  }
  const key = parseDeployKey(configured.deployKey);
  if (typeof type === "string" && type !== key.type) throw otherType(key.name, key.type, type);
}

function refuseProduction({ convex }: Configuration): void {
  if (convex.kind !== "deployKey") return;
  const { name, type } = parseDeployKey(convex.deployKey);
  if (type === "prod") throw otherType(name, type, "preview");
}

const reasons = {
  type: "type is no type of deployment. Use prod, dev, preview, custom or selfHosted. [CONVEX_DEPLOYMENT_TYPE]",
  both: "A deployment is either created in a project or claimed by a preview key. Give project or previewName. [DEPLOYMENT_AMBIGUOUS]",
  emptyName: "The preview's name is empty. Give it a name, such as pr-123. [NAME_EMPTY]",
  createdType:
    "A deployment that is created needs a type. Use prod, dev, preview or custom. [CONVEX_DEPLOYMENT_TYPE]",
  noReference:
    "A deployment that is created needs a reference to be found again by. Give one, such as staging. [DEPLOYMENT_REFERENCE]",
  reference:
    "The reference is not one that Convex takes. Use 3 to 100 of lowercase letters, digits, - and /, not in the form of a deployment's name, not beginning with local-, and no word that Convex reserves. [DEPLOYMENT_REFERENCE]",
  isDefault:
    "Only production and development deployments can be a default one. Leave isDefault out. [DEPLOYMENT_DEFAULT]",
  expiresAt:
    "expiresAt is no time. Give one in ISO 8601 with its zone, such as 2030-01-31T12:00:00Z. [DEPLOYMENT_EXPIRY]",
};

function notCreated(property: string): string {
  return `${property} is for a deployment that the stack creates. Give project too, or leave ${property} out. [DEPLOYMENT_NOT_CREATED]`;
}
