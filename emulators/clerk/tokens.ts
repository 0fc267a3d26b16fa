import { randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import { unsupported } from "./errors.ts";
import { renderClaims } from "./shortcodes.ts";
import type { InstanceState, JwtTemplate, Session, User } from "./state.ts";

/** The token's class, in its header. Source: @clerk/backend, src/tokens/jwtCategories.ts. */
const CATEGORY = { session: "cl_B7d4PD111AAA", template: "cl_B7d4PD222AAA" };

/** Seconds; https://clerk.com/docs/guides/sessions/session-tokens. */
const SESSION_LIFETIME = 60;
const SESSION_SKEW = 10;

/** What a token is made for, and when. */
interface Occasion {
  user: User;
  /** Milliseconds since the epoch. */
  now: number;
  /** Seconds, in place of the usual lifetime. */
  lifetime?: number | undefined;
}

/** A plain session token, version 2. */
export function sessionToken(
  instance: InstanceState,
  session: Session,
  { user, now, lifetime }: Occasion,
): Promise<string> {
  return sign(instance, CATEGORY.session, {
    claims: { fva: [0, -1], sid: session.id, sts: session.status, v: 2 },
    user,
    now,
    lifetime: lifetime ?? SESSION_LIFETIME,
    skew: SESSION_SKEW,
  });
}

/** A token with the claims of a template; it is not tied to a session. */
export function templateToken(
  instance: InstanceState,
  template: JwtTemplate,
  { user, now, lifetime }: Occasion,
): Promise<string> {
  if (template.customSigningKey)
    throw unsupported("tokens of templates with their own signing key");
  return sign(instance, CATEGORY.template, {
    claims: renderClaims(template.claims, user),
    user,
    now,
    lifetime: lifetime ?? template.lifetime,
    skew: template.allowedClockSkew,
  });
}

function sign(
  instance: InstanceState,
  cat: string,
  parts: {
    claims: Record<string, unknown>;
    user: User;
    now: number;
    lifetime: number;
    skew: number;
  },
): Promise<string> {
  const key = instance.signingKeys.at(-1);
  if (!key) throw new Error("The instance has no signing key. Make one. (CLERK_EMULATOR)");
  const at = Math.floor(parts.now / 1000);
  return new SignJWT(parts.claims)
    .setProtectedHeader({ alg: "RS256", cat, kid: key.kid, typ: "JWT" })
    .setIssuer(instance.issuer)
    .setSubject(parts.user.id)
    .setIssuedAt(at)
    .setNotBefore(at - parts.skew)
    .setExpirationTime(at + parts.lifetime)
    .setJti(randomBytes(10).toString("hex"))
    .sign(key.privateKey);
}
