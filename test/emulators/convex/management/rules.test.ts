import { describe, expect, test } from "vitest";
import {
  createDeployment,
  createProject,
  day,
  get,
  inProject,
  minute,
  ok,
  patch,
  refusal,
  requestDeployment,
  start,
} from "./setup.ts";

describe("a reference", () => {
  test.each([
    ["too short", "ab"],
    ["too long", "a".repeat(101)],
    ["with capitals", "Staging"],
    ["with underscores", "my_app"],
    ["like a name", "happy-otter-123"],
    ["of a local one", "local-mine"],
    ["in the folder of local ones", "local/mine"],
    ["that is reserved", "preview"],
  ])("%s is refused", async (_, reference) => {
    const { api, project } = await start();
    const refused = [400, "InvalidDeploymentReference"];
    expect(await refusal(requestDeployment(api, project, { type: "dev", reference }))).toEqual(
      refused,
    );
    const { name } = await createDeployment(api, project, { type: "dev" });
    expect(await refusal(patch(api, name, { reference }))).toEqual(refused);
  });

  test("is unique in its project alone, its own kept", async () => {
    const { api, project } = await start();
    const { id } = await createProject(api, "Other");
    const { name } = await createDeployment(api, project, { type: "dev", reference: "staging" });
    await createDeployment(api, id, { type: "dev", reference: "staging" });
    const again = requestDeployment(api, project, { type: "prod", reference: "staging" });
    expect(await refusal(again)).toEqual([409, "DeploymentReferenceExists"]);
    await ok(patch(api, name, { reference: "staging" }));
  });
});

describe("the default deployment", () => {
  test.each(["dev", "prod"] as const)("of type %s is the one without a reference", async (type) => {
    const { api, project } = await start();
    await createDeployment(api, project, { type, reference: "first" });
    const made = await createDeployment(api, project, { type });
    expect(made.isDefault).toBe(true);
    const query = type === "prod" ? { defaultProd: true } : { defaultDev: true };
    expect(await ok(inProject(api, project, query))).toEqual(made);
    expect(await refusal(requestDeployment(api, project, { type }))).toEqual([
      409,
      "DefaultDeploymentExists",
    ]);
    const another = await createDeployment(api, project, { type, isDefault: false });
    expect(another.isDefault).toBe(false);
  });

  test.each(["preview", "custom"] as const)("is never of type %s", async (type) => {
    const { api, project } = await start();
    const refused = [400, "InvalidIsDefault"];
    for (const isDefault of [true, false]) {
      expect(await refusal(requestDeployment(api, project, { type, isDefault }))).toEqual(refused);
    }
    const { name, isDefault } = await createDeployment(api, project, { type, isDefault: null });
    expect(isDefault).toBe(false);
    expect(await refusal(patch(api, name, { isDefault: true }))).toEqual(refused);
  });

  test("is handed on only when the first lets go of it", async () => {
    const { api, project } = await start();
    const first = await createDeployment(api, project, { type: "prod" });
    const next = await createDeployment(api, project, { type: "prod", reference: "next" });
    const take = () => patch(api, next.name, { isDefault: true });
    expect(await refusal(take())).toEqual([409, "DefaultDeploymentExists"]);
    await ok(patch(api, first.name, { isDefault: false }));
    await ok(take());
    expect(await ok(inProject(api, project, { defaultProd: true }))).toMatchObject({
      name: next.name,
    });
  });
});

describe("an expiration", () => {
  test("is refused when too near or beyond the retention", async () => {
    const { convex, api, project } = await start({ previewRetentionDays: 5 });
    const { name } = await createDeployment(api, project, { type: "dev" });
    for (const life of [-minute, 29 * minute, 5 * day + minute]) {
      const expiresAt = convex.now() + life;
      const refused = [400, "InvalidExpiration"];
      const asked = { type: "preview", expiresAt } as const;
      expect(await refusal(requestDeployment(api, project, asked))).toEqual(refused);
      expect(await refusal(patch(api, name, { expiresAt }))).toEqual(refused);
    }
  });

  test("of a preview is the retention, unless it is said or cleared", async () => {
    const { convex, api, project } = await start({ previewRetentionDays: 5 });
    const create = async (expiresAt?: number | null) => {
      const asked = expiresAt === undefined ? {} : { expiresAt };
      return (await createDeployment(api, project, { type: "preview", ...asked })).expiresAt;
    };
    const before = convex.now();
    const byDefault = (await create()) ?? 0;
    expect(byDefault).toBeGreaterThanOrEqual(before + 5 * day);
    expect(byDefault).toBeLessThanOrEqual(convex.now() + 5 * day);
    expect(await create(before + 60 * minute)).toBe(before + 60 * minute);
    expect(await create(null)).toBeNull();
  });

  test("deletes the deployment when its time comes, as it was last set", async () => {
    const { convex, api, project } = await start();
    const expiresAt = convex.now() + 60 * minute;
    const make = async () =>
      (await createDeployment(api, project, { type: "preview", expiresAt })).name;
    const [goes, stays, later] = [await make(), await make(), await make()];
    await ok(patch(api, stays, { expiresAt: null }));
    await ok(patch(api, later, { expiresAt: expiresAt + day }));

    await convex.advance(59 * minute);
    expect((await get(api, goes)).response.status).toBe(200);
    await convex.advance(2 * minute);
    expect(await refusal(get(api, goes))).toEqual([404, "DeploymentNotFound"]);
    expect(await ok(get(api, later))).toMatchObject({ expiresAt: expiresAt + day });
    await convex.advance(day);
    expect(convex.deploymentsOf(project).map(({ name }) => name)).toEqual([stays]);
  });
});
