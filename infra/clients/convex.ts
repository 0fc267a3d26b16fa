import { createDeploymentClient } from "@convex-dev/platform";
import { requireSafeUrl, withoutTrailingSlash } from "../urls.ts";
import type { DeploymentAccess } from "./convex-target.ts";
import { callVendor, classifierOf, Refusal } from "./http.ts";
import { VendorError } from "./vendor-error.ts";

/** Where a deployment answers. URLs without trailing slash. */
export interface DeploymentUrls {
  /** Functions: `https://<name>.convex.cloud`. */
  cloudUrl: string;
  /** HTTP actions: `https://<name>.convex.site`. */
  siteUrl: string;
}

/** One change of a batch; `undefined` removes the variable. */
export type VariableChanges = Record<string, string | undefined>;

/** One Convex deployment, spoken to with its key. Every method throws {@link VendorError}. */
export class ConvexDeploymentClient {
  readonly #api: ReturnType<typeof createDeploymentClient>;
  readonly #signal: AbortSignal;

  constructor(access: DeploymentAccess, signal: AbortSignal) {
    requireSafeUrl(access.url, "Convex deployment URL");
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
