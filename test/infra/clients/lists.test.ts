import { expect, test } from "vitest";
import { setUp } from "../provider/handlers/setup.ts";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

test("all endpoints of the instance are listed, over more than one page", async () => {
  const { operation, svix } = await setUp();
  const endpoints = await operation.vendors.ensureEndpoints();
  const uids = Array.from({ length: 251 }, (_, number) => `endpoint-${number}`);
  const settings = { eventTypes: ["user.created"], description: "", disabled: false };
  for (const uid of uids) {
    await endpoints.create(secret, { uid, url: `https://${uid}.example/hook`, ...settings });
  }
  svix.requests.length = 0;
  const found = await endpoints.list();
  expect(svix.requests).toHaveLength(2);
  expect(found.map(({ uid }) => uid).sort()).toEqual(uids.sort());
  expect(found.every(({ updatedAt }) => updatedAt instanceof Date)).toBe(true);
});

test("a deployment tells when it was made or last deployed to", async () => {
  const { convex, operation } = await setUp("accessToken");
  const { deployments } = operation.vendors.management;
  const [project] = convex.projects();
  const before = convex.now();
  const { name } = await deployments.create(project?.id ?? 0, {
    type: "preview",
    reference: "a/b",
  });
  const [found] = await deployments.list(project?.id ?? 0);
  expect(found).toMatchObject({ name, reference: "a/b", type: "preview" });
  expect(found?.updatedAt).toBeGreaterThanOrEqual(before);
  expect(found?.updatedAt).toBeLessThanOrEqual(convex.now());
});
