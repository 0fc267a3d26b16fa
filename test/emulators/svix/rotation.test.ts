import { expect, test } from "vitest";
import { verifies } from "./receiver.ts";
import { refusal, setUpReceiver } from "./setup.ts";

const KEY = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
const DAY = 86_400_000;

test("both secrets sign until the grace period is over", async () => {
  const { svix, client, appId, endpoint, receiver, secret, send } = await setUpReceiver();
  await client.endpoint.rotateSecret(appId, endpoint.id, { key: KEY, gracePeriodSeconds: 60 });
  expect(await client.endpoint.getSecret(appId, endpoint.id)).toEqual({ key: KEY });

  await svix.advance(59_999);
  send();
  await svix.settled();
  const during = receiver.received.at(-1);
  expect(during?.headers["svix-signature"]?.split(" ")).toHaveLength(2);
  expect([verifies(during, KEY), verifies(during, secret)]).toEqual([true, true]);

  await svix.advance(1);
  send();
  await svix.settled();
  const after = receiver.received.at(-1);
  expect([verifies(after, KEY), verifies(after, secret)]).toEqual([true, false]);
});

test("without a grace period the old secret signs for a day", async () => {
  const { svix, client, appId, endpoint, receiver, secret, send } = await setUpReceiver();
  await client.endpoint.rotateSecret(appId, endpoint.id);
  await svix.advance(DAY - 1);
  send();
  await svix.advance(1);
  send();
  await svix.settled();
  expect(receiver.received.map((delivery) => verifies(delivery, secret))).toEqual([true, false]);
});

test("a grace period of none ends the old secret at once", async () => {
  const { svix, client, appId, endpoint, receiver, secret, send } = await setUpReceiver();
  await client.endpoint.rotateSecret(appId, endpoint.id, { gracePeriodSeconds: 0 });
  send();
  await svix.settled();
  const { key } = await client.endpoint.getSecret(appId, endpoint.id);
  expect([verifies(receiver.received[0], key), verifies(receiver.received[0], secret)]).toEqual([
    true,
    false,
  ]);
});

test("ten old secrets may overlap, not eleven", async () => {
  const { svix, client, appId, endpoint } = await setUpReceiver();
  for (let count = 0; count < 10; count += 1) {
    await client.endpoint.rotateSecret(appId, endpoint.id);
  }
  expect(await refusal(client.endpoint.rotateSecret(appId, endpoint.id))).toMatchObject({
    status: 400,
    body: { code: "limit_reached" },
  });
  await svix.advance(DAY);
  await client.endpoint.rotateSecret(appId, endpoint.id);
});

test("a bad key or grace period changes nothing", async () => {
  const { client, appId, endpoint, secret } = await setUpReceiver();
  const rotate = (body: object) => refusal(client.endpoint.rotateSecret(appId, endpoint.id, body));
  expect(await rotate({ key: "nonsense" })).toMatchObject({
    status: 422,
    body: { detail: [{ loc: ["body", "key"] }] },
  });
  expect(await rotate({ gracePeriodSeconds: 604_801 })).toMatchObject({ status: 422 });
  expect(await client.endpoint.getSecret(appId, endpoint.id)).toEqual({ key: secret });
});
