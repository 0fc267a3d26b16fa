import type { User } from "./state.ts";

/**
 * Claims with their shortcodes filled in for a user: alone they keep the value's type, within a
 * string they become text, and `||` gives fallbacks. What is unknown becomes null.
 * Source: https://clerk.com/docs/guides/sessions/jwt-templates#shortcodes
 */
export function renderClaims(claims: Record<string, unknown>, user: User): Record<string, unknown> {
  return render(claims, { user: shortcodesOf(user) }) as Record<string, unknown>;
}

function render(value: unknown, scope: Record<string, unknown>): unknown {
  if (typeof value === "string") return renderString(value, scope);
  if (Array.isArray(value)) return value.map((item) => render(item, scope));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, render(item, scope)]);
  return Object.fromEntries(entries);
}

function renderString(text: string, scope: Record<string, unknown>): unknown {
  const alone = text.match(/^\s*\{\{((?:(?!\}\}).)*)\}\}\s*$/s);
  if (alone) return evaluate(alone[1] ?? "", scope);
  if (!text.includes("{{")) return text;
  return text
    .replace(/\{\{(.*?)\}\}/gs, (_, expression: string) => asText(evaluate(expression, scope)))
    .trimEnd();
}

/** The first operand that is neither null nor false, else the last. */
function evaluate(expression: string, scope: Record<string, unknown>): unknown {
  const operands = expression.match(/'[^']*'|[^|\s]+/g) ?? [];
  const values = operands.map((operand) => operandValue(operand, scope));
  return values.find((value) => value !== null && value !== false) ?? values.at(-1) ?? null;
}

function operandValue(operand: string, scope: Record<string, unknown>): unknown {
  if (operand.startsWith("'")) return operand.slice(1, -1);
  if (operand === "true" || operand === "false") return operand === "true";
  if (/^-?\d+(\.\d+)?$/.test(operand)) return Number(operand);
  let value: unknown = scope;
  for (const key of operand.split(".")) {
    const holds = typeof value === "object" && value !== null && Object.hasOwn(value, key);
    if (!holds) return null;
    value = (value as Record<string, unknown>)[key];
  }
  return value ?? null;
}

const asText = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);

function shortcodesOf(user: User): Record<string, unknown> {
  const primary = user.emailAddresses.find(({ id }) => id === user.primaryEmailAddressId);
  const names = [user.firstName, user.lastName].filter((name) => name !== null);
  return {
    id: user.id,
    external_id: user.externalId,
    first_name: user.firstName,
    last_name: user.lastName,
    full_name: names.length > 0 ? names.join(" ") : null,
    username: user.username,
    image_url: user.imageUrl,
    has_image: user.hasImage,
    primary_email_address: primary?.emailAddress ?? null,
    email_verified: primary?.verified ?? false,
    primary_phone_number: null,
    phone_number_verified: false,
    primary_web3_wallet: null,
    web3_wallet_verified: false,
    two_factor_enabled: false,
    public_metadata: user.publicMetadata,
    unsafe_metadata: user.unsafeMetadata,
    last_sign_in_at: inSeconds(user.lastSignInAt),
    created_at: inSeconds(user.createdAt),
    updated_at: inSeconds(user.updatedAt),
  };
}

const inSeconds = (at: number | null): number | null => at && Math.floor(at / 1000);
