import { describe, expect, onTestFinished, test } from "vitest";
import type { ConvexEmulator } from "../../../emulators/convex/index.ts";
import { callPublic } from "./calls.ts";
import { cliTimeout, otherProject, root, runCli, someIssuer, start } from "./setup.ts";

const notes = {
  "schema.ts": `
    import { defineSchema, defineTable } from "convex/server";
    import { v } from "convex/values";
    export default defineSchema({ notes: defineTable({ text: v.string() }) });`,
  "notes.ts": `
    import { mutationGeneric, queryGeneric } from "convex/server";
    import { v } from "convex/values";
    export const add = mutationGeneric({
      args: { text: v.string() },
      handler: async (ctx, { text }) => { await ctx.db.insert("notes", { text }); },
    });
    export const all = queryGeneric({
      args: {},
      handler: async (ctx) => (await ctx.db.query("notes").collect()).map(({ text }) => text),
    });`,
};

describe("a deploy", { timeout: cliTimeout }, () => {
  test("without a variable that the auth config reads is refused", async () => {
    const { convex, deployment, deploy } = await started("prod");
    await expect(deploy()).rejects.toMatchObject({
      code: "CONVEX_DEPLOY_FAILED",
      message: expect.stringContaining(
        "Environment variable CLERK_JWT_ISSUER_DOMAIN is used in auth config file but its value was not set",
      ),
    });
    expect(deployment.pushes).toBe(0);
    expect(convex.inventory()).toEqual([]);
  });

  test("that is dry changes no code, but leaves its schema pending, as the backend's does", async () => {
    const { convex, deployment } = await started("dev");
    await deployment.setVariable("CLERK_JWT_ISSUER_DOMAIN", someIssuer);
    const before = convex.inventory();
    const { exitCode, output } = await cli(convex, deployment.deployKey, ["--dry-run", "-v"]);
    expect([exitCode, output]).toEqual([0, expect.stringContaining("users.by_clerk_id")]);
    expect(output).toMatch(/"componentDiffs": \{\}/);
    expect(convex.inventory()).toEqual(before);
    expect(deployment.pushes).toBe(0);
    const writes = convex.servers.flatMap(({ requests }) => requests).filter(({ write }) => write);
    expect(writes.map(({ path: asked }) => asked)).toEqual(["/api/deploy2/start_push"]);
    expect(await callPublic(deployment, "users:current")).toMatchObject({
      error: { message: expect.stringContaining("Could not find public function") },
    });
  });

  test("replaces the code and keeps the rows", async () => {
    const { deployment, deploy } = await started("prod");
    const project = await otherProject(notes);
    onTestFinished(project.remove);
    await deploy(project.directory);
    await callPublic(deployment, "notes:add", { type: "mutation", args: { text: "first" } });
    expect(await callPublic(deployment, "notes:all")).toEqual({ value: ["first"] });
    const before = deployment.modules();

    await project.write({
      "notes.ts": notes["notes.ts"].replace("=> text)", "=> text.toUpperCase())"),
    });
    await deploy(project.directory);

    expect(Object.keys(deployment.modules())).toEqual(Object.keys(before));
    expect(deployment.modules()).not.toEqual(before);
    expect(await callPublic(deployment, "notes:all")).toEqual({ value: ["FIRST"] });
    expect(await deployment.rows("notes")).toEqual([{ text: "first" }]);
    expect(deployment.pushes).toBe(2);
  });

  test("whose code throws when it is loaded is refused, and the old code stays", async () => {
    const { deployment, deploy } = await started("dev");
    const project = await otherProject(notes);
    onTestFinished(project.remove);
    await deploy(project.directory);
    const before = deployment.modules();
    await project.write({ "broken.ts": `throw new Error("out of paper");\nexport {};` });
    await expect(deploy(project.directory)).rejects.toMatchObject({
      message: expect.stringContaining("out of paper"),
    });
    expect(deployment.modules()).toEqual(before);
    expect(await callPublic(deployment, "notes:all")).toEqual({ value: [] });
  });
});

describe("a preview key", { timeout: cliTimeout }, () => {
  test("claims one deployment a name, reuses it, or makes it anew", async () => {
    const { convex } = await started("prod");
    const project = await otherProject(notes);
    onTestFinished(project.remove);
    /** Names of the deployments that hold code, after a deploy that succeeded. */
    const deploy = async (flag: string, name: string) => {
      const run = await cli(convex, convex.previewDeployKey, [flag, name], project.directory);
      expect(run).toMatchObject({ exitCode: 0 });
      const lines = convex.inventory().filter((line) => line.endsWith(": module notes.js"));
      return lines.map((line) => line.replace(/:.*/, ""));
    };

    const [first] = await deploy("--preview-name", "pull-1");
    const [, second] = await deploy("--preview-name", "pull-2");
    expect(await deploy("--preview-name", "pull-1")).toEqual([first, second]);
    const anew = await deploy("--preview-create", "pull-1");
    expect(anew).toEqual([second, expect.any(String)]);
    expect(new Set([first, ...anew]).size).toBe(3);
  });

  test("that is wrong claims nothing", async () => {
    const { convex } = await started("prod");
    const { exitCode, output } = await cli(convex, `${convex.previewDeployKey}0`, [
      "--preview-name",
      "pull-1",
    ]);
    expect([exitCode, output]).toEqual([1, expect.stringContaining("BadDeployKey")]);
    expect(convex.inventory()).toEqual([]);
  });
});

async function started(type: "prod" | "dev") {
  const parts = await start({ type });
  onTestFinished(() => parts.convex.close());
  return parts;
}

/** Runs `convex deploy` itself, with flags that the project never gives it. */
function cli(convex: ConvexEmulator, deployKey: string, flags: string[], directory = root) {
  const untouched = ["--codegen", "disable", "--typecheck", "disable"];
  const args = ["deploy", ...untouched, ...flags];
  return runCli(convex, { CONVEX_DEPLOY_KEY: deployKey }, args, directory);
}
