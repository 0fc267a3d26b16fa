import type { InstanceContext } from "./context.ts";
import { alreadyExists, ClerkError, missing, notFound } from "./errors.ts";
import { booleanOf, type Form, integerOf, objectOf, requiredString, stringOf } from "./form.ts";
import type { JwtTemplate } from "./state.ts";

/** Claims Clerk sets by itself. */
const RESERVED = new Set(["azp", "exp", "iat", "iss", "jti", "nbf", "sub"]);
/** Claims of session tokens, which templates may not have. */
const OF_SESSIONS = new Set(["sid", "v", "pla", "fea"]);

/** Seconds. */
const LIFETIME = { min: 30, max: 315_360_000, default: 60 };
const CLOCK_SKEW = { min: 0, max: 300, default: 5 };

/** Makes a template of a form, or changes one; `name` and `claims` are required either way. */
export function saveTemplate(
  context: InstanceContext,
  form: Form,
  existing?: JwtTemplate,
): JwtTemplate {
  const name = requiredString(form, "name");
  const claims = readClaims(form);
  const lifetime = integerOf(form, "lifetime", LIFETIME);
  const skew = integerOf(form, "allowed_clock_skew", CLOCK_SKEW);
  const custom = booleanOf(form, "custom_signing_key") ?? existing?.customSigningKey ?? false;
  const algorithm = readAlgorithm(form, custom, existing);
  const { templates } = context.instance;
  const holder = [...templates.values()].find((template) => template.name === name);
  if (holder && holder !== existing) throw alreadyExists("name", "A JWT template with this name");

  const at = context.tick();
  const template: JwtTemplate = {
    id: existing?.id ?? context.newId("jtmp_"),
    name,
    claims,
    lifetime: lifetime ?? existing?.lifetime ?? LIFETIME.default,
    allowedClockSkew: skew ?? existing?.allowedClockSkew ?? CLOCK_SKEW.default,
    customSigningKey: custom,
    signingAlgorithm: algorithm,
    createdAt: existing?.createdAt ?? at,
    updatedAt: at,
  };
  templates.set(template.id, template);
  return template;
}

export function findTemplate(
  context: InstanceContext,
  attribute: "id" | "name",
  value: string,
): JwtTemplate {
  const found = [...context.instance.templates.values()].find(
    (template) => template[attribute] === value,
  );
  if (found) return found;
  throw notFound(`No JWT template exists with ${attribute}: ${value}`, "JWT template not found");
}

function readClaims(form: Form): Record<string, unknown> {
  const claims = objectOf(form, "claims");
  if (claims === undefined) throw missing("claims");
  const refused = Object.keys(claims).find((name) => RESERVED.has(name) || OF_SESSIONS.has(name));
  if (refused === undefined) return claims;
  throw new ClerkError(400, "jwt_template_reserved_claim", "reserved claim used", {
    longMessage: `You can't use the reserved claim: '${refused}'`,
    meta: { param_name: "claims" },
  });
}

/** A key of its own must come with its algorithm; it is not kept, as no token is made with it. */
function readAlgorithm(form: Form, custom: boolean, existing: JwtTemplate | undefined): string {
  if (!custom) return "RS256";
  const kept = existing?.customSigningKey ? existing.signingAlgorithm : undefined;
  const algorithm = stringOf(form, "signing_algorithm") ?? kept;
  const hasKey = stringOf(form, "signing_key") !== undefined || kept !== undefined;
  if (algorithm !== undefined && hasKey) return algorithm;
  const absent = algorithm === undefined ? "signing_algorithm" : "signing_key";
  throw new ClerkError(422, "form_conditional_param_missing", "is missing", {
    longMessage: `\`${absent}\` is required when \`custom_signing_key\` is \`true\`.`,
    meta: { param_name: absent },
  });
}
