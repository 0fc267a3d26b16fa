import { expect, test } from "vitest";
import { setUp, setUpPreviews } from "./handlers/setup.ts";

const reach = { previewName: "pr-7" };

test("a connection is made once, and one that failed is tried again", async () => {
  const { convex, deployment, operation } = await setUp();
  const { vendors } = operation;
  const [management] = convex.servers;
  if (!management) throw new Error("there is no management host");
  management.fault = () => ({ kind: "status", status: 403 });
  await expect(vendors.convex()).rejects.toMatchObject({ code: "CONVEX_FORBIDDEN" });
  management.fault = undefined;
  management.requests.length = 0;
  const [one, other] = await Promise.all([vendors.convex(), vendors.convex(deployment.name)]);
  expect(one).toBe(other);
  expect(management.requests).toHaveLength(1);
});

test.each(["happy-otter-1", undefined])(
  "a preview that was not there (%s) is looked for again",
  async (bound) => {
    const { operation, claim } = await setUpPreviews();
    const { vendors } = operation;
    expect(await vendors.findConvex(bound, reach)).toBeUndefined();
    const { name } = await claim("pr-7");
    expect((await vendors.findConvex(name, reach))?.access.name).toBe(name);
  },
);

test("a preview is gone when another deployment has its name", async () => {
  const { convex, operation, claim } = await setUpPreviews();
  const { vendors } = operation;
  const first = await claim("pr-7");
  await convex.deleteDeployment(first.name);
  const second = await claim("pr-7");
  expect(await vendors.findConvex(first.name, reach)).toBeUndefined();
  await expect(vendors.convex(first.name, reach)).rejects.toMatchObject({
    code: "CONVEX_DEPLOYMENT_GONE",
  });
  expect((await vendors.convex(second.name, reach)).access.name).toBe(second.name);
});
