import { createHash } from "node:crypto";
import { createDeploymentClient } from "@convex-dev/platform";
import { requireSafeUrl, withoutTrailingSlash } from "../urls.ts";
import type { DeploymentAccess } from "./convex-target.ts";
import { callVendor, classifierOf, Refusal, requestJson } from "./http.ts";
import { VendorError } from "./vendor-error.ts";

/** Where a deployment answers. URLs without trailing slash. */
export interface DeploymentUrls {
  /** Functions: `https://<name>.convex.cloud`. */
  cloudUrl: string;
  /** HTTP actions: `https://<name>.convex.site`. */
  siteUrl: string;
}

/** What is deployed, by module path; a value is `<environment>:<sha256 of source and source map>`. */
export type ModuleHashes = Record<string, string>;

/** One change of a batch; `undefined` removes the variable. */
export type VariableChanges = Record<string, string | undefined>;

/** One Convex deployment, spoken to with its key. Every method throws {@link VendorError}. */
export class ConvexDeploymentClient {
  readonly #access: DeploymentAccess;
  readonly #api: ReturnType<typeof createDeploymentClient>;
  readonly #signal: AbortSignal;

  constructor(access: DeploymentAccess, signal: AbortSignal) {
    requireSafeUrl(access.url, "Convex deployment URL");
    this.#access = access;
    this.#api = createDeploymentClient(access.url, access.adminKey);
    this.#signal = signal;
  }

  /** Source: `GET /api/v1/get_canonical_urls`. */
  async urls(): Promise<DeploymentUrls> {
    const operation = "reading the deployment's URLs";
    const urls = await this.#call(operation, async () =>
      answered(await this.#api.GET("/get_canonical_urls")),
    );
    if (!urls.convexCloudUrl || !urls.convexSiteUrl) {
      throw new VendorError("Convex", operation, "malformed");
    }
    return {
      cloudUrl: withoutTrailingSlash(urls.convexCloudUrl),
      siteUrl: withoutTrailingSlash(urls.convexSiteUrl),
    };
  }

  /** All environment variables of the deployment. Source: `GET /api/v1/list_environment_variables`. */
  async environmentVariables(): Promise<Map<string, string>> {
    const operation = "listing the environment variables";
    const { environmentVariables } = await this.#call(operation, async () =>
      answered(await this.#api.GET("/list_environment_variables")),
    );
    if (typeof environmentVariables !== "object" || environmentVariables === null) {
      throw new VendorError("Convex", operation, "malformed");
    }
    return new Map(Object.entries(environmentVariables as Record<string, string>));
  }

  /**
   * Applies all changes or none. Setting a variable to a value twice is harmless, so the call may be
   * repeated. Source: `POST /api/v1/update_environment_variables`.
   */
  async updateEnvironmentVariables(changes: VariableChanges): Promise<void> {
    const batch = Object.entries(changes).map(([name, value]) => ({ name, value: value ?? null }));
    if (batch.length === 0) return;
    await this.#call("updating the environment variables", async () =>
      answered(await this.#api.POST("/update_environment_variables", { body: { changes: batch } })),
    );
  }

  /** Source: `POST /api/get_config_hashes`, as the `convex` CLI calls it. */
  async moduleHashes(): Promise<ModuleHashes> {
    const operation = "reading the deployed modules";
    const { moduleHashes } = await this.#call(operation, () =>
      this.#post<{
        moduleHashes?: { path: string; hash: string; environment?: string | null }[];
      }>("/api/get_config_hashes", { adminKey: this.#access.adminKey, version: "1.0.0" }),
    );
    if (!Array.isArray(moduleHashes)) throw new VendorError("Convex", operation, "malformed");
    return Object.fromEntries(
      moduleHashes.map(({ path, hash, environment }) => [
        path,
        `${environment ?? "isolate"}:${hash}`,
      ]),
    );
  }

  /**
   * SHA-256 of the schema in force, empty without one. The backend gives it in a form of its own, so it
   * compares with another answer of this method and nothing else.
   * Source: the system query `_system/frontend/getSchemas`, as the dashboard calls it.
   */
  async schemaHash(): Promise<string> {
    const operation = "reading the deployed schema";
    const { value } = await this.#call(operation, () =>
      this.#post<{ value?: { active?: unknown } }>("/api/query", {
        path: "_system/frontend/getSchemas",
        args: { componentId: null },
        format: "json",
      }),
    );
    if (typeof value !== "object" || value === null) {
      throw new VendorError("Convex", operation, "malformed");
    }
    return typeof value.active === "string"
      ? createHash("sha256").update(value.active).digest("hex")
      : "";
  }

  #post<T>(path: string, body: object): Promise<T> {
    const { url, adminKey } = this.#access;
    const authorization = `Convex ${adminKey}`;
    const request = { method: "POST", authorization, body, signal: this.#signal } as const;
    return requestJson<T>(`${url}${path}`, request);
  }

  #call<T>(operation: string, request: () => Promise<T>): Promise<T> {
    const options = {
      vendor: "Convex",
      operation,
      idempotent: true,
      signal: this.#signal,
    } as const;
    return callVendor({ ...options, classify: classifyConvex }, request);
  }
}

/** What the SDK resolves to, refused or not. */
export interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an accepted request; of a refused one, throws what {@link classifyConvex} understands. */
export function answered<T>({ data, error, response }: Answer<T>): NonNullable<T> {
  if (!response.ok) throw new Refusal(response, error);
  return (data ?? {}) as NonNullable<T>;
}

/** Turns a refusal of the deployment or of the management host into an error for people. */
export const classifyConvex = classifierOf(
  (body) => (body as { code?: unknown } | undefined)?.code,
);
