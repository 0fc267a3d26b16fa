import type { Context } from "hono";
import type { CloudKind } from "../deployment.ts";
import { BackendError } from "../errors.ts";
import type { Directory, NewDeployment } from "./directory.ts";
import {
  defined,
  type Fields,
  fieldsOf,
  optionalFlag,
  optionalText,
  optionalTime,
  optionalWord,
} from "./fields.ts";
import type { Deployment, Project } from "./records.ts";
import {
  deploymentClasses,
  deploymentRegions,
  deploymentTypes,
  requireDefaultFree,
  requireExpiration,
  requireReference,
} from "./rules.ts";

/**
 * Reads `PlatformCreateDeploymentArgs`, as its descriptions say.
 *
 * @throws {BackendError} 400 or 409 for what may not be
 */
export async function createArgs(
  directory: Directory,
  project: Project,
  context: Context,
): Promise<NewDeployment> {
  const fields = await fieldsOf(context);
  const type = optionalWord(fields, "type", deploymentTypes);
  if (!type) throw new BackendError(400, "BadJsonBody", "type is required");
  const reference = optionalText(fields, "reference");
  if (reference !== undefined) requireReference(directory, project, reference);
  const asked = optionalFlag(fields, "isDefault");
  const canBeDefault = type === "dev" || type === "prod";
  const isDefault = asked ?? (canBeDefault && reference === undefined);
  // Even false is refused where the option cannot be set.
  if (isDefault || (asked !== undefined && !canBeDefault)) {
    requireDefaultFree(directory, project, type);
  }
  const regions = deploymentRegions.map(({ name }) => name);
  const chosen = {
    reference,
    class: optionalWord(fields, "class", deploymentClasses),
    region: optionalWord(fields, "region", regions),
    expiresAt: expirationOf(directory, fields),
  };
  if (type === "preview" && chosen.expiresAt === undefined) {
    chosen.expiresAt = directory.clock.now() + directory.previewRetention;
  }
  return { type, isDefault, ...defined(chosen) };
}

/**
 * Reads `PlatformUpdateDeploymentArgs`; what is left out is not changed.
 *
 * @throws {BackendError} 400 or 409 for what may not be, 501 for another type of a default deployment
 */
export async function updateArgs(
  directory: Directory,
  deployment: Deployment,
  context: Context,
): Promise<Partial<Deployment> & { type: CloudKind }> {
  const fields = await fieldsOf(context);
  const { project, state } = deployment;
  const type = optionalWord(fields, "deploymentType", deploymentTypes) ?? state.kind;
  const isDefault = optionalFlag(fields, "isDefault");
  if (type !== state.kind && deployment.isDefault && isDefault !== false) {
    const message = "Changing the type of a default deployment is not emulated";
    throw new BackendError(501, "NotEmulated", message);
  }
  if (isDefault) requireDefaultFree(directory, project, type, deployment);
  const reference = optionalText(fields, "reference");
  if (reference !== undefined) requireReference(directory, project, reference, deployment);
  const changes = defined({
    reference,
    isDefault,
    class: optionalWord(fields, "class", deploymentClasses),
    expiresAt: expirationOf(directory, fields),
    sendLogsToClient: settingOf(fields, "sendLogsToClient"),
    dashboardEditConfirmation: settingOf(fields, "dashboardEditConfirmation"),
  });
  return { type, ...changes };
}

/** A time, null to live on, or undefined when nothing is said. */
function expirationOf(directory: Directory, fields: Fields): number | null | undefined {
  if (fields.expiresAt === null) return null;
  const at = optionalTime(fields, "expiresAt");
  if (at !== undefined) requireExpiration(directory, at, directory.previewRetention);
  return at;
}

/** A flag, null for the type's own default, or undefined when nothing is said. */
function settingOf(fields: Fields, name: string): boolean | null | undefined {
  return fields[name] === null ? null : optionalFlag(fields, name);
}
