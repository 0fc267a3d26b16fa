/*
 * What the vendors hold values to. The settings and the plugin both refuse by these rules, so that a wrong
 * value is found before any vendor is asked.
 */

/** Inclusive bounds. */
export interface Range {
  lowest: number;
  highest: number;
}

/**
 * Claims that Clerk sets itself and a template may not have.
 * Source: Clerk's documentation of JWT templates and the error `jwt_template_reserved_claim`.
 */
export const reservedClaims: readonly string[] = [
  ...["azp", "exp", "iat", "iss", "jti", "nbf", "sub"],
  ...["sid", "v", "pla", "fea"],
];

/** Seconds. Source: `POST /v1/jwt_templates`. */
export const templateLifetime: Range = { lowest: 30, highest: 315_360_000 };
export const templateClockSkew: Range = { lowest: 0, highest: 300 };

/** Seconds. Source: Svix's `EndpointSecretRotateIn`. */
export const rotationGracePeriod: Range = { lowest: 0, highest: 604_800 };

/** Source: Svix's `EndpointIn.uid`; what looks like an id is refused. */
export function isEndpointUid(uid: string): boolean {
  return /^[a-zA-Z0-9\-_.]{1,256}$/.test(uid) && !uid.startsWith("ep_");
}

/** Source: Svix's `EventTypeIn.name`. Which ones there are is Clerk's to say. */
export function isEventType(type: string): boolean {
  return /^[a-zA-Z0-9\-_.]{1,256}$/.test(type);
}

/** `whsec_` and the base64 of 24 to 75 bytes. Source: Svix's `EndpointIn.secret`. */
export function isSigningSecret(secret: string): boolean {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const { length } = Buffer.from(encoded ?? "", "base64");
  return length >= 24 && length <= 75;
}

/** Source: the backend's checks of environment variables; the total counts names and values. */
export const variableLimits = {
  count: 512,
  nameLength: 256,
  valueBytes: 8192,
  totalBytes: 512 * 1024,
};

/** Names that Convex sets itself. */
export const builtInVariables: readonly string[] = ["CONVEX_CLOUD_URL", "CONVEX_SITE_URL"];

const reservedReferences =
  "prod dev cloud local default name new existing deployment preview".split(" ");

/** Source: `reference` of the Management API's `PlatformUpdateDeploymentArgs`. */
export function isDeploymentReference(reference: string): boolean {
  return (
    /^[a-z0-9/-]{3,100}$/.test(reference) &&
    !/^[a-z]+-[a-z]+-[0-9]+$/.test(reference) &&
    !reference.startsWith("local-") &&
    !reservedReferences.includes(reference)
  );
}

export function isWithin(value: number, { lowest, highest }: Range): boolean {
  return value >= lowest && value <= highest;
}
