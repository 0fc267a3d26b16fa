import { createDeploymentClient } from "@convex-dev/platform";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cliTimeout, type Parts, post, someIssuer, start } from "./setup.ts";

type Change = { name: string; value?: string | null };

const clientOf = ({ deployment }: Parts, key = deployment.deployKey) =>
  createDeploymentClient(deployment.url, key);

/** The status, and the refusal if there is one. */
async function update(parts: Parts, changes: Change[]) {
  const { response, error } = await clientOf(parts).POST("/update_environment_variables", {
    body: { changes },
    parseAs: "text",
  });
  if (response.ok) return { status: response.status };
  return { status: response.status, ...parsed(error) };
}

const parsed = (error: unknown): object =>
  typeof error === "string" ? (JSON.parse(error) as object) : (error as object);

async function list(parts: Parts) {
  const { data } = await clientOf(parts).GET("/list_environment_variables");
  return data?.environmentVariables;
}

describe("variables of an empty deployment", () => {
  let parts: Parts;
  beforeEach(async () => {
    parts = await start({ type: "dev" });
    return () => parts.convex.close();
  });

  test("are set, overwritten and removed", async () => {
    expect(
      await update(parts, [
        { name: "A", value: "1" },
        { name: "_b2", value: "" },
      ]),
    ).toEqual({ status: 200 });
    expect(await list(parts)).toEqual({ A: "1", _b2: "" });
    await update(parts, [{ name: "A", value: "2" }, { name: "_b2" }, { name: "ABSENT" }]);
    expect(await list(parts)).toEqual({ A: "2" });
    expect([...parts.deployment.environmentVariables]).toEqual([["A", "2"]]);
  });

  test.each(["", "2FAST", "WITH-DASH", "WITH SPACE", "ÄRGER"])(
    "the name %j is refused",
    async (name) => {
      expect(await update(parts, [{ name, value: "x" }])).toEqual({
        status: 400,
        code: "EnvironmentVariableNameInvalid",
        message: `The environment variable name ${name} is invalid. Environment variable names must begin with a letter and may only include characters a-z, A-Z, 0-9, and underscores.`,
      });
      expect(await list(parts)).toEqual({});
    },
  );

  test("a name has at most 256 characters", async () => {
    const longest = "N".repeat(256);
    expect(await update(parts, [{ name: `${longest}N`, value: "x" }])).toMatchObject({
      status: 400,
      code: "EnvironmentVariableNameTooLong",
    });
    expect(await update(parts, [{ name: longest, value: "x" }])).toEqual({ status: 200 });
    expect(await list(parts)).toEqual({ [longest]: "x" });
  });

  test.each(["CONVEX_CLOUD_URL", "CONVEX_SITE_URL"])("%s is built in", async (name) => {
    expect(await update(parts, [{ name, value: "https://elsewhere.example.com" }])).toEqual({
      status: 400,
      code: "EnvVarNameForbidden",
      message: `Environment variable with name "${name}" is built-in and cannot be overridden`,
    });
  });

  test("a value has at most 8192 bytes, whatever its characters", async () => {
    expect(await update(parts, [{ name: "A", value: "x".repeat(8192) }])).toEqual({ status: 200 });
    expect(await update(parts, [{ name: "A", value: `${"é".repeat(4096)}x` }])).toMatchObject({
      status: 400,
      code: "EnvironmentVariableValueTooLarge",
      message: expect.stringContaining("8193 bytes"),
    });
    expect(parts.deployment.environmentVariables.get("A")).toBe("x".repeat(8192));
  });

  test("there are at most 512, and one more takes the place of one removed", async () => {
    const many = Array.from({ length: 512 }, (_, index) => ({ name: `V${index}`, value: "x" }));
    expect(await update(parts, many)).toEqual({ status: 200 });
    expect(await update(parts, [{ name: "MORE", value: "x" }])).toMatchObject({
      status: 400,
      code: "EnvVarLimitMet",
      message: "The environment variable limit (512) has been met.",
    });
    expect(await update(parts, [{ name: "MORE", value: "x" }, { name: "V0" }])).toEqual({
      status: 200,
    });
    expect(parts.deployment.environmentVariables.size).toBe(512);
  });

  test("together they have at most 512 KiB, names included", async () => {
    const big = Array.from({ length: 64 }, (_, index) => ({
      name: `V${String(index).padStart(3, "0")}`,
      value: "x".repeat(8192 - 4),
    }));
    expect(await update(parts, big)).toEqual({ status: 200 });
    expect(await update(parts, [{ name: "A", value: "" }])).toMatchObject({
      status: 400,
      code: "EnvVarTotalSizeLimitMet",
      message: expect.stringContaining("(524289 bytes)"),
    });
  });

  test("a batch with one bad change changes nothing", async () => {
    await update(parts, [{ name: "KEPT", value: "1" }]);
    const batch = [
      { name: "A", value: "1" },
      { name: "KEPT" },
      { name: "B", value: "x".repeat(8193) },
    ];
    expect(await update(parts, batch)).toMatchObject({ status: 400 });
    expect(await list(parts)).toEqual({ KEPT: "1" });
  });

  test("another deployment's key is refused, and so is none", async () => {
    const other = await parts.convex.createDeployment({ type: "dev" });
    const { response, error } = await clientOf(parts, other.deployKey).GET(
      "/list_environment_variables",
    );
    expect(response.status).toBe(401);
    expect(error).toEqual({
      code: "BadAdminKey",
      message: "The provided admin key was invalid for this instance",
    });
    const url = `${parts.deployment.url}/api/v1/update_environment_variables`;
    expect(await post(url, { changes: [{ name: "A", value: "1" }] })).toMatchObject({
      status: 403,
      body: { code: "BadDeployKey" },
    });
    expect(await list(parts)).toEqual({});
  });
});

describe("variables that the deployed auth config reads", () => {
  let parts: Parts;
  beforeAll(async () => {
    parts = await start({ type: "dev" });
    await update(parts, [{ name: "CLERK_JWT_ISSUER_DOMAIN", value: someIssuer }]);
    await parts.deploy();
  }, cliTimeout);
  afterAll(() => parts.convex.close());

  test("stay as long as it is deployed", async () => {
    const batch = [{ name: "CLERK_JWT_ISSUER_DOMAIN" }, { name: "OTHER", value: "1" }];
    expect(await update(parts, batch)).toMatchObject({
      status: 400,
      code: "AuthConfigMissingEnvironmentVariable",
      message:
        "Environment variable CLERK_JWT_ISSUER_DOMAIN is used in auth config file but its value was not set",
    });
    expect(await list(parts)).toEqual({ CLERK_JWT_ISSUER_DOMAIN: someIssuer });
  });

  test("may change, and other variables may come and go", async () => {
    const changed = { name: "CLERK_JWT_ISSUER_DOMAIN", value: `${someIssuer}/other` };
    expect(await update(parts, [changed, { name: "OTHER", value: "1" }])).toEqual({ status: 200 });
    expect(await update(parts, [{ name: "OTHER" }])).toEqual({ status: 200 });
    expect(await list(parts)).toEqual({ CLERK_JWT_ISSUER_DOMAIN: changed.value });
  });

  test("changed at the same time are both changed", async () => {
    const { setVariable } = parts.deployment;
    await Promise.all([setVariable("A", "1"), setVariable("B", "2")]);
    expect(await list(parts)).toMatchObject({ A: "1", B: "2" });
  });
});
