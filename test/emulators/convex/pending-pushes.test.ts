import { describe, expect, onTestFinished, test } from "vitest";
import { type Parts, post, start } from "./setup.ts";

describe("a push by hand", () => {
  const request = (adminKey: string) => ({
    adminKey,
    dryRun: false,
    functions: "convex/",
    appDefinition: {
      changedModules: [{ path: "a.js", source: "export const a = 1;", environment: "isolate" }],
      unchangedModuleHashes: [],
      schema: null,
      udfServerVersion: "1.48.0",
    },
    componentDefinitions: [],
    nodeDependencies: [],
  });

  async function push(parts: Parts, between: () => Promise<void>) {
    const { url, deployKey: adminKey } = parts.deployment;
    const { status, body } = await post(`${url}/api/deploy2/start_push`, request(adminKey));
    expect(status).toBe(200);
    await between();
    const finish = { adminKey, dryRun: false, startPush: body };
    return post(`${url}/api/deploy2/finish_push`, finish);
  }

  test("is refused when a variable has changed since it began", async () => {
    const parts = await started();
    const { deployment } = parts;
    expect(await push(parts, () => deployment.setVariable("A", "1"))).toEqual({
      status: 400,
      body: { code: "RaceDetected", message: "Environment variables have changed during push" },
    });
    expect([deployment.pushes, deployment.modules()]).toEqual([0, {}]);
    const setAnew = async () => {
      await deployment.setVariable("B", "2");
      await deployment.setVariable("A", null);
      await deployment.setVariable("A", "1");
      await deployment.setVariable("B", null);
    };
    expect(await push(parts, setAnew)).toMatchObject({ status: 200 });
    expect([deployment.pushes, Object.keys(deployment.modules())]).toEqual([1, ["a.js"]]);
  });

  test.each(["get_config_hashes", "deploy2/start_push", "deploy2/finish_push"])(
    "of another's key is refused by %s",
    async (path) => {
      const { deployment } = await started();
      const key = `${deployment.deployKey}0`;
      expect(await post(`${deployment.url}/api/${path}`, request(key))).toEqual({
        status: 401,
        body: {
          code: "BadAdminKey",
          message: "The provided admin key was invalid for this instance",
        },
      });
      expect(deployment.pushes).toBe(0);
    },
  );

  describe("while another is under way", () => {
    const schema = (table: string) => ({
      path: "schema.js",
      source: `export default { export: () => '${JSON.stringify({ tables: [{ tableName: table, indexes: [] }], schemaValidation: true })}', tables: {} };`,
      environment: "isolate",
    });

    async function begun(first: string | null) {
      const { deployment } = await started();
      const { url, deployKey: adminKey } = deployment;
      const ask = (step: string, body: object) => post(`${url}/api/deploy2/${step}`, body);
      const begin = (table: string | null, step = "start_push", dryRun = false) => {
        const pushed = request(adminKey);
        const appDefinition = { ...pushed.appDefinition, schema: table && schema(table) };
        return ask(step, { ...pushed, dryRun, appDefinition });
      };
      const early = await begin(first);
      const wait = async () => {
        const { schemaChange } = early.body as { schemaChange: object };
        return (await ask("wait_for_schema", { adminKey, schemaChange })).body;
      };
      const finish = ({ body: startPush } = early, dryRun = false) =>
        ask("finish_push", { adminKey, dryRun, startPush });
      expect(await wait()).toEqual({ type: "complete" });
      return { deployment, begin, wait, finish };
    }

    test.each([
      ["a push", false],
      ["a dry run", true],
    ])("%s of another schema overtakes it", async (_, dryRun) => {
      const { deployment, begin, wait, finish } = await begun("notes");
      const late = await begin("others", "start_push", dryRun);
      expect(await wait()).toEqual({ type: "raceDetected" });
      expect(await finish()).toEqual({
        status: 400,
        body: { code: "RaceDetected", message: "Schema was overwritten by another push." },
      });
      expect([await finish(late, dryRun), deployment.pushes]).toMatchObject([
        { status: 200 },
        dryRun ? 0 : 1,
      ]);
    });

    test.each([
      ["a push of the same schema", "notes", "start_push"],
      ["a push without a schema", null, "start_push"],
      ["an evaluation", "others", "evaluate_push"],
    ])("%s leaves it alone", async (_, table, step) => {
      const { deployment, begin, wait, finish } = await begun("notes");
      expect(await begin(table, step)).toMatchObject({ status: 200 });
      expect(await wait()).toEqual({ type: "complete" });
      expect([await finish(), deployment.pushes]).toMatchObject([{ status: 200 }, 1]);
    });
  });

  test("is refused by an evaluation as by a push", async () => {
    const { deployment } = await started();
    const { url, deployKey } = deployment;
    const pushed = request(deployKey);
    const broken = { path: "a.js", source: "throw new Error('no paper')", environment: "isolate" };
    const appDefinition = { ...pushed.appDefinition, changedModules: [broken] };
    for (const step of ["evaluate_push", "start_push"]) {
      expect(await post(`${url}/api/deploy2/${step}`, { ...pushed, appDefinition })).toEqual({
        status: 400,
        body: { code: "InvalidModules", message: expect.stringContaining("no paper") },
      });
    }
  });
});

async function started() {
  const parts = await start({ type: "dev" });
  onTestFinished(() => parts.convex.close());
  return parts;
}
