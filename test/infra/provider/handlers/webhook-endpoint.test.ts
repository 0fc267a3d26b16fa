import { expect, test } from "vitest";
import { webhookEndpoint } from "../../../../infra/provider/handlers/webhook-endpoint.ts";
import { nothingKnown, setUp } from "./setup.ts";

const secretOf = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString("base64")}`;
const inputs = {
  uid: "clerk-convex",
  url: "https://app.example/clerk-webhook",
  eventTypes: ["user.created", "user.deleted"],
  description: "",
  disabled: false,
  secret: secretOf("a"),
  rotationGracePeriod: 3600,
};

test("an endpoint is made with its own secret, read back, changed and deleted", async () => {
  const { svix, operation, writesDuring } = await setUp();
  const { id, state } = await webhookEndpoint.create(inputs, operation);
  expect(state).toEqual({ ...inputs, endpointId: id });
  expect(svix.inventory().endpoints).toMatchObject([{ id, uid: inputs.uid, url: inputs.url }]);
  const known = { inputs, state };
  expect(await webhookEndpoint.read(id, known, operation)).toEqual({ id, inputs, state });

  const changed = { ...inputs, url: "https://app.example/other", disabled: true };
  const update = () => webhookEndpoint.update(id, { state, inputs: changed }, operation);
  expect(await writesDuring("svix", update)).toBe(1);
  expect((await webhookEndpoint.read(id, known, operation))?.inputs).toEqual(changed);
  expect(await writesDuring("svix", update)).toBe(0);

  await webhookEndpoint.delete(id, state, operation);
  expect(svix.inventory().endpoints).toEqual([]);
  expect(await webhookEndpoint.read(id, known, operation)).toBeUndefined();
  await expect(webhookEndpoint.delete(id, state, operation)).resolves.toBeUndefined();
});

test("a changed secret is rotated in, and nothing else is written", async () => {
  const { svix, operation } = await setUp();
  const { id, state } = await webhookEndpoint.create(inputs, operation);
  svix.requests.length = 0;
  const rotated = { ...inputs, secret: secretOf("b") };
  const after = await webhookEndpoint.update(id, { state, inputs: rotated }, operation);
  expect(after.secret).toBe(rotated.secret);
  const writes = svix.requests.filter(({ write }) => write);
  expect(writes.map(({ path }) => path.split("/").slice(-2).join("/"))).toEqual(["secret/rotate"]);
  const read = await webhookEndpoint.read(id, { inputs: rotated, state }, operation);
  expect(read?.inputs.secret).toBe(rotated.secret);
});

test("an import reads settings and secret by the id alone", async () => {
  const { operation, connect } = await setUp();
  const { id } = await webhookEndpoint.create(inputs, operation);
  const imported = { ...inputs, rotationGracePeriod: 86_400 };
  expect(await webhookEndpoint.read(id, nothingKnown, connect())).toEqual({
    id,
    inputs: imported,
    state: { ...imported, endpointId: id },
  });
});

test("without a Svix application there is no endpoint, and reading makes none", async () => {
  const { clerk, operation, writesDuring } = await setUp();
  const writes = await writesDuring("clerk", async () => {
    expect(await webhookEndpoint.read("ep_unknown", nothingKnown, operation)).toBeUndefined();
    await webhookEndpoint.delete("ep_unknown", { ...inputs, endpointId: "ep_unknown" }, operation);
  });
  expect(writes).toBe(0);
  expect(clerk.inventory().svixApps).toEqual([]);
});

test("an endpoint of the same URL under another uid is refused and left alone", async () => {
  const { operation, writesDuring } = await setUp();
  const { id } = await webhookEndpoint.create({ ...inputs, uid: "someone-elses" }, operation);
  const writes = await writesDuring("svix", async () => {
    await expect(webhookEndpoint.create(inputs, operation)).rejects.toMatchObject({
      code: "WEBHOOK_ENDPOINT_EXISTS",
      message: expect.stringContaining(id),
    });
  });
  expect(writes).toBe(0);
});

test("adopting brings an endpoint of the same URL to what is declared", async () => {
  const { svix, operation, warnings } = await setUp();
  const { id } = await webhookEndpoint.create({ ...inputs, uid: "someone-elses" }, operation);
  const adopting = { ...inputs, secret: secretOf("b"), description: "ours", adopt: true };
  const adopted = await webhookEndpoint.create(adopting, operation);
  expect(adopted).toEqual({ id, state: { ...adopting, endpointId: id } });
  expect(svix.inventory().endpoints).toHaveLength(1);
  expect(warnings).toEqual([expect.stringContaining(id)]);
  const read = await webhookEndpoint.read(id, { inputs: adopting, state: {} }, operation);
  expect(read?.inputs).toEqual(adopting);
});

test("an endpoint left by an interrupted run is taken up again by its uid", async () => {
  const { svix, operation, writesDuring } = await setUp();
  const { id } = await webhookEndpoint.create(inputs, operation);
  const again = () =>
    expect(webhookEndpoint.create(inputs, operation)).resolves.toMatchObject({ id });
  expect(await writesDuring("svix", again)).toBe(0);
  expect(svix.inventory().endpoints).toHaveLength(1);
});

test("an endpoint that could be taken over only in part still comes into the state", async () => {
  const { svix, operation } = await setUp();
  const { id } = await webhookEndpoint.create(inputs, operation);
  svix.fault = ({ method }) =>
    method === "PATCH" ? { kind: "status", status: 422, body: "{}" } : undefined;
  const changed = { ...inputs, description: "ours" };
  await expect(webhookEndpoint.create(changed, operation)).rejects.toMatchObject({
    id,
    state: { endpointId: id, description: "" },
    cause: { code: "SVIX_INVALID" },
  });
});

test("updating an endpoint that is gone tells so", async () => {
  const { operation } = await setUp();
  const { id, state } = await webhookEndpoint.create(inputs, operation);
  await webhookEndpoint.delete(id, state, operation);
  await expect(webhookEndpoint.update(id, { state, inputs }, operation)).rejects.toMatchObject({
    code: "WEBHOOK_ENDPOINT_GONE",
  });
});

test("an endpoint that no login reaches is not deleted, and not forgotten unasked", async () => {
  const { svix, operation, connect } = await setUp();
  const { id, state } = await webhookEndpoint.create(inputs, operation);
  svix.fault = ({ path }) =>
    path.endsWith("/one-time-token") ? { kind: "status", status: 403, body: "{}" } : undefined;
  await expect(webhookEndpoint.delete(id, state, connect())).rejects.toMatchObject({
    code: "SVIX_LOGIN_REFUSED",
    message: expect.stringContaining("forget"),
  });
  expect(svix.inventory().endpoints).toHaveLength(1);
  await expect(webhookEndpoint.read(id, nothingKnown, connect())).rejects.toMatchObject({
    code: "SVIX_LOGIN_REFUSED",
  });
});
