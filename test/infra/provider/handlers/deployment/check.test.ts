import { describe, expect, test } from "vitest";
import { Configuration } from "../../../../../infra/provider/configuration.ts";
import { deployment } from "../../../../../infra/provider/handlers/deployment/index.ts";
import { type Properties, UNKNOWN } from "../../../../../infra/provider/resource.ts";
import { codeOf, offline } from "../setup.ts";

/** An operation whose vendors know what they were given, and are not asked. */
const given = (environment: Record<string, string>) => {
  const vendors = { configuration: new Configuration({}, environment) };
  return { ...offline, vendors } as typeof offline;
};

const token = { CONVEX_ACCESS_TOKEN: "eyJ2=" };
const development = { CONVEX_DEPLOY_KEY: "dev:otter-1|abc" };
const production = { CONVEX_DEPLOY_KEY: "prod:otter-1|abc" };
const previewKey = { CONVEX_DEPLOY_KEY: "preview:team:project|abc" };
const selfHosted = {
  CONVEX_SELF_HOSTED_URL: "http://127.0.0.1:3210",
  CONVEX_SELF_HOSTED_ADMIN_KEY: "k",
};
const created = { project: "shop", type: "dev", reference: "staging" };

async function failuresOf(inputs: Properties, environment: Record<string, string>) {
  const failures = (await deployment.check?.(inputs, given(environment))) ?? [];
  return failures.map(({ property, reason }) => [property, codeOf(reason)]);
}

type Case = [what: string, Properties, environment: Record<string, string>, ...[string, string][]];

describe("check refuses", () => {
  test.each<Case>([
    ["a type that is none", { type: "staging" }, development, ["type", "CONVEX_DEPLOYMENT_TYPE"]],
    [
      "both a project and a preview's name",
      { ...created, previewName: "pr-7" },
      token,
      ["previewName", "DEPLOYMENT_AMBIGUOUS"],
    ],
    ["an empty name", { previewName: "" }, previewKey, ["previewName", "NAME_EMPTY"]],
    [
      "to create what has no type or reference",
      { project: "shop" },
      token,
      ["type", "CONVEX_DEPLOYMENT_TYPE"],
      ["reference", "DEPLOYMENT_REFERENCE"],
    ],
    [
      "to create a self-hosted one",
      { ...created, type: "selfHosted" },
      token,
      ["type", "CONVEX_DEPLOYMENT_TYPE"],
    ],
    ...["ab", "Staging", "prod", "happy-otter-1", "local-1"].map(
      (reference): Case => [
        `the reference ${reference}`,
        { ...created, reference },
        token,
        ["reference", "DEPLOYMENT_REFERENCE"],
      ],
    ),
    ...["soon", "5", "2030-01-31T12:00:00", "2030-13-01T00:00:00Z"].map(
      (expiresAt): Case => [
        `the time ${expiresAt}`,
        { ...created, expiresAt },
        token,
        ["expiresAt", "DEPLOYMENT_EXPIRY"],
      ],
    ),
    ...["preview", "custom"].map(
      (type): Case => [
        `a default ${type} deployment`,
        { ...created, type, isDefault: false },
        token,
        ["isDefault", "DEPLOYMENT_DEFAULT"],
      ],
    ),
    [
      "settings of a created one for another",
      {
        ...{ reference: "staging", isDefault: true, class: "s16" },
        ...{ region: "aws-us-east-1", expiresAt: "2030-01-31T12:00:00Z" },
      },
      development,
      ["reference", "DEPLOYMENT_NOT_CREATED"],
      ["isDefault", "DEPLOYMENT_NOT_CREATED"],
      ["class", "DEPLOYMENT_NOT_CREATED"],
      ["region", "DEPLOYMENT_NOT_CREATED"],
      ["expiresAt", "DEPLOYMENT_NOT_CREATED"],
    ],
    ["to create without an access token", created, development, ["type", "CREDENTIAL_MISSING"]],
    ["an existing one without a key", {}, token, ["type", "CREDENTIAL_MISSING"]],
    ["another type", { type: "prod" }, development, ["type", "CONVEX_DEPLOYMENT_TYPE"]],
    ["a cloud's type", { type: "dev" }, selfHosted, ["type", "CONVEX_DEPLOYMENT_TYPE"]],
    ["a cloud's key", { type: "selfHosted" }, development, ["type", "CONVEX_DEPLOYMENT_TYPE"]],
    ["a project's preview key", { type: "dev" }, previewKey, ["type", "CONVEX_KEY_KIND"]],
    ["a preview's name", { previewName: "pr-7" }, development, ["previewName", "CONVEX_KEY_KIND"]],
    [
      "a preview elsewhere",
      { previewName: "pr-7" },
      selfHosted,
      ["previewName", "CONVEX_KEY_KIND"],
    ],
    [
      "production's key beside a preview that is created",
      { ...created, type: "preview" },
      { ...token, ...production },
      ["type", "CONVEX_DEPLOYMENT_TYPE"],
    ],
    [
      "a key of no known form",
      {},
      { CONVEX_DEPLOY_KEY: "otter-1|abc" },
      ["type", "CONVEX_KEY_FORMAT"],
    ],
  ])("%s", async (_what, inputs, environment, ...failures) => {
    expect(await failuresOf({ ...inputs }, environment)).toEqual(failures);
  });

  test("a preview by a name that is not known yet, in words", async () => {
    const inputs: Properties = { previewName: UNKNOWN };
    const failures = (await deployment.check?.(inputs, given(development))) ?? [];
    expect(failures.map(({ reason }) => codeOf(reason))).toEqual(["CONVEX_KEY_KIND"]);
    expect(failures[0]?.reason).not.toContain("Symbol");
  });
});

test.each<[string, Properties, Record<string, string>]>([
  ["the deployment of the key", {}, development],
  ["its type", { type: "dev" }, development],
  ["a self-hosted one", { type: "selfHosted" }, selfHosted],
  ["a preview by its name", { type: "preview", previewName: "pr-7" }, previewKey],
  ["one to create", created, token],
  ["a default one to create", { ...created, type: "prod", isDefault: true }, token],
  [
    "a preview to create beside a development key",
    { ...created, type: "preview" },
    { ...token, ...development },
  ],
  [
    "production to create beside its old key",
    { ...created, type: "prod" },
    { ...token, ...production },
  ],
  [
    "values not known yet",
    { project: UNKNOWN, type: UNKNOWN, reference: UNKNOWN, isDefault: UNKNOWN, expiresAt: UNKNOWN },
    token,
  ],
  ["a name not known yet", { previewName: UNKNOWN }, previewKey],
])("check lets pass %s", async (_what, inputs, environment) => {
  expect(await failuresOf({ ...inputs }, environment)).toEqual([]);
});

test.each(["2030-01-31T12:00:00Z", "2030-01-31T14:00:00.000+02:00", "2030-01-31T12:00Z"])(
  "the time %s is taken in the form that a read gives",
  async (expiresAt) => {
    const inputs: Properties = { ...created, expiresAt };
    expect(await failuresOf(inputs, token)).toEqual([]);
    expect(inputs.expiresAt).toBe("2030-01-31T12:00:00.000Z");
  },
);

describe("once a stack is bound to otter-1, planning", () => {
  const guard = (inputs: Properties, environment: Record<string, string>) => () =>
    deployment.guard?.("otter-1", { inputs }, given(environment));

  test.each([
    [
      "the key of another deployment",
      { CONVEX_DEPLOY_KEY: "dev:heron-2|abc" },
      "CONVEX_WRONG_DEPLOYMENT",
    ],
    ["another backend", selfHosted, "CONVEX_WRONG_DEPLOYMENT"],
    ["a project's preview key", previewKey, "CONVEX_KEY_KIND"],
  ])("refuses %s", (_what, environment: Record<string, string>, code) => {
    expect(guard({}, environment)).toThrow(expect.objectContaining({ code }));
  });

  test.each<[string, Properties, Record<string, string>]>([
    ["its own key", { type: "dev" }, development],
    [
      "any key where the deployment is created",
      created,
      { ...token, CONVEX_DEPLOY_KEY: "dev:heron-2|abc" },
    ],
    ["the preview key of a preview", { previewName: "pr-7" }, previewKey],
  ])("goes on with %s", (_what, inputs, environment) => {
    expect(guard(inputs, environment)).not.toThrow();
  });
});
