import { expect, test } from "vitest";
import { refusal, setUpReceiver } from "./setup.ts";

const DAY = 86_400_000;

test("the log lists attempts by endpoint and by message, and tells when the next is due", async () => {
  const { svix, client, appId, endpoint, receiver, send } = await setUpReceiver();
  receiver.answer = () => new Response("no luck", { status: 500 });
  const failed = send();
  await svix.advance(5_000);
  receiver.answerWith(200);
  const delivered = send("user.updated");
  await svix.settled();

  const byEndpoint = await client.messageAttempt.listByEndpoint(appId, endpoint.id, {
    withContent: true,
    withMsg: true,
  });
  expect(byEndpoint.data.map(({ msgId }) => msgId)).toEqual([delivered, failed, failed]);
  expect(byEndpoint.data[0]).toMatchObject({ status: 0, statusText: "success", triggerType: 0 });
  expect(byEndpoint.data[1]).toMatchObject({
    response: "no luck",
    responseStatusCode: 500,
    statusText: "fail",
    msg: { id: failed, eventType: "user.created" },
  });
  const byMessage = await client.messageAttempt.listByMsg(appId, failed, { limit: 1 });
  expect(byMessage).toMatchObject({ done: false, data: [{ response: "{}", msgId: failed }] });
  const failures = await client.messageAttempt.listByEndpoint(appId, endpoint.id, { status: 2 });
  expect(failures.data).toHaveLength(2);

  const messages = await client.messageAttempt.listAttemptedMessages(appId, endpoint.id);
  expect(messages.data).toMatchObject([
    { id: delivered, statusText: "success", nextAttempt: null },
    { id: failed, statusText: "sending", nextAttempt: new Date(svix.now() + 300_000) },
  ]);
  const destinations = await client.messageAttempt.listAttemptedDestinations(appId, failed);
  expect(destinations.data).toMatchObject([{ id: endpoint.id, statusText: "sending" }]);
});

test("a resend is one more attempt of the same message, outside the schedule", async () => {
  const { svix, client, appId, endpoint, receiver, send } = await setUpReceiver();
  const id = send();
  await svix.settled();
  await client.messageAttempt.resend(appId, id, endpoint.id);
  await svix.settled();
  const ids = receiver.received.map(({ headers }) => headers["svix-id"]);
  expect(ids).toEqual([id, id]);
  expect(svix.attempts()[1]).toMatchObject({ trigger: "manual", number: 0, succeeded: true });
});

test("a message is created, read back and unique by its event id for a day", async () => {
  const { svix, environment, appId } = await setUpReceiver();
  const message = { eventType: "user.created", eventId: "e1", payload: { a: 1 } };
  const created = await environment.message.create(appId, message, { withContent: true });
  expect(created).toMatchObject({ eventId: "e1", payload: { a: 1 } });
  expect((await environment.message.get(appId, "e1")).id).toBe(created.id);
  const listed = await environment.message.list(appId, { eventTypes: ["user.created"] });
  expect(listed.data).toMatchObject([{ id: created.id, payload: {} }]);
  expect(await refusal(environment.message.create(appId, message))).toMatchObject({ status: 409 });
  await svix.advance(DAY);
  expect((await environment.message.create(appId, message)).id).not.toBe(created.id);
});
