import { ProblemError } from "../errors.ts";
import { classifyConvex } from "./convex.ts";
import { callVendor, requestJson, requireSafeUrl, withoutTrailingSlash } from "./http.ts";
import { VendorError } from "./vendor-error.ts";

export type DeploymentType = "prod" | "dev" | "preview" | "selfHosted";

/** How a deployment is reached. Exactly one form; keys are secrets. */
export type ConvexCredentials =
  | { kind: "deployKey"; deployKey: string; provisionHost: string }
  | { kind: "selfHosted"; url: string; adminKey: string };

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
  requireSafeUrl(provisionHost, "convexProvisionHost");
  const operation = "looking up the deployment of the deploy key";
  const url = await callVendor(
    { vendor: "Convex", operation, idempotent: true, signal, classify: classifyConvex },
    () =>
      requestJson<unknown>(`${provisionHost}/api/deployment/url_for_key`, {
        method: "POST",
        authorization: `Bearer ${deployKey}`,
        body: { deployKey },
        signal,
      }),
  );
  if (typeof url !== "string" || url === "")
    throw new VendorError("Convex", operation, "malformed");
  requireSafeUrl(url, "Convex deployment URL");
  return { name, type, url: withoutTrailingSlash(url), adminKey: deployKey };
}

/** Reads name and type out of a deploy key, `prod:<name>|<secret>` or `dev:<name>|<secret>`. */
export function parseDeployKey(deployKey: string): { name: string; type: DeploymentType } {
  const [head = "", secret] = deployKey.split("|");
  const [type, name, more] = head.split(":");
  if (type === "preview" || type === "project") {
    throw new ProblemError(
      `The Convex deploy key is a ${type} key, which names no deployment`,
      "Use the deploy key of one production or development deployment",
      "CONVEX_KEY_KIND",
    );
  }
  if ((type !== "prod" && type !== "dev") || !name || !secret || more !== undefined) {
    throw new ProblemError(
      "The Convex deploy key does not look like prod:<name>|… or dev:<name>|…",
      "Copy the whole key from the deployment's settings in the Convex dashboard",
      "CONVEX_KEY_FORMAT",
    );
  }
  return { name, type };
}
