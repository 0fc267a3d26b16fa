import { ConvexDeploymentClient } from "../clients/convex.ts";
import { ConvexCodeClient } from "../clients/convex-code.ts";
import { ManagementConnection } from "../clients/convex-management/connection.ts";
import { ConvexDeployments } from "../clients/convex-management/deployments.ts";
import { ConvexProjects } from "../clients/convex-management/projects.ts";
import {
  type ConvexCredentials,
  type DeploymentAccess,
  findPreview,
  resolveDeployment,
} from "../clients/convex-target.ts";
import { VendorError } from "../clients/vendor-error.ts";
import { ProblemError } from "../errors.ts";
import type { Configuration } from "./configuration.ts";
import type { PropertySpec } from "./resource.ts";

/** How a resource reaches its deployment, where the plugin's own credentials do not tell. */
export interface ConvexReach {
  /** A key that the stack minted. A secret. */
  deployKey?: string;
  /** Name that a preview deployment was claimed by. */
  previewName?: string;
}

/** The same as properties of a resource: they say how, not what, so they are never compared. */
export const reachProperties: Record<keyof ConvexReach, PropertySpec> = {
  deployKey: {
    type: "string",
    secret: true,
    control: true,
    description: "Key of the deployment, where the stack minted one. By default the plugin's own.",
  },
  previewName: {
    type: "string",
    control: true,
    description: "Name that the deployment was claimed by, where it is a preview.",
  },
};

export function reachOf({ deployKey, previewName }: ConvexReach): ConvexReach {
  return {
    ...(deployKey !== undefined && { deployKey }),
    ...(previewName !== undefined && { previewName }),
  };
}

export interface ConvexTarget {
  access: DeploymentAccess;
  /** For the `convex` CLI. */
  credentials: ConvexCredentials;
  client: ConvexDeploymentClient;
  code: ConvexCodeClient;
}

export interface ConvexManagement {
  connection: ManagementConnection;
  projects: ConvexProjects;
  deployments: ConvexDeployments;
}

export function connectManagement(
  { convexAccessToken: accessToken, provisionHost }: Configuration,
  signal: AbortSignal,
): ConvexManagement {
  const connection = new ManagementConnection({ accessToken, provisionHost, signal });
  return {
    connection,
    projects: new ConvexProjects(connection),
    deployments: new ConvexDeployments(connection),
  };
}

/** Connects to the deployment that a resource belongs to; `undefined` when it is gone for certain. */
export async function connectConvex(
  configuration: Configuration,
  management: () => ConvexManagement,
  { deployKey, previewName }: ConvexReach,
  bound: string | undefined,
  signal: AbortSignal,
): Promise<ConvexTarget | undefined> {
  if (deployKey !== undefined) {
    const { provisionHost } = configuration;
    const credentials: ConvexCredentials = { kind: "deployKey", deployKey, provisionHost };
    try {
      return targetOf(await resolveDeployment(credentials, signal), credentials, signal);
    } catch (error) {
      const refused = error instanceof VendorError && error.kind === "unauthorized";
      if (!refused || bound === undefined || !configuration.hasConvexAccessToken) throw error;
      return withoutKey(bound, configuration.convexAccessToken, management(), signal);
    }
  }
  const configured = configuration.convex;
  if (configured.kind === "previewKey") {
    if (previewName === undefined) throw previewKeyUnwanted();
    const access = await findPreview(configured, previewName, signal);
    return access && byAddress(access, signal);
  }
  if (previewName !== undefined) throw previewKeyWanted(previewName);
  return targetOf(await resolveDeployment(configured, signal), configured, signal);
}

/**
 * A minted key that is refused was revoked by someone, or died with its deployment. The Management API
 * tells which; a deployment takes the access token wherever it takes a key.
 * Source: `check_key` in the backend's `application_auth.rs`.
 */
async function withoutKey(
  name: string,
  accessToken: string,
  { deployments }: ConvexManagement,
  signal: AbortSignal,
): Promise<ConvexTarget | undefined> {
  const found = await deployments.get(name);
  if (!found) return undefined;
  const { type, url } = found;
  return byAddress({ name, type, url, adminKey: accessToken }, signal);
}

/** The key of a preview names no deployment, so the CLI is told the address beside it. */
export function byAddress(access: DeploymentAccess, signal: AbortSignal): ConvexTarget {
  const { url, adminKey } = access;
  return targetOf(access, { kind: "selfHosted", url, adminKey }, signal);
}

function targetOf(
  access: DeploymentAccess,
  credentials: ConvexCredentials,
  signal: AbortSignal,
): ConvexTarget {
  return {
    access,
    credentials,
    client: new ConvexDeploymentClient(access, signal),
    code: new ConvexCodeClient(access, signal),
  };
}

export function previewKeyUnwanted(): ProblemError {
  return new ProblemError(
    "The Convex deploy key is the preview deploy key of a project, but the stack declares no preview",
    "Use the deploy key of one deployment, or set clerk-convex:target.kind to preview",
    "CONVEX_KEY_KIND",
  );
}

export function previewKeyWanted(previewName: string): ProblemError {
  return new ProblemError(
    `The stack declares the preview deployment ${previewName}, but the Convex credentials are of one deployment`,
    "Use the project's preview deploy key, preview:<team>:<project>|…",
    "CONVEX_KEY_KIND",
  );
}

export function wrongDeployment(bound: string, found: string): ProblemError {
  return new ProblemError(
    `The Convex credentials are for deployment ${found}, but the stack is bound to ${bound}`,
    `Use the deploy key of ${bound}, or destroy this stack before moving it to another deployment`,
    "CONVEX_WRONG_DEPLOYMENT",
  );
}

/** Finds a project by its slug in the token's team; an id stands for itself. */
export async function projectIdOf(
  slugOrId: string,
  { connection, projects }: ConvexManagement,
): Promise<number> {
  if (/^[1-9]\d*$/.test(slugOrId)) return Number(slugOrId);
  const scope = await connection.scope();
  const found =
    scope.kind === "team"
      ? await projects.find(scope.teamId, { slug: slugOrId })
      : await projects.get(scope.projectId);
  if (found?.slug === slugOrId) return found.id;
  throw new ProblemError(
    `The Convex access token reaches no project ${slugOrId}`,
    "Give the slug as it stands in the dashboard's address, or use the access token of the project's team",
    "PROJECT_UNKNOWN",
  );
}
