import type { JSONValue } from "convex/values";
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify } from "jose";
import type { AuthProvider } from "./auth-config.ts";
import { BackendError } from "./errors.ts";

/** Who a function sees as the caller. */
export type Identity = Record<string, JSONValue>;

// Source: the backend validates OIDC tokens with these; HS256 and none are never accepted.
const algorithms = ["RS256", "ES256"];

/**
 * Verifies an ID token against the deployed providers.
 *
 * @throws {BackendError} 401 `InvalidAuthHeader`, `NoAuthProvider` or `Unauthenticated`
 */
export async function identityOf(token: string, providers: AuthProvider[]): Promise<Identity> {
  let claims: ReturnType<typeof decodeJwt>;
  try {
    claims = decodeJwt(token);
  } catch {
    throw new BackendError(401, "InvalidAuthHeader", "Could not parse as id token");
  }
  const audiences = [claims.aud ?? []].flat();
  const provider = providers.find((candidate) => matches(candidate, claims.iss, audiences));
  if (!provider) {
    throw new BackendError(
      401,
      "NoAuthProvider",
      "No auth provider found matching the given token (no providers configured or issuer and audience differ). Check that your server auth config is correct.",
    );
  }
  const issuer = issuerOf(provider);
  const jwks = "type" in provider ? provider.jwks : await discover(issuer);
  try {
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks)), {
      issuer: [issuer, `${issuer}/`],
      algorithms: "type" in provider ? [provider.algorithm] : algorithms,
      requiredClaims: ["sub", "exp", "iat"],
    });
    return toIdentity(issuer, payload);
  } catch (error) {
    const reason = error instanceof errors.JOSEError ? error.code : "the key set cannot be read";
    throw new BackendError(401, "Unauthenticated", `Could not verify OIDC token claim: ${reason}`);
  }
}

function matches(provider: AuthProvider, issuer: string | undefined, audiences: string[]): boolean {
  if (issuer?.replace(/\/$/, "") !== issuerOf(provider)) return false;
  return provider.applicationID === null || audiences.includes(provider.applicationID);
}

function issuerOf(provider: AuthProvider): string {
  const issuer = "type" in provider ? provider.issuer : provider.domain;
  return (/^https?:\/\//.test(issuer) ? issuer : `https://${issuer}`).replace(/\/$/, "");
}

async function discover(issuer: string): Promise<string> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`).catch(() => undefined);
  const document = response?.ok ? ((await response.json()) as { jwks_uri?: string }) : undefined;
  if (document?.jwks_uri) return document.jwks_uri;
  throw new BackendError(
    401,
    "AuthProviderDiscoveryFailed",
    `Auth provider discovery of ${issuer} failed`,
  );
}

/** Source: `UserIdentity` in convex/server, standard claims in camel case. */
function toIdentity(issuer: string, payload: Record<string, unknown>): Identity {
  const renamed: Record<string, string> = {
    given_name: "givenName",
    family_name: "familyName",
    picture: "pictureUrl",
    email_verified: "emailVerified",
    phone_number: "phoneNumber",
    phone_number_verified: "phoneNumberVerified",
    updated_at: "updatedAt",
    preferred_username: "preferredUsername",
  };
  const timing = ["aud", "exp", "iat", "nbf", "jti", "iss", "sub"];
  const identity: Identity = {
    tokenIdentifier: `${issuer}|${payload.sub}`,
    subject: String(payload.sub),
    issuer,
  };
  for (const [claim, value] of Object.entries(payload)) {
    if (!timing.includes(claim)) identity[renamed[claim] ?? claim] = value as JSONValue;
  }
  return identity;
}
