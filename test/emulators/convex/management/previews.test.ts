import { describe, expect, test } from "vitest";
import type { ConvexEmulator } from "../../../../emulators/convex/index.ts";
import { post } from "../setup.ts";
import { createDeployment, createProject, day, ok, patch, start } from "./setup.ts";

const here = { kind: "teamAndProjectSlugs", teamSlug: "team", projectSlug: "project" };
const notFound = { status: 404, body: { code: "DeploymentNotFound" } };

/** Asks as the CLI does, with the default project's preview deploy key unless another is given. */
function ask(convex: ConvexEmulator, path: string, body: object, key = convex.previewDeployKey) {
  return post(
    `${convex.url}/api/${path}`,
    { projectSelection: here, ...body },
    { authorization: `Bearer ${key}` },
  );
}

async function claim(convex: ConvexEmulator, identifier: string, reuse = true) {
  const { status, body } = await ask(convex, "claim_preview_deployment", { identifier, reuse });
  expect(status).toBe(200);
  return body as Record<"adminKey" | "instanceUrl" | "deploymentName" | "reference", string> & {
    isNewDeployment: boolean;
  };
}

describe("a claim", () => {
  test("makes a preview that is known by its identifier and does not live for ever", async () => {
    const { convex, project } = await start({ previewRetentionDays: 5 });
    const before = convex.now();
    const made = await claim(convex, "Feature/No_1");
    expect(made).toMatchObject({ reference: "preview/feature/no-1", isNewDeployment: true });
    const preview = convex.deployment(made.deploymentName);
    expect(preview).toMatchObject({
      type: "preview",
      projectId: project,
      url: made.instanceUrl,
      deployKey: made.adminKey,
      reference: made.reference,
      previewIdentifier: "Feature/No_1",
    });
    expect(preview?.expiresAt).toBeGreaterThanOrEqual(before + 5 * day);
    expect(await claim(convex, "Feature/No_1")).toEqual({ ...made, isNewDeployment: false });

    const { deploymentName, reference } = await claim(convex, "feature/no-1");
    expect(reference).toBe("preview/feature/no-1-2");
    await convex.advance(5 * day + 1);
    expect([convex.deployment(made.deploymentName), convex.deployment(deploymentName)]).toEqual([
      undefined,
      undefined,
    ]);
    expect((await claim(convex, "Feature/No_1")).isNewDeployment).toBe(true);
  });

  test("without reuse begins anew", async () => {
    const { convex, project } = await start();
    const made = await claim(convex, "pull-1");
    const anew = await claim(convex, "pull-1", false);
    expect(anew).toMatchObject({ isNewDeployment: true, reference: "preview/pull-1" });
    expect(convex.deploymentsOf(project).map(({ name }) => name)).toEqual([anew.deploymentName]);
    await expect(fetch(`${made.instanceUrl}/version`)).rejects.toThrow();
  });

  test("is for the key's own project", async () => {
    const { convex, api } = await start();
    const { id, slug } = await createProject(api, "Other");
    const of = (projectSelection: object, key?: string) => {
      const body = { identifier: "pull-1", reuse: true, projectSelection };
      return ask(convex, "claim_preview_deployment", body, key);
    };
    expect(await of({ ...here, projectSlug: slug })).toMatchObject({ status: 403 });
    expect(await of({ ...here, projectSlug: "absent" })).toMatchObject({
      status: 404,
      body: { code: "ProjectNotFound" },
    });
    expect(await of({ ...here, teamSlug: "others" })).toMatchObject({ status: 404 });
    expect(await of({})).toMatchObject({ status: 400 });
    expect(await of(here, `${convex.previewDeployKey}0`)).toMatchObject({ status: 401 });
    expect(convex.inventory()).toEqual(["project other"]);
    expect(await of({ ...here, projectSlug: slug }, convex.teamToken)).toMatchObject({
      status: 200,
    });
    expect(convex.deploymentsOf(id)).toMatchObject([{ previewIdentifier: "pull-1" }]);
  });
});

describe("an authorization", () => {
  test("gives a preview by its identifier what a claim gave", async () => {
    const { convex, api, project } = await start();
    const made = await claim(convex, "pull-1");
    await createDeployment(api, project, { type: "preview", reference: "preview/pull-2" });
    const of = (previewName: string, key?: string) =>
      ask(convex, "deployment/authorize_preview", { previewName }, key);
    const expected = {
      status: 200,
      body: {
        deploymentName: made.deploymentName,
        adminKey: made.adminKey,
        url: made.instanceUrl,
        deploymentType: "preview",
        reference: "preview/pull-1",
        isDefault: false,
      },
    };
    expect(await of("pull-1")).toEqual(expected);
    expect(await of("pull-1", convex.teamToken)).toEqual(expected);
    expect(await of("pull-2")).toMatchObject(notFound);
    const { deployKey } = await convex.createDeployment({ type: "dev" });
    expect(await of("pull-1", deployKey)).toMatchObject({ status: 401 });
  });

  test("within the project gives a deployment by its name, to a preview key previews only", async () => {
    const { convex, api } = await start();
    const preview = await claim(convex, "pull-1");
    const prod = await convex.createDeployment({ type: "prod" });
    const other = await createProject(api, "Other");
    const theirs = await createDeployment(api, other.id, { type: "preview" });
    const of = (selectedDeploymentName: string, key?: string) =>
      ask(convex, "deployment/authorize_within_current_project", { selectedDeploymentName }, key);
    expect(await of(preview.deploymentName)).toMatchObject({
      status: 200,
      body: { adminKey: preview.adminKey, deploymentType: "preview" },
    });
    expect(await of(prod.name)).toMatchObject({ status: 403 });
    expect(await of(prod.name, convex.projectToken)).toEqual({
      status: 200,
      body: {
        deploymentName: prod.name,
        adminKey: prod.deployKey,
        url: prod.url,
        deploymentType: "prod",
        reference: prod.reference,
        isDefault: true,
      },
    });
    expect(await of("absent-otter-1")).toMatchObject(notFound);
    expect(await of(theirs.name, convex.teamToken)).toMatchObject({ status: 403 });
  });

  test("finds the project by one of its deployments too", async () => {
    const { convex, api } = await start();
    const { deploymentName } = await claim(convex, "pull-1");
    await ok(patch(api, deploymentName, { reference: "renamed" }));
    const projectSelection = { kind: "deploymentName", deploymentName, deploymentType: null };
    const body = { previewName: "pull-1", projectSelection };
    expect(await ask(convex, "deployment/authorize_preview", body)).toMatchObject({
      status: 200,
      body: { deploymentName, reference: "renamed" },
    });
  });
});
