import { describe, expect, onTestFinished, test } from "vitest";
import { cliTimeout, otherProject, post, runCli } from "../setup.ts";
import { createDeployment, createKey, createProject, ok, start } from "./setup.ts";

const functions = {
  "notes.ts": `
    import { internalQueryGeneric, queryGeneric } from "convex/server";
    export const shown = queryGeneric({ args: {}, handler: async () => "shown" });
    export const hidden = internalQueryGeneric({ args: {}, handler: async () => "hidden" });`,
};
const deploy = ["deploy", "--codegen", "disable", "--typecheck", "disable"];

/** An emulator, and the CLI in a folder with functions to push. */
async function started() {
  const parts = await start();
  const folder = await otherProject(functions);
  onTestFinished(folder.remove);
  const withKey = (key: string, ...args: string[]) =>
    runCli(parts.convex, { CONVEX_DEPLOY_KEY: key }, args, folder.directory);
  const withToken = (token: string, ...args: string[]) =>
    runCli(parts.convex, { CONVEX_OVERRIDE_ACCESS_TOKEN: token }, args, folder.directory);
  return { ...parts, withKey, withToken };
}

describe("the CLI with a minted deploy key", { timeout: cliTimeout }, () => {
  test.each(["dev", "prod", "preview", "custom"] as const)(
    "deploys to a %s deployment, until it is revoked",
    async (type) => {
      const { convex, api, project, withKey } = await started();
      const { name } = await createDeployment(api, project, { type });
      const key = await createKey(api, name, { name: "ci" });
      expect(await withKey(key, ...deploy)).toMatchObject({ exitCode: 0 });
      expect(Object.keys(convex.deployment(name)?.modules() ?? {})).toEqual(["notes.js"]);
      const { items } = await ok(
        api.GET("/teams/{team_id}/list_deployments", { params: { path: { team_id: 1 } } }),
      );
      expect(items[0]).toMatchObject({ name, lastDeployTime: expect.any(Number) });

      expect(convex.revokeDeployKey(name, "ci")).toBe(true);
      const { exitCode, output } = await withKey(key, ...deploy);
      expect([exitCode, output]).toEqual([1, expect.stringContaining("BadDeployKey")]);
    },
  );

  test("that may deploy alone runs no internal function with it", async () => {
    const { api, project, withKey } = await started();
    const { name, deploymentUrl } = await createDeployment(api, project, { type: "dev" });
    const allowedActions = ["deployment:deploy" as const];
    const narrow = await createKey(api, name, { name: "narrow", allowedActions });
    const full = await createKey(api, name, { name: "full" });
    expect(await withKey(narrow, ...deploy)).toMatchObject({ exitCode: 0 });
    const run = (path: string, key: string) =>
      post(
        `${deploymentUrl}/api/query`,
        { path, args: [{}], format: "json" },
        { authorization: `Convex ${key}` },
      );
    expect(await run("notes:hidden", narrow)).toMatchObject({
      status: 403,
      body: {
        code: "OperationNotPermitted",
        message: expect.stringContaining("(deployment:functions:runInternalQueries)"),
      },
    });
    expect(await run("notes:shown", narrow)).toMatchObject({ body: { value: "shown" } });
    expect(await run("notes:hidden", full)).toMatchObject({ body: { value: "hidden" } });
  });
});

describe("the CLI with a preview deploy key", { timeout: cliTimeout }, () => {
  test("deploys to a preview of its project", async () => {
    const { convex, api, withKey } = await started();
    const { id } = await createProject(api, "Other");
    const { previewDeployKey } = await ok(
      api.POST("/projects/{project_id}/create_preview_deploy_key", {
        params: { path: { project_id: id } },
        body: { name: "ci" },
      }),
    );
    const run = await withKey(previewDeployKey, ...deploy, "--preview-name", "pull-1");
    expect(run).toMatchObject({ exitCode: 0 });
    const [preview] = convex.deploymentsOf(id);
    expect(preview).toMatchObject({ type: "preview", previewIdentifier: "pull-1", pushes: 1 });

    // Setting a variable is not emulated as the CLI does it, but it shows which deployment it found.
    const env = (name: string) =>
      withKey(previewDeployKey, "env", "set", "A", "1", "--preview-name", name);
    expect((await env("pull-1")).output).toContain(preview?.url);
    expect((await env("absent")).output).toContain("DeploymentNotFound");
  });
});

test("a preview that runs code is made anew once for each who asks, not twice at once", {
  timeout: cliTimeout,
}, async () => {
  const { convex, project, withKey } = await started();
  const { exitCode } = await withKey(convex.previewDeployKey, ...deploy, "--preview-name", "one");
  expect(exitCode).toBe(0);
  const projectSelection = {
    kind: "teamAndProjectSlugs",
    teamSlug: "team",
    projectSlug: "project",
  };
  const claim = () =>
    post(
      `${convex.url}/api/claim_preview_deployment`,
      { identifier: "one", reuse: false, projectSelection },
      { authorization: `Bearer ${convex.previewDeployKey}` },
    );
  const claims = await Promise.all([claim(), claim(), claim()]);
  expect(claims.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(convex.deploymentsOf(project)).toHaveLength(1);
});

describe("the CLI with an access token", { timeout: cliTimeout }, () => {
  test("creates deployments, as a team's and as a project's", async () => {
    const { convex, project, withKey, withToken } = await started();
    const create = ["deployment", "create"];
    const byTeam = await withToken(
      convex.teamToken,
      ...[...create, "team:project:staging", "--type", "prod"],
      ...["--region", "eu", "--class", "s256", "--expiration", "in 2 days"],
    );
    expect(byTeam).toMatchObject({ exitCode: 0 });
    const byProject = await withKey(convex.projectToken, ...create, "--default", "--type", "dev");
    expect(byProject).toMatchObject({ exitCode: 0 });
    expect(convex.deploymentsOf(project)).toMatchObject([
      { type: "prod", reference: "staging", region: "aws-eu-west-1", class: "s256" },
      { type: "dev", isDefault: true },
    ]);
    const again = await withKey(convex.projectToken, ...create, "staging", "--type", "dev");
    expect(again).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining("DeploymentReferenceExists"),
    });
  });

  test("mints and revokes a deploy key of a deployment that it finds by reference", async () => {
    const { convex, api, project, withKey, withToken } = await started();
    const reference = "staging";
    const { name } = await createDeployment(api, project, { type: "prod", reference });
    const token = (...args: string[]) => {
      const selected = ["--deployment", "team:project:staging"];
      return withToken(convex.teamToken, "deployment", "token", ...args, ...selected);
    };
    const { exitCode, output } = await token("create", "ci");
    expect(exitCode).toBe(0);
    const key = output.match(/^prod:.*$/m)?.[0] ?? "";
    expect(await withKey(key, ...deploy)).toMatchObject({ exitCode: 0 });
    expect(convex.deployment(name)?.deployKeys).toEqual(["ci"]);
    expect(await token("delete", key)).toMatchObject({ exitCode: 0 });
    expect(convex.deployment(name)?.deployKeys).toEqual([]);
  });
});
