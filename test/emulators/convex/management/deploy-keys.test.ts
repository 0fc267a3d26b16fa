import { createDeploymentClient } from "@convex-dev/platform";
import { describe, expect, test } from "vitest";
import type { ConvexEmulator } from "../../../../emulators/convex/index.ts";
import { post } from "../setup.ts";
import {
  type Api,
  at,
  createDeployment,
  createKey,
  day,
  managementApi,
  minute,
  ok,
  refusal,
  start,
  teamId,
} from "./setup.ts";

const list = (api: Api, name: string) =>
  ok(api.GET("/deployments/{deployment_name}/list_deploy_keys", at(name)));
const remove = (api: Api, name: string, id: string) =>
  api.POST("/deployments/{deployment_name}/delete_deploy_key", { ...at(name), body: { id } });

/** What the management host and the deployment say of a key: 200 where it is good. */
async function statuses({ url }: ConvexEmulator, deploymentUrl: string, deployKey: string) {
  const lookedUp = await post(`${url}/api/deployment/url_for_key`, { deployKey });
  const client = createDeploymentClient(deploymentUrl, deployKey);
  const { response } = await client.GET("/list_environment_variables");
  const hashes = { adminKey: deployKey, version: "1.0.0" };
  const push = await post(`${deploymentUrl}/api/get_config_hashes`, hashes);
  return [lookedUp.status, response.status, push.status];
}

describe("a deploy key", () => {
  test.each(["dev", "prod", "preview", "custom"] as const)(
    "of a %s deployment names it and gives access to it",
    async (type) => {
      const { convex, api, project } = await start();
      const { name, deploymentUrl } = await createDeployment(api, project, { type });
      const key = await createKey(api, name, { name: "ci" });
      expect(key).toMatch(new RegExp(`^${type}:${name}\\|[^|]+$`));
      expect(await statuses(convex, deploymentUrl, key)).toEqual([200, 200, 200]);
      const lookedUp = await post(`${convex.url}/api/deployment/url_for_key`, { deployKey: key });
      expect(lookedUp.body).toBe(deploymentUrl);
      const other = await createDeployment(api, project, { type, reference: "other" });
      expect(await statuses(convex, other.deploymentUrl, key)).toEqual([200, 401, 401]);
    },
  );

  test("is listed without its value", async () => {
    const { convex, api } = await start();
    const { name, url } = await convex.createDeployment({ type: "dev" });
    const key = await createKey(api, name, { name: "ci" });
    const narrow = { name: "narrow", allowedActions: ["deployment:deploy" as const] };
    await createKey(api, name, { ...narrow, expiresAt: convex.now() + day });
    const listed = await list(api, name);
    expect(listed).toMatchObject([
      { name: "ci", expiresAt: null, lastUsedTime: null, creationTime: expect.any(Number) },
      { ...narrow, expiresAt: expect.any(Number) },
    ]);
    expect(listed[0]?.allowedActions).toContain("deployment:data:write");
    expect(JSON.stringify(listed)).not.toContain(key.split("|")[1]);
    await statuses(convex, url, key);
    expect((await list(api, name))[0]?.lastUsedTime).toEqual(expect.any(Number));
    expect(convex.deployment(name)?.deployKeys).toEqual(["ci", "narrow"]);
    expect(convex.inventory()).toEqual([`${name}: deploy key ci`, `${name}: deploy key narrow`]);
  });

  test("has a name, which no other has", async () => {
    const { convex, api } = await start();
    const { name } = await convex.createDeployment({ type: "dev" });
    const ask = (keyName: string) =>
      api.POST("/deployments/{deployment_name}/create_deploy_key", {
        ...at(name),
        body: { name: keyName },
      });
    expect(await refusal(ask(" "))).toEqual([400, "BadJsonBody"]);
    await ok(ask("ci"));
    expect(await refusal(ask("ci"))).toEqual([409, "DeployKeyExists"]);
    await ok(remove(api, name, "ci"));
    await ok(ask("ci"));
  });

  test.each([
    ["its name", () => "ci"],
    ["its whole value", (key: string) => key],
    ["the token in it", (key: string) => key.split("|")[1] ?? ""],
  ])("is revoked at once by %s", async (_, idOf) => {
    const { convex, api } = await start();
    const { name, url } = await convex.createDeployment({ type: "dev" });
    const key = await createKey(api, name, { name: "ci" });
    const other = await createKey(api, name, { name: "other" });
    await ok(remove(api, name, idOf(key)));
    expect(await statuses(convex, url, key)).toEqual([401, 401, 401]);
    expect(await statuses(convex, url, other)).toEqual([200, 200, 200]);
    expect(convex.deployment(name)?.deployKeys).toEqual(["other"]);
    expect(await refusal(remove(api, name, idOf(key)))).toEqual([404, "DeployKeyNotFound"]);
  });

  test("goes when it expires, which is not too soon", async () => {
    const { convex, api } = await start();
    const { name, url } = await convex.createDeployment({ type: "dev" });
    const soon = { name: "soon", expiresAt: convex.now() + 29 * minute };
    await expect(createKey(api, name, soon)).rejects.toThrow("InvalidExpiration");
    const key = await createKey(api, name, { name: "ci", expiresAt: convex.now() + 60 * minute });
    expect(await statuses(convex, url, key)).toEqual([200, 200, 200]);
    await convex.advance(61 * minute);
    expect(await statuses(convex, url, key)).toEqual([401, 401, 401]);
    expect(await list(api, name)).toEqual([]);
  });

  test("is refused an action that there is not", async () => {
    const { convex, api } = await start();
    const { name } = await convex.createDeployment({ type: "dev" });
    const body = { name: "ci", allowedActions: ["deployment:everything" as never] };
    await expect(createKey(api, name, body)).rejects.toThrow("BadJsonBody");
  });
});

describe("allowed actions", () => {
  const refused = [403, "OperationNotPermitted"];

  test.each([
    ["deployment:deploy", "push"],
    ["deployment:env:view", "read"],
    ["deployment:env:write", "write"],
    ["deployment:data:view", "info"],
  ] as const)("%s lets its holder %s and nothing else", async (action, allowed) => {
    const { convex, api } = await start();
    const { name, url } = await convex.createDeployment({ type: "dev" });
    const key = await createKey(api, name, { name: "ci", allowedActions: [action] });
    const client = createDeploymentClient(url, key);
    const body = { changes: [{ name: "A", value: "1" }] };
    const pushed = post(`${url}/api/get_config_hashes`, { adminKey: key, version: "1.0.0" });
    const answers: Record<string, [number, unknown]> = {
      push: await pushed.then(({ status, body: answer }) => [
        status,
        (answer as { code?: string }).code,
      ]),
      read: await refusal(client.GET("/list_environment_variables")),
      write: await refusal(client.POST("/update_environment_variables", { body })),
      info: await refusal(client.GET("/deployment_info")),
    };
    for (const [what, answer] of Object.entries(answers)) {
      expect([what, ...answer]).toEqual([what, ...(what === allowed ? [200, undefined] : refused)]);
    }
    expect(await refusal(client.GET("/get_canonical_urls"))).toEqual([200, undefined]);
    expect(convex.deployment(name)?.environmentVariables.size).toBe(allowed === "write" ? 1 : 0);
  });

  test("fail the system query of the schema from within, naming what is missing", async () => {
    const { convex, api } = await start();
    const { name, url } = await convex.createDeployment({ type: "dev" });
    const ask = async (keyName: string, action: "deployment:deploy" | "deployment:data:view") => {
      const key = await createKey(api, name, { name: keyName, allowedActions: [action] });
      const query = { path: "_system/frontend/getSchemas", args: [{}], format: "json" };
      return post(`${url}/api/query`, query, { authorization: `Convex ${key}` });
    };
    expect(await ask("viewer", "deployment:data:view")).toMatchObject({
      status: 200,
      body: { status: "success" },
    });
    const missing = "You do not have permission to perform this operation (deployment:data:view).";
    expect(await ask("pusher", "deployment:deploy")).toMatchObject({
      status: 200,
      body: { status: "error", errorMessage: expect.stringContaining(missing) },
    });
  });
});

describe("an access token at a deployment", () => {
  test("passes at the deployment API, a project's in its own project", async () => {
    const { convex, api } = await start();
    const { url, environmentVariables } = await convex.createDeployment({ type: "dev" });
    for (const token of [convex.teamToken, convex.projectToken]) {
      const client = createDeploymentClient(url, token);
      const body = { changes: [{ name: "A", value: token }] };
      await ok(client.POST("/update_environment_variables", { body }));
      expect(environmentVariables.get("A")).toBe(token);
      expect(await ok(client.GET("/list_environment_variables"))).toEqual({
        environmentVariables: { A: token },
      });
    }
    const other = await ok(
      api.POST("/teams/{team_id}/create_project", {
        params: { path: { team_id: teamId } },
        body: { projectName: "Other", deploymentType: "dev" },
      }),
    );
    const client = createDeploymentClient(other.deploymentUrl ?? "", convex.projectToken);
    expect(await refusal(client.GET("/deployment_info"))).toEqual([401, "BadAdminKey"]);
  });
});

describe("a preview deploy key", () => {
  test("is made, listed and deleted with its project", async () => {
    const { convex, api, project } = await start();
    const of = { params: { path: { project_id: project } } };
    const create = "/projects/{project_id}/create_preview_deploy_key";
    const body = { name: "ci" };
    const { previewDeployKey } = await ok(api.POST(create, { ...of, body }));
    expect(previewDeployKey).toMatch(/^preview:team:project\|[^|]+$/);
    expect(await refusal(api.POST(create, { ...of, body }))).toEqual([409, "DeployKeyExists"]);

    const { items } = await ok(api.GET("/projects/{project_id}/list_preview_deploy_keys", of));
    expect(items.map(({ name }) => name)).toContain("ci");
    expect(JSON.stringify(items)).not.toContain(previewDeployKey.split("|")[1]);
    expect(convex.projects()[0]?.previewDeployKeys).toContain("ci");
    expect(convex.inventory()).toEqual(["project: preview deploy key ci"]);

    const bySlug = "/teams/{team_id_or_slug}/projects/{project_slug}";
    const params = { path: { team_id_or_slug: "team", project_slug: "project" } };
    const withKey = managementApi(convex, previewDeployKey);
    await ok(withKey.GET(bySlug, { params }));
    const remove = "/projects/{project_id}/delete_preview_deploy_key";
    await ok(api.POST(remove, { ...of, body: { id: previewDeployKey } }));
    expect(await refusal(withKey.GET(bySlug, { params }))).toEqual([401, "BadDeployKey"]);
    expect(convex.inventory()).toEqual([]);
  });
});
