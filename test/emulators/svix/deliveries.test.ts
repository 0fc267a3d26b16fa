import { expect, test } from "vitest";
import { RETRY_SCHEDULE } from "../../../emulators/svix/index.ts";
import { verifies } from "./receiver.ts";
import { setUpReceiver } from "./setup.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WHOLE_SCHEDULE = RETRY_SCHEDULE.reduce((sum, delay) => sum + delay, 0);

test("a message is delivered once, signed, under its own id", async () => {
  const { svix, receiver, secret, send } = await setUpReceiver();
  const id = send("user.created", { type: "user.created", data: { id: "user_1" } });
  await svix.settled();
  expect(receiver.received).toHaveLength(1);
  const [delivery] = receiver.received;
  expect(delivery?.headers["svix-id"]).toBe(id);
  expect(JSON.parse(delivery?.body ?? "")).toEqual({
    type: "user.created",
    data: { id: "user_1" },
  });
  expect(verifies(delivery, secret)).toBe(true);
  expect(verifies(delivery, `whsec_${Buffer.alloc(24).toString("base64")}`)).toBe(false);
  await svix.advance(DAY);
  expect(receiver.received).toHaveLength(1);
});

test("a failing endpoint is tried eight times, each at its time, and no more", async () => {
  const { svix, receiver, send } = await setUpReceiver();
  receiver.answerWith(500);
  const start = svix.now();
  send();
  await svix.advance(WHOLE_SCHEDULE + DAY);
  const waited = svix.attempts().map(({ at }) => at - start);
  const second = 1000;
  expect(waited).toEqual(
    [0, 5, 305, 2105, 9305, 27_305, 63_305, 99_305].map((seconds) => seconds * second),
  );
  expect(svix.attempts().map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(svix.attempts().at(-1)?.nextAttemptAt).toBeUndefined();
  expect(receiver.received).toHaveLength(8);
});

test("nothing happens a moment before a retry is due", async () => {
  const { svix, receiver, send } = await setUpReceiver();
  receiver.answerWith(503);
  send();
  await svix.advance(4_999);
  expect(receiver.received).toHaveLength(1);
  await svix.advance(1);
  expect(receiver.received).toHaveLength(2);
});

test("a retried message keeps its id and body, and its signature is fresh", async () => {
  const { svix, receiver, secret, send } = await setUpReceiver();
  receiver.answerWith(500);
  send();
  await svix.advance(HOUR);
  const [first, , third] = receiver.received;
  expect(third?.headers["svix-id"]).toBe(first?.headers["svix-id"]);
  expect(third?.body).toBe(first?.body);
  expect(verifies(third, secret)).toBe(true);
});

test.each([200, 204])("%i ends the delivery", async (status) => {
  const { svix, receiver, send } = await setUpReceiver();
  receiver.answerWith(status);
  send();
  await svix.advance(DAY);
  expect(svix.attempts()).toMatchObject([{ succeeded: true, responseStatusCode: status }]);
});

test.each([301, 307, 400, 404, 410, 500])("%i fails and is tried again", async (status) => {
  const { svix, receiver, send } = await setUpReceiver();
  receiver.answerWith(status, { location: "/elsewhere" });
  send();
  await svix.advance(5_000);
  expect(svix.attempts()).toHaveLength(2);
  expect(svix.attempts()[0]).toMatchObject({ succeeded: false, responseStatusCode: status });
});

test("an endpoint that does not answer in time has failed and gets a minute", async () => {
  const { svix, receiver, send } = await setUpReceiver({ responseTimeoutMs: 20 });
  receiver.answer = () => new Promise(() => {});
  send();
  await svix.settled();
  const [attempt] = svix.attempts();
  expect(attempt).toMatchObject({ succeeded: false, responseStatusCode: 0 });
  expect(attempt?.response).toContain("No response within 20 ms");
  expect(attempt?.nextAttemptAt).toBe(svix.now() + 60_000);
});

test("Retry-After lengthens a wait to twice the planned one at most", async () => {
  const { svix, receiver, send } = await setUpReceiver();
  receiver.answerWith(429, { "retry-after": "3600" });
  send();
  await svix.settled();
  expect(svix.attempts()[0]?.nextAttemptAt).toBe(svix.now() + 10_000);
});

test("nothing is sent beyond loopback, and the log says why", async () => {
  const { svix, client, appId, endpoint, send } = await setUpReceiver();
  await client.endpoint.patch(appId, endpoint.id, { url: "https://example.com/hook" });
  send();
  await svix.settled();
  expect(svix.attempts()).toMatchObject([
    { succeeded: false, responseStatusCode: 0, response: expect.stringContaining("loopback") },
  ]);
});

test("only matching event types and channels are delivered, to enabled endpoints", async () => {
  const { svix, client, environment, appId, endpoint, receiver } = await setUpReceiver();
  await client.endpoint.patch(appId, endpoint.id, {
    eventTypes: ["user.updated"],
    channels: ["a"],
  });
  const send = (eventType: string, channels?: string[]) =>
    environment.message.create(appId, {
      eventType,
      payload: { eventType },
      channels: channels ?? null,
    });
  await send("user.created", ["a"]);
  await send("user.updated", ["b"]);
  await send("user.updated");
  await send("user.updated", ["b", "a"]);
  await svix.settled();
  expect(receiver.received).toHaveLength(1);
  await client.endpoint.patch(appId, endpoint.id, { disabled: true });
  await send("user.updated", ["a"]);
  await svix.settled();
  expect(receiver.received).toHaveLength(1);
});

test("retries go where the endpoint is by then, and stop when it is gone", async () => {
  const { svix, client, appId, endpoint, receiver, send } = await setUpReceiver();
  receiver.answerWith(500);
  send();
  await client.endpoint.patch(appId, endpoint.id, { url: `${receiver.url}?moved` });
  await svix.advance(5_000);
  expect(svix.attempts().map(({ url }) => url)).toEqual([receiver.url, `${receiver.url}?moved`]);
  await client.endpoint.delete(appId, endpoint.id);
  await svix.advance(DAY);
  expect(svix.attempts()).toHaveLength(2);
});

test("an endpoint failing for five days is disabled; a success in between starts it over", async () => {
  const { svix, client, appId, endpoint, receiver, send } = await setUpReceiver();
  const exhaust = async () => {
    send();
    await svix.advance(WHOLE_SCHEDULE);
  };
  const isDisabled = async () => (await client.endpoint.get(appId, endpoint.id)).disabled;
  receiver.answerWith(500);
  await exhaust();
  await svix.advance(4 * DAY);
  receiver.answerWith(200);
  send();
  await svix.settled();
  receiver.answerWith(500);
  await exhaust();
  expect(await isDisabled()).toBe(false);
  await svix.advance(4 * DAY);
  await exhaust();
  expect(await isDisabled()).toBe(true);
});

test("a raw delivery repeats an id, with any payload, time and secret", async () => {
  const { svix, endpoint, receiver, secret, send } = await setUpReceiver();
  const messageId = send();
  await svix.settled();
  const raw = { endpointId: endpoint.id, messageId, payload: { again: true } };
  expect(await svix.deliverRaw(raw)).toMatchObject({ succeeded: true, status: 200 });
  await svix.deliverRaw({ ...raw, timestamp: new Date(Date.now() - 600_000) });
  expect(receiver.received.map(({ headers }) => headers["svix-id"])).toEqual(
    Array(3).fill(messageId),
  );
  expect(receiver.received.map((delivery) => verifies(delivery, secret))).toEqual([
    true,
    true,
    false,
  ]);
});

test("in real time retries happen by themselves, as many times faster as asked", async () => {
  const { svix, receiver, send } = await setUpReceiver({ realTime: { scale: 1000 } });
  const retried = new Promise<void>((resolve) => {
    receiver.answer = () => {
      if (receiver.received.length === 2) resolve();
      return new Response(null, { status: receiver.received.length === 1 ? 500 : 200 });
    };
  });
  send();
  await retried;
  await svix.settled();
  const [first, second] = svix.attempts();
  expect(second?.succeeded).toBe(true);
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(5_000);
});
