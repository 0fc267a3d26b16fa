import { expect, test } from "vitest";
import { answering, codesOf, setUp, teamId } from "./setup.ts";

test("a project is made without a deployment, read, renamed and deleted", async () => {
  const { convex, projects } = await setUp();
  const made = await projects.create(teamId, "My Shop");
  expect(made).toEqual({
    id: expect.any(Number),
    name: "My Shop",
    slug: "my-shop",
    teamSlug: "team",
  });
  expect(convex.inventory()).toEqual(["project my-shop"]);
  expect(await projects.get(made.id)).toEqual(made);

  const renamed = { ...made, name: "Our Shop" };
  expect(await projects.rename(made.id, "Our Shop")).toEqual(renamed);
  expect(await projects.get(made.id)).toEqual(renamed);

  await projects.delete(made.id);
  expect(convex.inventory()).toEqual([]);
  expect(await projects.get(made.id)).toBeUndefined();
  await expect(projects.delete(made.id)).resolves.toBeUndefined();
  await expect(projects.rename(made.id, "x")).rejects.toMatchObject({ code: "CONVEX_NOT_FOUND" });
});

test("a project is found by its whole slug or name, in any case as it is written", async () => {
  const { projects } = await setUp();
  const shop = await projects.create(teamId, "Shop");
  await projects.create(teamId, "Shop Two");
  expect(await projects.find(teamId, { name: "Shop" })).toEqual(shop);
  expect(await projects.find(teamId, { slug: "shop" })).toEqual(shop);
  expect(await projects.find(teamId, { name: "shop" })).toBeUndefined();
  expect(await projects.find(teamId, { slug: "sho" })).toBeUndefined();
});

test("a project is found beyond the first page", async () => {
  const { management, projects } = await setUp();
  const wanted = await projects.create(teamId, "Shop");
  for (let count = 1; count <= 100; count += 1) await projects.create(teamId, `Shop ${count}`);
  management.requests.length = 0;
  expect(await projects.find(teamId, { name: "Shop" })).toEqual(wanted);
  expect(management.requests).toHaveLength(2);
  expect(await projects.find(teamId, { name: "Sho" })).toBeUndefined();
});

test("a project that others may not see is not taken for one that is gone", async () => {
  const { convex, projects, as } = await setUp();
  const { id } = await projects.create(teamId, "Shop");
  const narrow = as(convex.projectToken).projects;
  const attempts = [
    narrow.get(id),
    narrow.rename(id, "Ours"),
    narrow.delete(id),
    narrow.find(teamId, { name: "Shop" }),
    narrow.create(teamId, "Another"),
  ];
  expect(new Set(await codesOf(attempts))).toEqual(new Set(["CONVEX_FORBIDDEN"]));
  expect(convex.inventory()).toEqual(["project shop"]);
});

test.each([
  ["nothing", null],
  ["a text", "project"],
  ["a project without a slug", { id: 1, name: "Shop", teamSlug: "team" }],
  ["a project without an id", { name: "Shop", slug: "shop", teamSlug: "team" }],
])("%s is no answer to a read or a rename", async (_, answer) => {
  const { projects } = await answering(() => Response.json(answer));
  const codes = await codesOf([projects.get(1), projects.rename(1, "Shop")]);
  expect(codes).toEqual(["CONVEX_MALFORMED", "CONVEX_MALFORMED"]);
});

test.each([
  ["nothing", null],
  ["a list without a frame", []],
  ["a project cut short", { items: [{ id: 1, slug: "shop" }], pagination: { hasMore: false } }],
])("%s is no list of projects", async (_, answer) => {
  const { projects } = await answering(() => Response.json(answer));
  const found = projects.find(teamId, { slug: "shop" });
  await expect(found).rejects.toMatchObject({ code: "CONVEX_MALFORMED" });
});

test("an answer to a creation that names no project makes no second one", async () => {
  const items = [{ id: 7, name: "Shop", slug: "shop", teamSlug: "team" }];
  const { host, projects } = await answering(() => Response.json({ items }));
  expect(await projects.create(teamId, "Shop")).toEqual(items[0]);
  expect(host.requests.map(({ method }) => method)).toEqual(["POST", "GET"]);
});
