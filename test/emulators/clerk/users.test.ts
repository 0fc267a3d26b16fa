import { expect, test } from "vitest";
import { clientFor, refusal, setUp } from "./setup.ts";

test("a user is created, read, changed and deleted", async () => {
  const { client } = await setUp();
  const created = await client.users.createUser({
    emailAddress: ["Ada@example.com"],
    firstName: "Ada",
    publicMetadata: { plan: "free" },
  });
  expect(created).toMatchObject({ firstName: "Ada", lastName: null, hasImage: false });
  expect(created.primaryEmailAddress?.emailAddress).toBe("ada@example.com");
  expect(created.primaryEmailAddress?.verification?.status).toBe("verified");
  expect(created.imageUrl).toMatch(/^https:\/\/img\.clerk\.com\//);

  const updated = await client.users.updateUser(created.id, { lastName: "Lovelace" });
  expect(updated).toMatchObject({ firstName: "Ada", lastName: "Lovelace" });
  expect(updated.updatedAt).toBeGreaterThan(created.updatedAt);
  const merged = await client.users.updateUserMetadata(created.id, {
    publicMetadata: { theme: { dark: true }, plan: null } as never,
  });
  expect(merged.publicMetadata).toEqual({ theme: { dark: true } });

  expect(await client.users.deleteUser(created.id)).toMatchObject({ deleted: true });
  expect(await refusal(client.users.getUser(created.id))).toMatchObject({
    status: 404,
    code: "resource_not_found",
    longMessage: `No user was found with id ${created.id}`,
  });
});

test("e-mail addresses are unique in an instance, whatever their case", async () => {
  const { client, clerk } = await setUp();
  await client.users.createUser({ emailAddress: ["a@example.com"] });
  const again = { emailAddress: ["A@example.com"] };
  expect(await refusal(client.users.createUser(again))).toMatchObject({
    status: 422,
    code: "form_identifier_exists",
    meta: { paramName: "email_address" },
  });
  const other = await clerk.addInstance();
  await clientFor(clerk.url, other.secretKey).users.createUser(again);
  expect(clerk.inventory().users).toHaveLength(2);
});

test.each([
  [{}, "form_data_missing"],
  [{ emailAddress: ["nobody"] }, "form_param_format_invalid"],
  [{ emailAddress: ["a@example.com"], nickname: "x" }, "form_param_unknown"],
])("%j cannot become a user: %s", async (params, code) => {
  const { client, clerk } = await setUp();
  expect(await refusal(client.users.createUser(params as never))).toMatchObject({
    status: 422,
    code,
  });
  expect(clerk.inventory().users).toEqual([]);
});

test("the primary address must be one of the user's own", async () => {
  const { client } = await setUp();
  const user = await client.users.createUser({ emailAddress: ["a@example.com", "b@example.com"] });
  const second = user.emailAddresses[1]?.id ?? "missing";
  const changed = await client.users.updateUser(user.id, { primaryEmailAddressID: second });
  expect(changed.primaryEmailAddress?.emailAddress).toBe("b@example.com");
  const foreign = client.users.updateUser(user.id, { primaryEmailAddressID: "idn_other" });
  expect(await refusal(foreign)).toMatchObject({ status: 422, code: "form_resource_not_found" });
});

test("users are listed newest first, counted, and found by address", async () => {
  const { client, instance } = await setUp();
  const users = ["a", "b", "c"].map((name) => instance.signUp({ email: `${name}@example.com` }));
  const ids = users.map(({ id }) => id).reverse();
  const all = await client.users.getUserList({ limit: 2 });
  expect(all.totalCount).toBe(3);
  expect(all.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  const rest = await client.users.getUserList({ limit: 2, offset: 2 });
  expect(rest.data.map(({ id }) => id)).toEqual(ids.slice(2));
  const found = await client.users.getUserList({ emailAddress: ["b@example.com"] });
  expect(found.data.map(({ id }) => id)).toEqual([users[1]?.id]);
  const unsupported = client.users.getUserList({ query: "a" });
  expect(await refusal(unsupported)).toMatchObject({ status: 501 });
});

test("a sign-up may do without an address; a new one takes the old one's place", async () => {
  const { instance } = await setUp();
  const bare = instance.signUp({ firstName: "Bo" });
  expect(bare).toMatchObject({ primary_email_address_id: null, email_addresses: [] });
  const user = instance.signUp({ email: "old@example.com" });
  const { email_addresses, primary_email_address_id } = instance.updateUser(user.id, {
    email: "new@example.com",
  });
  expect(email_addresses).toMatchObject([
    { id: primary_email_address_id, email_address: "new@example.com" },
  ]);
});

test("of two changes at one moment the later one is told by its time", async () => {
  const { instance } = await setUp({ now: () => 1_800_000_000_000 });
  const { id, updated_at } = instance.signUp({ email: "a@example.com" });
  const second = instance.updateUser(id, { firstName: "A" }).updated_at;
  const third = instance.updateUser(id, { firstName: "B" }).updated_at;
  expect(second).toBeGreaterThan(updated_at);
  expect(third).toBeGreaterThan(second);
});
