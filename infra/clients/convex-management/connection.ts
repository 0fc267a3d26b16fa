import { createManagementClient } from "@convex-dev/platform";
import { requireSafeUrl } from "../../urls.ts";
import { type Answer, answered, classifyConvex } from "../convex.ts";
import { callVendor } from "../http.ts";
import { VendorError } from "../vendor-error.ts";

export interface ManagementOptions {
  /** Of a team or of one project. A secret. */
  accessToken: string;
  /** `https://api.convex.dev`, without trailing slash. */
  provisionHost: string;
  signal: AbortSignal;
}

/** What an access token is good for. */
export type TokenScope = { kind: "team"; teamId: number } | { kind: "project"; projectId: number };

/** The Management API as one access token reaches it. What is called through it throws {@link VendorError}. */
export class ManagementConnection {
  readonly api: ReturnType<typeof createManagementClient>;
  /** The SDK takes the host from its process's environment only, so each request names it. */
  readonly at: { baseUrl: string; redirect: "error"; signal: AbortSignal };

  constructor({ accessToken, provisionHost, signal }: ManagementOptions) {
    requireSafeUrl(provisionHost, "convexProvisionHost");
    this.api = createManagementClient(accessToken);
    this.at = { baseUrl: `${provisionHost}/v1`, redirect: "error", signal };
  }

  /** Source: `GET /token_details`. */
  async scope(): Promise<TokenScope> {
    const operation = "reading what the access token is for";
    const token = await this.call(operation, () => this.api.GET("/token_details", this.at));
    if (token.type === "teamToken") return { kind: "team", teamId: token.teamId };
    if (token.type === "projectToken") return { kind: "project", projectId: token.projectId };
    throw new VendorError("Convex", operation, "malformed");
  }

  call<T>(operation: string, request: () => Promise<Answer<T>>, idempotent = true): Promise<T> {
    const { signal } = this.at;
    const options = { vendor: "Convex", operation, idempotent, signal } as const;
    return callVendor({ ...options, classify: classifyConvex }, async () =>
      answered(await request()),
    );
  }
}

export function listOf<T>(items: T[] | undefined, operation: string): T[] {
  if (Array.isArray(items)) return items;
  throw new VendorError("Convex", operation, "malformed");
}
