import type { JSONValue } from "convex/values";
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify } from "jose";
import type { AuthProvider } from "./auth-config.ts";
import { BackendError } from "./errors.ts";

/** Who a function sees as the caller. */
export type Identity = Record<string, JSONValue>;

// Source: `validate_id_token` of the backend allows these of OIDC tokens, never HS256 or none.
const algorithms = ["RS256", "EdDSA"];

/**
 * Verifies an ID token against the deployed providers.
 *
 * @throws {BackendError} 401 `InvalidAuthHeader`, `NoAuthProvider` or `Unauthenticated`; 400
 * `AuthProviderDiscoveryFailed` when the issuer does not answer
 */
export async function identityOf(token: string, providers: AuthProvider[]): Promise<Identity> {
  let claims: ReturnType<typeof decodeJwt>;
  try {
    claims = decodeJwt(token);
  } catch {
    const message =
      "Could not parse JWT payload. Check that the token is a valid JWT format with three base64-encoded parts separated by dots.";
    throw new BackendError(401, "InvalidAuthHeader", message);
  }
  const audiences = [claims.aud ?? []].flat();
  const provider = providers.find((candidate) => matches(candidate, claims.iss, audiences));
  if (!provider) {
    throw new BackendError(401, "NoAuthProvider", noProvider(providers));
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
    // The backend fetches the key set as a part of discovery.
    if (!(error instanceof errors.JOSEError)) throw discoveryFailed(issuer);
    if ("type" in provider) {
      throw new BackendError(401, "InvalidAuthHeader", `Could not validate token: ${error.code}`);
    }
    const message =
      "Could not verify OIDC token claim. Check that the token signature is valid and the token hasn't expired.";
    throw new BackendError(401, "Unauthenticated", message);
  }
}

function noProvider(providers: AuthProvider[]): string {
  const sentence = "No auth provider found matching the given token";
  if (providers.length === 0) {
    return `${sentence} (no providers configured). Check convex/auth.config.ts.`;
  }
  const listed = providers.map((provider) =>
    "type" in provider
      ? `CustomJWT(issuer=${provider.issuer}, app_id=${provider.applicationID ?? "none"})`
      : `OIDC(domain=${provider.domain}, app_id=${provider.applicationID})`,
  );
  return `${sentence}. Check that your JWT's issuer and audience match one of your configured providers: [${listed.join(", ")}]`;
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
  throw discoveryFailed(issuer);
}

function discoveryFailed(issuer: string): BackendError {
  const message = `Auth provider discovery of ${issuer} failed`;
  return new BackendError(400, "AuthProviderDiscoveryFailed", message);
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
