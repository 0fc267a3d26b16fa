import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, openBench } from "./preview-bench.ts";

/* Previews with a preview deploy key alone, and no stack beside them. The tests follow each other. */

let bench: Bench;

beforeAll(async () => {
  bench = await openBench("previewKey");
});

afterAll(() => bench?.close());

const templates = () => bench.vendors.clerk.inventory().templates.map(({ id }) => id);

test("of a claimed preview Convex decides when it expires", async () => {
  const refused = await bench.up("pr-7", ["--expires-in", "1d"]);
  expect([refused.exitCode, refused.messages?.join()]).toEqual([
    2,
    expect.stringContaining("[USAGE]"),
  ]);
});

test("the first may own the template, and others share it", async () => {
  expect((await bench.up("pr-7", ["--own-template"])).exitCode).toBe(0);
  expect((await bench.up("pr-8", ["--seed", "seed:run"])).exitCode).toBe(0);
  expect((await bench.up("pr-7")).exitCode).toBe(0);
  expect([await bench.works("pr-7"), await bench.works("pr-8")]).toEqual([true, true]);
  expect(bench.deploymentOf("pr-8")).toMatchObject({ previewIdentifier: "pr-8" });
  const seeded = (await bench.deploymentOf("pr-8")?.rows("users")) as { clerkId: string }[];
  expect(seeded.filter(({ clerkId }) => clerkId === "seeded")).toHaveLength(1);
  expect((await bench.list()).map(({ name, orphan }) => [name, orphan])).toEqual([
    ["pr-7", null],
    ["pr-8", null],
  ]);
});

test("the owner leaves it in place for the others, and its deployment to Convex", async () => {
  const owned = templates();
  const deployment = bench.deploymentOf("pr-7");
  const left = await bench.down("pr-7");
  expect(left).toMatchObject({
    exitCode: 14,
    outcome: "expiring",
    kept: owned,
    left: [
      {
        what: `Convex deployment ${deployment?.name}, emptied`,
        remedy: expect.stringContaining("CONVEX_ACCESS_TOKEN"),
      },
    ],
  });
  expect(templates()).toEqual(owned);
  expect([deployment?.modules(), deployment?.environmentVariables.size]).toEqual([{}, 0]);
  expect(bench.endpointOf("pr-7")).toBeUndefined();
  expect(await bench.works("pr-8")).toBe(true);
});

test("without its state it is emptied by its name, and says so again", async () => {
  await bench.loseState("pr-8");
  const deployment = bench.deploymentOf("pr-8");
  for (const removed of [[expect.stringContaining("webhook endpoint")], []]) {
    const left = await bench.down("pr-8");
    expect(left).toMatchObject({ exitCode: 14, hadState: false, removed });
    expect([deployment?.modules(), deployment?.environmentVariables.size]).toEqual([{}, 0]);
    expect(bench.endpointOf("pr-8")).toBeUndefined();
  }
});

test("without credentials nothing is proven", async () => {
  const { exitCode, messages } = await bench.down("pr-8", [], { CONVEX_DEPLOY_KEY: "" });
  expect([exitCode, messages?.join()]).toEqual([
    3,
    expect.stringContaining("[CREDENTIAL_MISSING]"),
  ]);
});

test("an access token beside the key deletes at once", async () => {
  const { CONVEX_ACCESS_TOKEN } = bench.token;
  for (const name of ["pr-7", "pr-8"]) {
    const gone = await bench.down(name, [], { CONVEX_ACCESS_TOKEN });
    expect(gone).toMatchObject({ exitCode: 0, outcome: "ok", left: [] });
  }
  expect(bench.deployments()).toEqual([]);
});
