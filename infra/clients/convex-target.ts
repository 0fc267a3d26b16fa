import { ProblemError } from "../errors.ts";
import { requireSafeUrl, withoutTrailingSlash } from "../urls.ts";
import { classifyConvex } from "./convex.ts";
import type { CloudDeploymentType } from "./convex-management/deployments.ts";
import { callVendor, requestJson } from "./http.ts";
import { orUndefined, VendorError } from "./vendor-error.ts";

export type DeploymentType = CloudDeploymentType | "selfHosted";

/** Credentials of one deployment: its deploy key, or its address and admin key. Keys are secrets. */
export type ConvexCredentials =
  | { kind: "deployKey"; deployKey: string; provisionHost: string }
  | { kind: "selfHosted"; url: string; adminKey: string };

/** A preview deploy key, `preview:<team>:<project>|…`: good for every preview of its project. */
export interface PreviewCredentials {
  kind: "previewKey";
  previewKey: string;
  provisionHost: string;
}

/** How Convex is reached. Exactly one form. */
export type ConfiguredConvex = ConvexCredentials | PreviewCredentials;

/** A resolved deployment: where it answers and the key to use there. */
export interface DeploymentAccess {
  name: string;
  type: DeploymentType;
  /** Without trailing slash. */
  url: string;
  adminKey: string;
}

/**
 * Finds the deployment that the credentials belong to.
 *
 * @throws {ProblemError} `CONVEX_KEY_*` when the key is not of a usable kind
 * @throws {VendorError} when the management host refuses the key
 */
export async function resolveDeployment(
  credentials: ConvexCredentials,
  signal: AbortSignal,
): Promise<DeploymentAccess> {
  if (credentials.kind === "selfHosted") {
    const url = requireSafeUrl(credentials.url, "convexSelfHostedUrl");
    return {
      name: url.host,
      type: "selfHosted",
      url: withoutTrailingSlash(credentials.url),
      adminKey: credentials.adminKey,
    };
  }
  const { deployKey, provisionHost } = credentials;
  const { name, type } = parseDeployKey(deployKey);
  const operation = "looking up the deployment of the deploy key";
  const url = await askManagement<unknown>(provisionHost, operation, signal, {
    path: "deployment/url_for_key",
    key: deployKey,
    body: { deployKey },
  });
  return accessOf({ name, type, url, adminKey: deployKey }, operation);
}

/**
 * Finds a preview deployment by the name that it was claimed by. Never makes one.
 * Source: `POST /api/deployment/authorize_preview`, as the `convex` CLI calls it for `--preview-name`.
 */
export async function findPreview(
  { previewKey, provisionHost }: PreviewCredentials,
  previewName: string,
  signal: AbortSignal,
): Promise<DeploymentAccess | undefined> {
  const operation = `looking up the preview deployment ${previewName}`;
  const found = await orUndefined(
    askManagement<PreviewAnswer>(provisionHost, operation, signal, {
      path: "deployment/authorize_preview",
      key: previewKey,
      body: { previewName, projectSelection: projectOf(previewKey) },
    }),
  );
  return found && accessOf({ ...found, name: found.deploymentName, type: "preview" }, operation);
}

/**
 * Makes a preview deployment, or gives the one that has this name already.
 * Source: `POST /api/claim_preview_deployment`, as `convex deploy --preview-name` calls it.
 */
export async function claimPreview(
  { previewKey, provisionHost }: PreviewCredentials,
  identifier: string,
  signal: AbortSignal,
): Promise<DeploymentAccess & { isNew: boolean }> {
  const operation = `claiming the preview deployment ${identifier}`;
  const claimed = await askManagement<PreviewAnswer>(provisionHost, operation, signal, {
    path: "claim_preview_deployment",
    key: previewKey,
    body: { projectSelection: projectOf(previewKey), identifier, reuse: true },
  });
  const { deploymentName: name, instanceUrl: url, adminKey, isNewDeployment } = claimed;
  const access = accessOf({ name, url, adminKey, type: "preview" }, operation);
  return { ...access, isNew: isNewDeployment === true };
}

interface PreviewAnswer {
  deploymentName?: string;
  adminKey?: string;
  /** In the answer to an authorization. */
  url?: string;
  /** In the answer to a claim. */
  instanceUrl?: string;
  isNewDeployment?: boolean;
}

/** Every one of these calls may be repeated: a claim that reuses gives the same deployment again. */
function askManagement<T>(
  provisionHost: string,
  operation: string,
  signal: AbortSignal,
  { path, key, body }: { path: string; key: string; body: object },
): Promise<T> {
  requireSafeUrl(provisionHost, "convexProvisionHost");
  return callVendor(
    { vendor: "Convex", operation, idempotent: true, signal, classify: classifyConvex },
    () =>
      requestJson<T>(`${provisionHost}/api/${path}`, {
        method: "POST",
        authorization: `Bearer ${key}`,
        body,
        signal,
      }),
  );
}

function accessOf(
  { name, type, url, adminKey }: Partial<Record<keyof DeploymentAccess, unknown>>,
  operation: string,
): DeploymentAccess {
  if (!isText(name) || !isText(url) || !isText(adminKey)) {
    throw new VendorError("Convex", operation, "malformed");
  }
  requireSafeUrl(url, "Convex deployment URL");
  return { name, type: type as DeploymentType, url: withoutTrailingSlash(url), adminKey };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Whether a key is for all previews of a project: the only kind with team and project in its head. */
export function isPreviewKey(key: string): boolean {
  return /^preview:[^:|]+:[^:|]+\|./.test(key);
}

function projectOf(previewKey: string) {
  const [, teamSlug, projectSlug] = previewKey.split("|")[0]?.split(":") ?? [];
  return { kind: "teamAndProjectSlugs", teamSlug, projectSlug };
}

const deploymentKeys = ["prod", "dev", "preview", "custom"];

/**
 * Reads name and type out of the deploy key of one deployment, `<type>:<name>|<secret>`.
 *
 * @throws {ProblemError} `CONVEX_KEY_KIND`, `CONVEX_KEY_FORMAT`
 */
export function parseDeployKey(deployKey: string): { name: string; type: DeploymentType } {
  const [head = "", secret] = deployKey.split("|");
  const [type = "", name, more] = head.split(":");
  if (type === "project" || isPreviewKey(deployKey)) {
    throw new ProblemError(
      `The Convex deploy key is a ${type} key, which names no deployment`,
      "Use the deploy key of one deployment, or set clerk-convex:target to a preview for a preview key",
      "CONVEX_KEY_KIND",
    );
  }
  if (!deploymentKeys.includes(type) || !name || !secret || more !== undefined) {
    throw new ProblemError(
      "The Convex deploy key does not look like prod:<name>|… or dev:<name>|…",
      "Copy the whole key from the deployment's settings in the Convex dashboard",
      "CONVEX_KEY_FORMAT",
    );
  }
  return { name, type: type as DeploymentType };
}
