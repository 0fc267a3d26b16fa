import { Svix } from "svix";
import { expect, onTestFinished, test } from "vitest";
import { startReceiver, verifies } from "../svix/receiver.ts";
import { exchange } from "../svix/setup.ts";
import { refusal, setUp } from "./setup.ts";

/** What the fragment of a dashboard link holds. */
function readLink(svixUrl: string) {
  const encoded = svixUrl.split("#key=")[1] ?? "";
  return JSON.parse(Buffer.from(encoded, "base64").toString()) as {
    appId: string;
    oneTimeToken: string;
    region: string;
    serverUrl: string;
  };
}

test("the Svix app is made once, linked to, and deleted with its endpoints", async () => {
  const { client, clerk, svix, instance } = await setUp();
  const missing = { status: 400, code: "svix_app_missing" };
  expect(await refusal(client.webhooks.generateSvixAuthURL())).toMatchObject(missing);
  expect(await refusal(client.webhooks.deleteSvixApp())).toMatchObject(missing);

  const { svix_url } = await client.webhooks.createSvixApp();
  expect(svix_url).toMatch(/^https:\/\/app\.svix\.com\/login#key=/);
  expect(await refusal(client.webhooks.createSvixApp())).toMatchObject({
    status: 400,
    code: "svix_app_exists",
  });
  const link = readLink((await client.webhooks.generateSvixAuthURL()).svix_url);
  expect(link).toMatchObject({ region: "eu", serverUrl: svix.url });
  expect(clerk.inventory().svixApps).toEqual([{ id: link.appId, instanceId: instance.id }]);

  const { token } = await exchange(link.serverUrl, link.oneTimeToken);
  const portal = new Svix(token, { serverUrl: link.serverUrl });
  await portal.endpoint.create(link.appId, { url: "https://example.com/hook" });
  expect(svix.inventory().endpoints).toHaveLength(1);

  await client.webhooks.deleteSvixApp();
  expect(svix.inventory()).toEqual({ apps: [], endpoints: [] });
  expect(clerk.inventory().svixApps).toEqual([]);
});

test("asking for a link is a read, making the app a write", async () => {
  const { client, clerk } = await setUp();
  await client.webhooks.createSvixApp();
  await client.webhooks.generateSvixAuthURL();
  expect(clerk.requests.map(({ path, write }) => [path, write])).toEqual([
    ["/v1/webhooks/svix", true],
    ["/v1/webhooks/svix_url", false],
  ]);
});

/** An instance whose events reach a receiver. */
async function setUpReceiver() {
  const parts = await setUp();
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const { appId } = readLink((await parts.client.webhooks.createSvixApp()).svix_url);
  const environment = new Svix(parts.svix.token, { serverUrl: parts.svix.url });
  const { id } = await environment.endpoint.create(appId, { url: receiver.url });
  const { key } = await environment.endpoint.getSecret(appId, id);
  const events = async () => {
    await parts.svix.settled();
    return receiver.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  };
  return { ...parts, receiver, secret: key, events };
}

test("a user's life is told in three signed events", async () => {
  const { client, instance, receiver, secret, events } = await setUpReceiver();
  const before = Date.now();
  const user = await client.users.createUser({
    emailAddress: ["a@example.com"],
    firstName: "Ada",
    externalId: "x1",
  });
  await events();
  const { updatedAt } = await client.users.updateUser(user.id, { firstName: "Eda" });
  await events();
  await client.users.deleteUser(user.id);

  const [created, updated, deleted, ...rest] = await events();
  expect(rest).toEqual([]);
  expect(created).toMatchObject({
    type: "user.created",
    object: "event",
    instance_id: instance.id,
    data: {
      id: user.id,
      first_name: "Ada",
      image_url: user.imageUrl,
      primary_email_address_id: user.primaryEmailAddressId,
      email_addresses: [{ id: user.primaryEmailAddressId, email_address: "a@example.com" }],
      created_at: user.createdAt,
      updated_at: user.updatedAt,
    },
  });
  expect(created?.timestamp).toBeGreaterThanOrEqual(before);
  expect(updated).toMatchObject({
    type: "user.updated",
    data: { first_name: "Eda", created_at: user.createdAt, updated_at: updatedAt },
  });
  expect(deleted).toMatchObject({ type: "user.deleted" });
  expect(deleted?.data).toEqual({ id: user.id, object: "user", deleted: true, external_id: "x1" });
  expect(receiver.received.map((delivery) => verifies(delivery, secret))).toEqual([
    true,
    true,
    true,
  ]);
});

test("what happens without the Backend API is told as well, and any event may be", async () => {
  const { instance, events } = await setUpReceiver();
  const { id } = instance.signUp({ email: "a@example.com" });
  await events();
  instance.deleteUser(id);
  await events();
  instance.emit("session.created", { id: "sess_1" });
  expect((await events()).map(({ type }) => type)).toEqual([
    "user.created",
    "user.deleted",
    "session.created",
  ]);
});

test("without a Svix app nothing is sent", async () => {
  const { instance, svix } = await setUp();
  instance.signUp({ email: "a@example.com" });
  expect(instance.emit("user.created", {})).toBeUndefined();
  await svix.settled();
  expect(svix.attempts()).toEqual([]);
});
