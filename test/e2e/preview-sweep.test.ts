import path from "node:path";
import { Svix } from "svix";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ManagementConnection } from "../../infra/clients/convex-management/connection.ts";
import { ConvexDeployments } from "../../infra/clients/convex-management/deployments.ts";
import { planWithRefresh } from "./observe.ts";
import { type Bench, openBench } from "./preview-bench.ts";

/* One sweep over previews in every condition and things of others. The tests follow each other. */

let bench: Bench;
let base: Awaited<ReturnType<Bench["makeBase"]>>;
let openPulls: string;

/** What others have at the vendors, under names that are easily mistaken. */
async function makeForeign(): Promise<void> {
  const { vendors } = bench;
  const svix = new Svix(vendors.svix.token, { serverUrl: vendors.svix.url });
  const [own] = vendors.svix.inventory().endpoints;
  for (const uid of ["clerkconvex.shop.pr-1", "pr-1", "clerkconvex.clerk-convex.staging"]) {
    await svix.endpoint.create(own?.appId ?? "", {
      uid,
      url: `https://${uid}.example/hook`,
      eventTypes: ["user.created"],
    });
  }
  const deployments = new ConvexDeployments(
    new ManagementConnection({
      accessToken: vendors.convex.teamToken,
      provisionHost: vendors.convex.url,
      signal: new AbortController().signal,
    }),
  );
  const projectId = vendors.convex.projects()[0]?.id ?? 0;
  for (const [type, reference] of [
    ["preview", "clerkconvex/shop/pr-1"],
    ["dev", "clerkconvex/clerk-convex/pr-4"],
  ] as const) {
    await deployments.create(projectId, { type, reference });
  }
}

const foreign = () => ({
  deployments: bench
    .deployments()
    .map(({ reference }) => reference)
    .filter((reference) => !/^clerkconvex\/clerk-convex\/pr-[123]$/.test(reference ?? ""))
    .sort(),
  endpoints: bench.vendors.svix
    .inventory()
    .endpoints.map(({ uid }) => uid)
    .filter((uid) => !/^clerkconvex\.clerk-convex\.pr-[123]$/.test(uid ?? ""))
    .sort(),
});

beforeAll(async () => {
  bench = await openBench("dev", { accessToken: true });
  base = await bench.makeBase();
  await makeForeign();
  const made = await Promise.all([
    bench.up("pr-1"),
    bench.up("pr-2", ["--keep"]),
    bench.up("pr-3"),
  ]);
  expect(made.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  await bench.loseState("pr-3");
  // The pull request's code has no say in its end.
  await bench.checkout.write("convex/http.ts", "this is no TypeScript");
  openPulls = path.join(bench.checkout.directory, "open.json");
  await bench.checkout.write("open.json", '[{"number":9,"state":"OPEN"}]');
});

afterAll(() => bench?.close());

test("what is young and open stays", async () => {
  await bench.checkout.write("all.txt", "1\n3\n");
  const all = path.join(bench.checkout.directory, "all.txt");
  const { exitCode, previews } = await bench.sweep(
    "--open-prs",
    all,
    "--older-than",
    "1d",
    "--yes",
  );
  expect(exitCode).toBe(0);
  expect(previews.map(({ name, because }) => [name, because])).toEqual([
    ["pr-1", "in use"],
    ["pr-2", "kept"],
    ["pr-3", "in use"],
  ]);
});

test("without --yes it only tells", async () => {
  const before = foreign();
  bench.vendors.forgetRequests();
  const { exitCode, dryRun, previews } = await bench.sweep("--open-prs", openPulls);
  expect([exitCode, dryRun, bench.writes()]).toEqual([0, true, 0]);
  expect(previews.map(({ name, goes }) => [name, goes])).toEqual([
    ["pr-1", true],
    ["pr-2", false],
    ["pr-3", true],
  ]);
  expect(foreign()).toEqual(before);
});

test("with it exactly those go, with a state and without", async () => {
  const before = foreign();
  const { exitCode, previews } = await bench.sweep("--open-prs", openPulls, "--yes");
  expect(exitCode).toBe(0);
  expect(previews.map(({ name, down }) => [name, down?.outcome, down?.hadState])).toEqual([
    ["pr-1", "ok", true],
    ["pr-2", undefined, undefined],
    ["pr-3", "ok", false],
  ]);
  for (const gone of ["pr-1", "pr-3"]) {
    expect([bench.deploymentOf(gone), bench.endpointOf(gone)]).toEqual([undefined, undefined]);
  }
  expect(await bench.works("pr-2")).toBe(true);
  expect(foreign()).toEqual(before);
  expect(bench.vendors.clerk.inventory().templates).toHaveLength(1);
  const changes = await planWithRefresh(base);
  expect(changes).toEqual([]);
});

test("a deployment that Convex let expire leaves an orphan in the state, which goes too", async () => {
  await bench.vendors.convex.deleteDeployment(bench.deploymentOf("pr-2")?.name ?? "");
  expect(await bench.list()).toMatchObject([
    { name: "pr-2", inState: true, atVendors: [expect.stringContaining("endpoint")], keep: true },
  ]);
  expect(await bench.down("pr-2")).toMatchObject({ exitCode: 0, hadState: true, left: [] });
  expect(await bench.list()).toEqual([]);
});
