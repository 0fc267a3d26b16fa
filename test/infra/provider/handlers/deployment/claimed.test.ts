import { expect, test } from "vitest";
import { deployment } from "../../../../../infra/provider/handlers/deployment/index.ts";
import { setUp, setUpPreviews } from "../setup.ts";

const inputs = { type: "preview", previewName: "pr-7" };

test("a preview is claimed by its name, read back and updated without a write", async () => {
  const vendors = await setUpPreviews();
  const { operation, warnings, writesDuring } = vendors;
  const { id, state } = await deployment.create(inputs, operation);
  const { name, url, siteUrl, previewIdentifier } = vendors.deployment;
  expect(previewIdentifier).toBe("pr-7");
  expect({ id, state }).toEqual({ id: name, state: { ...inputs, name, url, siteUrl } });
  expect(warnings).toEqual([]);

  const writes = await writesDuring("convex", async () => {
    const read = await deployment.read(id, { inputs, state }, operation);
    expect(read).toEqual({ id, inputs, state });
    const untyped = { previewName: "pr-7" };
    const updated = await deployment.update(id, { state, inputs: untyped }, operation);
    expect(updated).toEqual({ ...untyped, name, url, siteUrl });
  });
  expect(writes).toBe(0);
});

test("a preview of that name that is there already is taken over, and that is said", async () => {
  const { convex, operation, warnings, claim, writesDuring } = await setUpPreviews();
  const { name } = await claim("pr-7");
  const writes = await writesDuring("convex", async () => {
    expect((await deployment.create(inputs, operation)).id).toBe(name);
  });
  expect(writes).toBe(0);
  expect(warnings).toEqual([expect.stringContaining(name)]);
  expect(convex.inventory()).toEqual([`${name}: deployment preview preview/pr-7`]);
});

test("a preview that expired, or that another has replaced, is gone", async () => {
  const { convex, operation, claim } = await setUpPreviews();
  const { id, state } = await deployment.create(inputs, operation);
  await convex.deleteDeployment(id);
  const later = (await claim("pr-7")).name;
  expect(later).not.toBe(id);
  expect(await deployment.read(id, { inputs, state }, operation)).toBeUndefined();
  await expect(deployment.update(id, { state, inputs }, operation)).rejects.toMatchObject({
    code: "CONVEX_DEPLOYMENT_GONE",
  });
  await convex.deleteDeployment(later);
  expect(await deployment.read(id, { inputs, state }, operation)).toBeUndefined();
});

test("a preview key deletes nothing, and that is said", async () => {
  const { convex, operation, warnings, writesDuring } = await setUpPreviews();
  const { id, state } = await deployment.create(inputs, operation);
  const remove = () => deployment.delete(id, state, operation);
  expect(await writesDuring("convex", remove)).toBe(0);
  expect(convex.deployment(id)).toBeDefined();
  expect(warnings).toEqual([expect.stringMatching(`${id}.*convexAccessToken`)]);
});

test("with an access token it is deleted, and seen to be gone", async () => {
  const { convex, connect, operation, warnings } = await setUpPreviews();
  const { id, state } = await deployment.create(inputs, operation);
  const withToken = connect({ CONVEX_ACCESS_TOKEN: convex.teamToken });
  const [management] = convex.servers;
  if (!management) throw new Error("there is no management host");
  management.fault = ({ path }) =>
    path.endsWith("/delete") ? { kind: "status", status: 200, body: "{}" } : undefined;
  await expect(deployment.delete(id, state, withToken)).rejects.toMatchObject({
    code: "DEPLOYMENT_STAYS",
  });
  management.fault = undefined;
  await deployment.delete(id, state, withToken);
  expect(convex.inventory()).toEqual([]);
  expect(warnings).toEqual([]);
});

test("the key of one deployment claims nothing", async () => {
  const { convex, operation, writesDuring } = await setUp("dev");
  const writes = await writesDuring("convex", () =>
    expect(deployment.create(inputs, operation)).rejects.toMatchObject({ code: "CONVEX_KEY_KIND" }),
  );
  expect(writes).toBe(0);
  expect(convex.inventory()).toEqual([]);
});
