import { BackendError } from "./errors.ts";
import type { PushedModule } from "./runtime.ts";

/** A provider of the deployed `auth.config`, in the form in which the backend keeps it. */
export type AuthProvider =
  | { applicationID: string; domain: string }
  | {
      type: "customJwt";
      applicationID: string | null;
      issuer: string;
      jwks: string;
      algorithm: string;
    };

/**
 * Evaluates `auth.config.js` as the backend does at a push and when variables change: without imports,
 * and with reading an unset variable an error.
 *
 * @throws {BackendError} 400 `AuthConfigMissingEnvironmentVariable` or `InvalidAuthConfig`
 */
export async function evaluateAuthConfig(
  module: PushedModule | undefined,
  variables: Record<string, string>,
): Promise<AuthProvider[]> {
  if (!module) return [];
  const env = new Proxy(variables, {
    get(target, name) {
      if (typeof name !== "string") return undefined;
      if (name in target) return target[name];
      throw new BackendError(
        400,
        "AuthConfigMissingEnvironmentVariable",
        `Environment variable ${name} is used in auth config file but its value was not set`,
      );
    },
    ownKeys: () => [],
  });
  // A data URL cannot see this process's variables except through the global it is handed.
  const key = `__auth_${Math.random().toString(36).slice(2)}`;
  const source = module.source.replaceAll("process.env", `globalThis.${key}`);
  (globalThis as Record<string, unknown>)[key] = env;
  try {
    const url = `data:text/javascript;base64,${Buffer.from(source).toString("base64")}`;
    const { default: config } = (await import(`${url}#${key}`)) as {
      default?: { providers?: AuthProvider[] };
    };
    if (!Array.isArray(config?.providers)) throw new TypeError("auth config has no providers");
    return JSON.parse(JSON.stringify(config.providers)) as AuthProvider[];
  } catch (error) {
    if (error instanceof BackendError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackendError(400, "InvalidAuthConfig", `The auth config is invalid: ${reason}`);
  } finally {
    delete (globalThis as Record<string, unknown>)[key];
  }
}
