import { expect, test } from "vitest";
import { Configuration, checkConfiguration } from "../../../infra/provider/configuration.ts";
import { UNKNOWN } from "../../../infra/provider/resource.ts";
import { codeOf } from "./handlers/setup.ts";

const key = "sk_test_configured";

test("configuration goes before environment, and addresses have defaults", () => {
  const environment = { CLERK_SECRET_KEY: "sk_test_environment" };
  expect(new Configuration({}, environment).clerk).toEqual({
    secretKey: "sk_test_environment",
    apiUrl: "https://api.clerk.com",
  });
  const configured = { clerkSecretKey: key, clerkApiUrl: "https://clerk.test//" };
  expect(new Configuration(configured, environment).clerk).toEqual({
    secretKey: key,
    apiUrl: "https://clerk.test",
  });
});

test("a key not known yet is not replaced by one in the environment", () => {
  const configuration = new Configuration({ clerkSecretKey: UNKNOWN }, { CLERK_SECRET_KEY: key });
  expect(() => configuration.clerk).toThrow(
    expect.objectContaining({ code: "CREDENTIAL_MISSING" }),
  );
});

test("the Convex target is a deploy key or a self-hosted URL, never both", () => {
  const cloud = { CONVEX_DEPLOY_KEY: "dev:otter-1|abc" };
  const hosted = {
    CONVEX_SELF_HOSTED_URL: "http://127.0.0.1:3210",
    CONVEX_SELF_HOSTED_ADMIN_KEY: "k",
  };
  expect(new Configuration({}, cloud).convex).toEqual({
    kind: "deployKey",
    deployKey: "dev:otter-1|abc",
    provisionHost: "https://api.convex.dev",
  });
  expect(new Configuration({}, hosted).convex).toEqual({
    kind: "selfHosted",
    url: "http://127.0.0.1:3210",
    adminKey: "k",
  });
  for (const [environment, code] of [
    [{ ...cloud, ...hosted }, "CONVEX_TARGET_AMBIGUOUS"],
    [{ CONVEX_SELF_HOSTED_URL: "http://127.0.0.1:3210" }, "CREDENTIAL_MISSING"],
    [{}, "CREDENTIAL_MISSING"],
  ] as const) {
    const configuration = new Configuration({}, environment);
    expect(() => configuration.convex).toThrow(expect.objectContaining({ code }));
  }
});

test("every credential in force is known as a secret, and no address is", () => {
  const environment = {
    CLERK_PLATFORM_API_KEY: "ak_1",
    CONVEX_DEPLOY_KEY: "dev:otter-1|abc",
    CONVEX_SELF_HOSTED_ADMIN_KEY: "admin",
    CLERK_API_URL: "https://clerk.test",
  };
  const { secrets } = new Configuration({ clerkSecretKey: key }, environment);
  expect(secrets.sort()).toEqual(["admin", "ak_1", "dev:otter-1|abc", key]);
});

test.each([
  ["clerkSecretKey", "CREDENTIAL_FORMAT", "pk_test_x"],
  ["clerkPlatformKey", "CREDENTIAL_FORMAT", "sk_test_x"],
  ["convexDeployKey", "CREDENTIAL_FORMAT", "otter-1"],
  ["clerkApiUrl", "URL_NOT_HTTPS", "http://clerk.test"],
  ["convexProvisionHost", "URL_INVALID", "api.convex.dev"],
  ["convexSelfHostedUrl", "URL_NOT_HTTPS", "http://convex.test"],
  ["clerkKey", "SETTING_UNKNOWN", "x"],
  ["constructor", "SETTING_UNKNOWN", "x"],
])("%s is refused with %s", (property, code, value) => {
  const failures = checkConfiguration({ [property]: value });
  expect(failures.map((failure) => [failure.property, codeOf(failure.reason)])).toEqual([
    [property, code],
  ]);
});

test("a refused key is not repeated, and what is right passes", () => {
  const [failure] = checkConfiguration({ clerkSecretKey: "mistyped-key" });
  expect(failure?.reason).not.toContain("mistyped-key");
  const right = { clerkSecretKey: key, convexDeployKey: "prod:otter-1|abc", version: "0.1.0" };
  expect(checkConfiguration({ ...right, clerkApiUrl: UNKNOWN })).toEqual([]);
});
