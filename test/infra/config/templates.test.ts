import { expect, test } from "vitest";
import { readClaims, readJwtTemplates } from "../../../infra/config/templates.ts";
import { refusalOf, settings } from "./settings.ts";

test("claims may be anything but Clerk's own and the one for Convex", () => {
  const claims = { role: "{{user.public_metadata.role}}", limits: { seats: 3 }, list: [1, true] };
  expect(readClaims(settings({ claims }))).toEqual(claims);
  expect(readClaims(settings({}))).toEqual({});
});

test.each([
  ["aud", "CONFIG_CLAIM_AUD"],
  ["iss", "CLERK_RESERVED_CLAIM"],
  ["sub", "CLERK_RESERVED_CLAIM"],
  ["sid", "CLERK_RESERVED_CLAIM"],
])("the claim %s is refused with %s", (claim, code) => {
  const refusal = refusalOf(() => readClaims(settings({ claims: { [claim]: "mine" } })));
  expect(refusal).toContain(`[${code}]`);
  expect(refusal).toContain(`clerk-convex:claims.${claim}'`);
});

test("other templates have claims and, optionally, durations", () => {
  const jwtTemplates = {
    api: { claims: { aud: "api" }, lifetime: 30, allowedClockSkew: 0 },
    "plain_one.2": { claims: {} },
  };
  expect(readJwtTemplates(settings({ jwtTemplates }))).toEqual({
    api: { claims: { aud: "api" }, lifetime: 30, allowedClockSkew: 0 },
    "plain_one.2": { claims: {} },
  });
  expect(readJwtTemplates(settings({}))).toEqual({});
});

test.each<[string, unknown, string, string]>([
  ["a text", "api", "CONFIG_VALUE", "clerk-convex:jwtTemplates"],
  ["a list", [], "CONFIG_VALUE", "clerk-convex:jwtTemplates"],
  ["a name that is none", { "a b": { claims: {} } }, "CONFIG_VALUE", "a b"],
  ["the name of Convex's", { convex: { claims: {} } }, "CONFIG_TEMPLATE_RESERVED", "convex"],
  ["no claims", { api: {} }, "CONFIG_VALUE", "clerk-convex:jwtTemplates.api.claims"],
  ["claims in a list", { api: { claims: [] } }, "CONFIG_VALUE", "api.claims"],
  ["a reserved claim", { api: { claims: { exp: 1 } } }, "CLERK_RESERVED_CLAIM", "api.claims.exp"],
  ["an unknown key", { api: { claims: {}, lifetme: 60 } }, "CONFIG_VALUE", "lifetme"],
  ["a short life", { api: { claims: {}, lifetime: 29 } }, "CONFIG_VALUE", "api.lifetime"],
  ["a life that is a text", { api: { claims: {}, lifetime: "60" } }, "CONFIG_VALUE", "lifetime"],
  ["half a second", { api: { claims: {}, allowedClockSkew: 0.5 } }, "CONFIG_VALUE", "ClockSkew"],
  ["a long skew", { api: { claims: {}, allowedClockSkew: 301 } }, "CONFIG_VALUE", "0 to 300"],
])("templates: %s is refused", (_what, jwtTemplates, code, named) => {
  const refusal = refusalOf(() => readJwtTemplates(settings({ jwtTemplates })));
  expect(refusal).toContain(`[${code}]`);
  expect(refusal).toContain(named);
});
