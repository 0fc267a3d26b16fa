import type { CloudKind } from "../deployment.ts";
import { BackendError } from "../errors.ts";
import type { Directory } from "./directory.ts";
import type { Deployment, Project } from "./records.ts";

/** Source: `CreateDeploymentType`. */
export const deploymentTypes = ["dev", "prod", "preview", "custom"] as const;

/** Source: `DeploymentClass`. */
export const deploymentClasses = ["s16", "s256", "d1024", "d2048"] as const;

/** Source: `RegionName` of the CLI, which knows more regions than the platform's types. */
export const deploymentRegions = [
  { name: "aws-us-east-1", displayName: "US East (N. Virginia)" },
  { name: "aws-eu-west-1", displayName: "EU West (Ireland)" },
  { name: "aws-ca-central-1", displayName: "Canada (Central)" },
  { name: "aws-ap-southeast-2", displayName: "Asia Pacific (Sydney)" },
] as const;

const reserved = [
  "prod",
  "dev",
  "cloud",
  "local",
  "default",
  "name",
  "new",
  "existing",
  "deployment",
  "preview",
];
const leastLife = 30 * 60 * 1000;

/**
 * Source: `reference` of `PlatformUpdateDeploymentArgs`; `local/` is the dashboard's rule.
 *
 * @throws {BackendError} 400 `InvalidDeploymentReference`, 409 `DeploymentReferenceExists`
 */
export function requireReference(
  directory: Directory,
  project: Project,
  reference: string,
  except?: Deployment,
): void {
  const wellFormed =
    /^[a-z0-9/-]{3,100}$/.test(reference) &&
    !/^[a-z]+-[a-z]+-[0-9]+$/.test(reference) &&
    !/^local[-/]/.test(reference) &&
    !reserved.includes(reference);
  if (!wellFormed) {
    const message = `"${reference}" is not a valid deployment reference`;
    throw new BackendError(400, "InvalidDeploymentReference", message);
  }
  const taken = directory
    .deploymentsOf(project)
    .some((other) => other !== except && other.reference === reference);
  if (taken) {
    const message = `The project already has a deployment with the reference "${reference}"`;
    throw new BackendError(409, "DeploymentReferenceExists", message);
  }
}

/** @throws {BackendError} 400 `InvalidIsDefault`, 409 `DefaultDeploymentExists` */
export function requireDefaultFree(
  directory: Directory,
  project: Project,
  type: CloudKind,
  except?: Deployment,
): void {
  if (type !== "dev" && type !== "prod") {
    const message = `A ${type} deployment cannot be a default deployment`;
    throw new BackendError(400, "InvalidIsDefault", message);
  }
  const other = directory.defaultOf(project, type);
  if (other && other !== except) {
    const message = `The project already has a default ${type} deployment`;
    throw new BackendError(409, "DefaultDeploymentExists", message);
  }
}

/**
 * Source: `expiresAt` of the deployments and of the keys; only a deployment's has a latest time.
 *
 * @throws {BackendError} 400 `InvalidExpiration`
 */
export function requireExpiration(directory: Directory, at: number, longest = Infinity): void {
  const life = at - directory.clock.now();
  if (life >= leastLife && life <= longest) return;
  const message =
    life < leastLife
      ? "Expiration must be at least 30 minutes in the future"
      : "Expiration must be within the team's preview deployment retention";
  throw new BackendError(400, "InvalidExpiration", message);
}
