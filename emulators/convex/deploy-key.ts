import { BackendError } from "./errors.ts";

/**
 * Lets a deployment's own key pass.
 *
 * Source: `application_auth.rs` and `bad_admin_key_error` of the backend.
 *
 * @throws {BackendError} 401 `BadAdminKey` for a wrong key, 403 `BadDeployKey` without one
 */
export function requireKey(deployment: { deployKey: string }, key: string | undefined): void {
  if (key === deployment.deployKey) return;
  if (key === undefined) {
    const message =
      "The provided deploy key was invalid for this deployment. Double check that the environment this key was generated for matches the desired deployment.";
    throw new BackendError(403, "BadDeployKey", message);
  }
  const message = "The provided admin key was invalid for this instance";
  throw new BackendError(401, "BadAdminKey", message);
}
