import { randomBytes } from "node:crypto";
import { permissionDenied, unauthorized } from "./errors.ts";

/** What the bearer of an app token may do. Source: `AppPortalCapability` of Svix's OpenAPI. */
export type Capability =
  | "ViewBase"
  | "ViewEndpointSecret"
  | "ManageEndpointSecret"
  | "ManageTransformations"
  | "CreateAttempts"
  | "ManageEndpoint";

export const ALL_CAPABILITIES: readonly Capability[] = [
  "ViewBase",
  "ViewEndpointSecret",
  "ManageEndpointSecret",
  "ManageTransformations",
  "CreateAttempts",
  "ManageEndpoint",
];

/** Whom a token speaks for: the whole environment, or one app with some capabilities. */
export type Grant =
  | { scope: "environment" }
  | { scope: "app"; appId: string; capabilities: readonly Capability[] };

/** The tokens an emulator has given out. The dotted suffix is the region, as Svix has it. */
export class Tokens {
  /** The environment's own API key, as Clerk holds it. */
  readonly environment = `testsk_${secretPart()}.eu`;
  readonly #grants = new Map<string, Grant>([[this.environment, { scope: "environment" }]]);
  readonly #oneTime = new Map<string, Extract<Grant, { scope: "app" }>>();

  /** A token to be exchanged once for an app token, as found in a dashboard link. */
  issueOneTime(appId: string, capabilities: readonly Capability[]): string {
    const token = secretPart();
    this.#oneTime.set(token, { scope: "app", appId, capabilities });
    return token;
  }

  /** Exchanges a one-time token; a second try is refused with 401. */
  exchange(oneTimeToken: string): { token: string; capabilities: readonly Capability[] } {
    const grant = this.#oneTime.get(oneTimeToken);
    if (!grant) throw unauthorized("Invalid one-time token");
    this.#oneTime.delete(oneTimeToken);
    const token = `appsk_${secretPart()}.eu`;
    this.#grants.set(token, grant);
    return { token, capabilities: grant.capabilities };
  }

  /** The grant of an `Authorization` header, or 401. */
  grantOf(authorization: string | undefined): Grant {
    const grant = this.#grants.get(authorization?.match(/^Bearer (\S+)$/)?.[1] ?? "");
    if (!grant) throw unauthorized();
    return grant;
  }

  /** Ends every token of an app, used or not. */
  revoke(appId: string): void {
    for (const tokens of [this.#grants, this.#oneTime]) {
      for (const [token, grant] of tokens) {
        if (grant.scope === "app" && grant.appId === appId) tokens.delete(token);
      }
    }
  }
}

/** Refuses with 403 what the grant does not cover. */
export function demand(grant: Grant, capability: Capability): void {
  if (grant.scope === "app" && !grant.capabilities.includes(capability)) throw permissionDenied();
}

const secretPart = (): string => randomBytes(24).toString("base64url");
