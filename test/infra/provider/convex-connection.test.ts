import { describe, expect, test } from "vitest";
import { projectIdOf } from "../../../infra/provider/convex-connection.ts";
import { setUp, setUpPreviews } from "./handlers/setup.ts";

describe("by a key that the stack minted", () => {
  /** A deployment that an access token made, with a key that was minted for it. */
  async function minted() {
    const vendors = await setUp("accessToken");
    const { deployments } = vendors.operation.vendors.management;
    const project = vendors.convex.projects()[0]?.id ?? 0;
    const settings = { type: "dev", reference: "staging" } as const;
    const { name, url } = await deployments.create(project, settings);
    const deployKey = await deployments.createKey(name, "ours");
    const { CONVEX_ACCESS_TOKEN: _, ...withoutToken } = vendors.environment;
    return Object.assign(vendors, { name, url, deployKey, withoutToken });
  }

  test("the deployment is reached, and the CLI is given that key", async () => {
    const { convex, operation, name, url, deployKey } = await minted();
    const { access, credentials, client } = await operation.vendors.convex(name, { deployKey });
    expect(access).toEqual({ name, type: "dev", url, adminKey: deployKey });
    expect(credentials).toEqual({ kind: "deployKey", deployKey, provisionHost: convex.url });
    expect((await client.urls()).cloudUrl).toBe(url);
  });

  test("a key of another deployment is refused", async () => {
    const { operation, deployKey } = await minted();
    const other = operation.vendors.findConvex("quiet-heron-1", { deployKey });
    await expect(other).rejects.toMatchObject({ code: "CONVEX_WRONG_DEPLOYMENT" });
  });

  test("a revoked key gives way to the access token, for the CLI as well", async () => {
    const { convex, operation, name, url, deployKey } = await minted();
    convex.revokeDeployKey(name, "ours");
    const { access, credentials, client } = await operation.vendors.convex(name, { deployKey });
    const adminKey = convex.teamToken;
    expect(access).toEqual({ name, type: "dev", url, adminKey });
    expect(credentials).toEqual({ kind: "selfHosted", url, adminKey });
    expect((await client.urls()).cloudUrl).toBe(url);
  });

  test("a key that died with its deployment tells that the deployment is gone", async () => {
    const { convex, operation, name, deployKey } = await minted();
    await convex.deleteDeployment(name);
    const { vendors } = operation;
    expect(await vendors.findConvex(name, { deployKey })).toBeUndefined();
    await expect(vendors.convex(name, { deployKey })).rejects.toMatchObject({
      code: "CONVEX_DEPLOYMENT_GONE",
      message: expect.stringContaining(name),
    });
  });

  test("without an access token, or the name to ask for, a refused key is no absence", async () => {
    const { convex, connect, operation, name, deployKey, withoutToken } = await minted();
    await convex.deleteDeployment(name);
    const unauthorized = { code: "CONVEX_UNAUTHORIZED" };
    const { vendors } = connect({ ...withoutToken, CONVEX_ACCESS_TOKEN: "" });
    await expect(vendors.findConvex(name, { deployKey })).rejects.toMatchObject(unauthorized);
    const nameless = operation.vendors.findConvex(undefined, { deployKey });
    await expect(nameless).rejects.toMatchObject(unauthorized);
  });

  test("an access token that may not see the deployment is no proof that it is gone", async () => {
    const { convex, connect, operation } = await minted();
    const { projects, deployments } = operation.vendors.management;
    const shop = await projects.create(1, "Shop");
    const { name } = await deployments.create(shop.id, { type: "dev", reference: "staging" });
    const deployKey = await deployments.createKey(name, "ours");
    convex.revokeDeployKey(name, "ours");
    const { vendors } = connect({ CONVEX_ACCESS_TOKEN: convex.projectToken });
    const found = vendors.findConvex(name, { deployKey });
    await expect(found).rejects.toMatchObject({ code: "CONVEX_FORBIDDEN" });
  });

  test("a management host that fails is no absence either", async () => {
    const { convex, operation, name, deployKey } = await minted();
    for (const server of convex.servers) server.fault = () => ({ kind: "status", status: 403 });
    const found = operation.vendors.findConvex(name, { deployKey });
    await expect(found).rejects.toMatchObject({ code: "CONVEX_FORBIDDEN" });
  });
});

describe("a preview, by the name that it was claimed by", () => {
  const reach = { previewName: "pr-7" };

  test("is reached by its address and a key of its own, which the CLI is given", async () => {
    const { convex, operation, claim } = await setUpPreviews();
    const { name, url, adminKey } = await claim("pr-7");
    const { access, credentials, client } = await operation.vendors.convex(name, reach);
    expect(access).toEqual({ name, type: "preview", url, adminKey });
    expect(adminKey).not.toBe(convex.previewDeployKey);
    expect(credentials).toEqual({ kind: "selfHosted", url, adminKey });
    expect((await client.urls()).cloudUrl).toBe(url);
  });

  test("a preview key is for previews, and the key of a deployment is not", async () => {
    const { operation } = await setUpPreviews();
    const kind = { code: "CONVEX_KEY_KIND" };
    await expect(operation.vendors.findConvex()).rejects.toMatchObject(kind);
    const one = await setUp("dev");
    await expect(one.operation.vendors.findConvex("x", reach)).rejects.toMatchObject(kind);
  });
});

describe("a project", () => {
  test("is found by its slug in the token's team", async () => {
    const { operation } = await setUp("accessToken");
    const { management } = operation.vendors;
    const { id } = await management.projects.create(1, "My Shop");
    await management.projects.create(1, "My Shop Two");
    expect(await projectIdOf("my-shop", management)).toBe(id);
  });

  test("given by its id is asked nobody for", async () => {
    const { operation, requests, forgetRequests } = await setUp("accessToken");
    forgetRequests();
    expect(await projectIdOf("41", operation.vendors.management)).toBe(41);
    expect(requests().convex.total).toBe(0);
  });

  test("is the token's own where the token is of one project", async () => {
    const { convex, connect } = await setUp("accessToken");
    const { management } = connect({ CONVEX_ACCESS_TOKEN: convex.projectToken }).vendors;
    const [own] = convex.projects();
    expect(await projectIdOf("project", management)).toBe(own?.id);
  });

  test.each(["teamToken", "projectToken"] as const)(
    "that the %s does not reach is unknown",
    async (token) => {
      const { convex, connect } = await setUp("accessToken");
      const { management } = connect({ CONVEX_ACCESS_TOKEN: convex[token] }).vendors;
      await expect(projectIdOf("projec", management)).rejects.toMatchObject({
        code: "PROJECT_UNKNOWN",
        message: expect.stringContaining("projec"),
      });
    },
  );
});
