import { Ordering } from "svix";
import { expect, test } from "vitest";
import { refusal, setUp } from "./setup.ts";

const URL_A = "https://example.com/a";
const KEY = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;

test("an endpoint is created, read by id and by uid, changed and deleted", async () => {
  const { client, appId, svix } = await setUp();
  const created = await client.endpoint.create(appId, {
    url: URL_A,
    uid: "main",
    description: "first",
    eventTypes: ["user.created", "user.deleted"],
    metadata: { stack: "dev" },
    secret: KEY,
  });
  expect(created).toMatchObject({ url: URL_A, uid: "main", disabled: false, channels: null });
  expect(new Set(created.eventTypes)).toEqual(new Set(["user.created", "user.deleted"]));
  expect(await client.endpoint.get(appId, "main")).toEqual(created);
  expect(await client.endpoint.get(appId, created.id)).toEqual(created);
  expect(await client.endpoint.getSecret(appId, "main")).toEqual({ key: KEY });

  const patched = await client.endpoint.patch(appId, "main", {
    disabled: true,
    eventTypes: null,
    url: "https://example.com",
  });
  expect(patched).toMatchObject({
    id: created.id,
    disabled: true,
    eventTypes: null,
    description: "first",
    metadata: { stack: "dev" },
    url: "https://example.com/",
  });

  await client.endpoint.delete(appId, "main");
  expect(await refusal(client.endpoint.get(appId, created.id))).toMatchObject({
    status: 404,
    body: { code: "not_found", detail: "Entity not found" },
  });
  expect(svix.inventory().endpoints).toEqual([]);
});

test("an upsert replaces every field, and makes what is not there", async () => {
  const { client, appId } = await setUp();
  const { id } = await client.endpoint.create(appId, { url: URL_A, description: "d", uid: "u" });
  const replaced = await client.endpoint.upsert(appId, id, { url: "https://example.com/b" });
  expect(replaced).toMatchObject({ id, url: "https://example.com/b", description: "", uid: null });
  const made = await client.endpoint.upsert(appId, "other", { url: URL_A, uid: "other" });
  expect(made.id).not.toBe(id);
  expect(await client.endpoint.get(appId, "other")).toEqual(made);
});

test("a taken uid is a conflict on create and on patch, and free again after a delete", async () => {
  const { client, appId } = await setUp();
  const first = await client.endpoint.create(appId, { url: URL_A, uid: "u" });
  const second = await client.endpoint.create(appId, { url: URL_A });
  const taken = { status: 409, body: { code: "conflict", detail: "A conflict has occurred" } };
  expect(await refusal(client.endpoint.create(appId, { url: URL_A, uid: "u" }))).toMatchObject(
    taken,
  );
  expect(await refusal(client.endpoint.patch(appId, second.id, { uid: "u" }))).toMatchObject(taken);
  await client.endpoint.patch(appId, first.id, { uid: "u" });
  await client.endpoint.delete(appId, "u");
  expect(await client.endpoint.create(appId, { url: URL_A, uid: "u" })).toMatchObject({ uid: "u" });
});

test("the order of event types is not kept, nor are repetitions", async () => {
  const { client, appId } = await setUp();
  const types = ["session.created", "user.created", "user.created", "user.deleted"];
  const { eventTypes } = await client.endpoint.create(appId, { url: URL_A, eventTypes: types });
  expect(eventTypes).toHaveLength(3);
  expect(eventTypes).not.toEqual([...new Set(types)]);
});

test("filterTypes is read and answered for clients older than version 2", async () => {
  const { svix, appId } = await setUp();
  const response = await fetch(`${svix.url}/api/v1/app/${appId}/endpoint`, {
    method: "POST",
    headers: { authorization: `Bearer ${svix.token}`, "content-type": "application/json" },
    body: JSON.stringify({ url: URL_A, filterTypes: ["user.created"] }),
  });
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({
    filterTypes: ["user.created"],
    eventTypes: ["user.created"],
  });
});

const bytes = (length: number) => `whsec_${Buffer.alloc(length, 7).toString("base64")}`;

test.each([
  ["no URL", {}, ["body", "", ""], "missing field `url`"],
  ["a relative URL", { url: "/hook" }, ["body", "url"], "relative URL without a base"],
  ["another scheme", { url: "ftp://example.com" }, ["body", "url"], "http or https"],
  ["plain http to the world", { url: "http://example.com" }, ["body", "url"], "must be https"],
  ["an odd uid", { url: URL_A, uid: "a b" }, ["body", "uid", "__all__"], "pattern"],
  ["a long uid", { url: URL_A, uid: "a".repeat(257) }, ["body", "uid", "__all__"], "too long"],
  ["an id as uid", { url: URL_A, uid: "ep_1" }, ["body", "uid", "__all__"], "same prefix"],
  ["no event type", { url: URL_A, eventTypes: [] }, ["body", "event_types"], "can't be empty"],
  [
    "an unknown event type",
    { url: URL_A, eventTypes: ["user.created", "user.gone"] },
    ["body", "eventTypes"],
    "The following event types don't exist: user.gone",
  ],
  ["no channel", { url: URL_A, channels: [] }, ["body", "channels"], "at least 1 and at most 10"],
  ["a rate of 0", { url: URL_A, throttleRate: 0 }, ["body", "throttle_rate"], "at least one"],
  ["a bare secret", { url: URL_A, secret: "abc" }, ["body", "secret"], "invalid prefix"],
  ["a secret not base64", { url: URL_A, secret: "whsec_!" }, ["body", "secret"], "base64"],
  ["a short secret", { url: URL_A, secret: bytes(23) }, ["body", "key", "__all__"], "length"],
  ["a long secret", { url: URL_A, secret: bytes(76) }, ["body", "key", "__all__"], "length"],
])("%s is refused with 422", async (_, body, loc, msg) => {
  const { client, appId, svix } = await setUp();
  const { status, body: answer } = await refusal(client.endpoint.create(appId, body as never));
  expect(status).toBe(422);
  expect(answer).toMatchObject({ detail: [{ loc, msg: expect.stringContaining(msg) }] });
  expect(svix.inventory().endpoints).toEqual([]);
});

test.each([24, 75])("a secret of %i bytes is taken", async (length) => {
  const { client, appId } = await setUp();
  const { id } = await client.endpoint.create(appId, { url: URL_A, secret: bytes(length) });
  expect(await client.endpoint.getSecret(appId, id)).toEqual({ key: bytes(length) });
});

test("lists come newest first, in pages that lead to one another both ways", async () => {
  const { client, appId } = await setUp();
  const ids: string[] = [];
  for (const uid of ["a", "b", "c", "d", "e"]) {
    ids.unshift((await client.endpoint.create(appId, { url: URL_A, uid })).id);
  }
  const first = await client.endpoint.list(appId, { limit: 2 });
  expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  expect(first.done).toBe(false);
  const second = await client.endpoint.list(appId, { limit: 2, iterator: first.iterator });
  expect(second.data.map(({ id }) => id)).toEqual(ids.slice(2, 4));
  const third = await client.endpoint.list(appId, { limit: 2, iterator: second.iterator });
  expect(third).toMatchObject({ data: [{ id: ids[4] }], done: true });
  const back = await client.endpoint.list(appId, {
    limit: 2,
    iterator: second.prevIterator ?? "missing",
  });
  expect(back.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  const upwards = await client.endpoint.list(appId, { order: Ordering.Ascending });
  expect(upwards.data.map(({ id }) => id)).toEqual(ids.toReversed());
  expect(await refusal(client.endpoint.list(appId, { limit: 251 }))).toMatchObject({ status: 422 });
});

test("an empty list is done and leads nowhere", async () => {
  const { client, appId } = await setUp();
  expect(await client.endpoint.list(appId)).toMatchObject({ data: [], iterator: null, done: true });
});

test("headers are set, changed and removed; sensitive values are kept back", async () => {
  const { client, appId } = await setUp();
  const { id } = await client.endpoint.create(appId, { url: URL_A, headers: { "X-One": "1" } });
  await client.endpoint.patchHeaders(appId, id, { headers: { Authorization: "Basic x" } });
  expect(await client.endpoint.getHeaders(appId, id)).toEqual({
    headers: { "X-One": "1" },
    sensitive: ["Authorization"],
  });
  await client.endpoint.patchHeaders(appId, id, { headers: {}, deleteHeaders: ["X-One"] });
  expect((await client.endpoint.getHeaders(appId, id)).headers).toEqual({});
  await client.endpoint.setHeaders(appId, id, { headers: { "X-Two": "2" } });
  expect(await client.endpoint.getHeaders(appId, id)).toEqual({
    headers: { "X-Two": "2" },
    sensitive: [],
  });
  const forbidden = client.endpoint.setHeaders(appId, id, { headers: { "svix-id": "x" } });
  expect(await refusal(forbidden)).toMatchObject({ status: 422 });
});
