import { Hono } from "hono";
import { refusals } from "./backend-api.ts";
import { unsupported } from "./errors.ts";
import { jwks } from "./signing-keys.ts";
import type { InstanceState } from "./state.ts";

/** What an instance publishes at its issuer. `instance` is asked at each request. */
export function frontendApi(instance: () => InstanceState): Hono {
  return new Hono()
    .get("/.well-known/jwks.json", async (c) => c.json(await jwks(instance().signingKeys)))
    .get("/.well-known/openid-configuration", (c) => c.json(discovery(instance().issuer)))
    .all("*", (c) => {
      throw unsupported(`${c.req.method} ${c.req.path}`);
    })
    .onError(refusals());
}

/** Shape: clerk/openapi-specs, fapi/2026-05-12.yml, WellKnown.OpenIDConfiguration. */
const discovery = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/oauth/authorize`,
  token_endpoint: `${issuer}/oauth/token`,
  revocation_endpoint: `${issuer}/oauth/token/revoke`,
  introspection_endpoint: `${issuer}/oauth/token_info`,
  userinfo_endpoint: `${issuer}/oauth/userinfo`,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  scopes_supported: ["openid", "profile", "email", "public_metadata", "private_metadata"],
  response_types_supported: ["code"],
  response_modes_supported: ["form_post", "query"],
  grant_types_supported: ["authorization_code", "refresh_token"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256"],
  token_endpoint_auth_methods_supported: ["client_secret_basic", "none", "client_secret_post"],
  claims_supported: ["aud", "email", "exp", "iat", "iss", "name", "sub"],
  code_challenge_methods_supported: ["S256"],
  backchannel_logout_supported: false,
  frontchannel_logout_supported: false,
});
