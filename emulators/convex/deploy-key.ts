import type { Context } from "hono";
import { BackendError } from "./errors.ts";
import { type DeploymentAction, deploymentActions, type KeyRing } from "./key-ring.ts";

/** What a caller may do on a deployment. */
export type Grant = ReadonlySet<DeploymentAction>;

export const everything: Grant = new Set(deploymentActions);

/** The key in the header, `Authorization: Convex <key>`. */
export function keyOf(context: Context): string | undefined {
  return context.req.header("authorization")?.replace(/^Convex /, "");
}

/**
 * Lets a deployment's own key pass, those minted for it, and the access tokens that reach it.
 *
 * Source: `application_auth.rs` and `bad_admin_key_error` of the backend.
 *
 * @throws {BackendError} 401 `BadAdminKey` for a wrong key, 403 `BadDeployKey` without one
 */
export function requireKey(
  deployment: { deployKey: string; keys: KeyRing; admits(token: string): boolean },
  key: string | undefined,
): Grant {
  if (key === undefined) {
    const message =
      "The provided deploy key was invalid for this deployment. Double check that the environment this key was generated for matches the desired deployment.";
    throw new BackendError(403, "BadDeployKey", message);
  }
  if (key === deployment.deployKey || deployment.admits(key)) return everything;
  const minted = deployment.keys.use(key);
  if (minted) return new Set(minted.allowedActions);
  const message = "The provided admin key was invalid for this instance";
  throw new BackendError(401, "BadAdminKey", message);
}

/**
 * Source: `require_operation` of the backend.
 *
 * @throws {BackendError} 403 `OperationNotPermitted`
 */
export function requireAction(grant: Grant, action: DeploymentAction): void {
  if (grant.has(action)) return;
  throw new BackendError(403, "OperationNotPermitted", notPermitted(action));
}

export function notPermitted(action: DeploymentAction): string {
  return `You do not have permission to perform this operation (${action}).`;
}
