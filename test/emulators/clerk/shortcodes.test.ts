import { expect, test } from "vitest";
import { renderClaims } from "../../../emulators/clerk/shortcodes.ts";
import type { User } from "../../../emulators/clerk/state.ts";

const MARIA: User = {
  id: "user_abcdef123456789",
  externalId: null,
  username: null,
  firstName: "Maria",
  lastName: "Doe",
  locale: null,
  imageUrl: "https://example.com/avatar.jpg",
  hasImage: true,
  emailAddresses: [
    { id: "idn_1", emailAddress: "maria@example.com", verified: true, createdAt: 0 },
  ],
  primaryEmailAddressId: "idn_1",
  publicMetadata: { profile: { interests: ["reading", "climbing"] } },
  privateMetadata: { hidden: true },
  unsafeMetadata: { foo: { bar: 42 } },
  lastSignInAt: null,
  createdAt: 1_227_618_844_000,
  updatedAt: 1_227_618_845_999,
};

const render = (text: unknown, user: User = MARIA) => renderClaims({ claim: text }, user).claim;

test("static values stay as they are, at any depth", () => {
  const claims = { aud: "https://my-site.com", version: 1, foo: { bar: [1, null, "x y "] } };
  expect(renderClaims(claims, MARIA)).toEqual(claims);
});

test.each([
  ["{{user.id}}", "user_abcdef123456789"],
  ["{{user.image_url}}", "https://example.com/avatar.jpg"],
  ["{{user.primary_email_address}}", "maria@example.com"],
  ["{{user.email_verified}}", true],
  ["{{user.full_name}}", "Maria Doe"],
  ["{{user.last_name}} {{user.first_name}} ", "Doe Maria"],
  ["{{user.created_at}}", 1_227_618_844],
  ["{{user.updated_at}}", 1_227_618_845],
  ["{{user.public_metadata.profile.interests}}", ["reading", "climbing"]],
  ["{{user.unsafe_metadata}}", { foo: { bar: 42 } }],
  ["{{user.primary_phone_number}}", null],
  ["{{user.i_dont_exist}}", null],
  ["{{user.private_metadata}}", null],
  ["{{user.public_metadata.constructor}}", null],
  ["{{ user.username || 'Awesome User' }}", "Awesome User"],
  ["{{user.public_metadata.age || user.unsafe_metadata.age || 30 }}", 30],
  ["{{user.phone_number_verified || user.email_verified}}", true],
  ["{{user.username || user.phone_number_verified}}", false],
  ["id-{{user.unsafe_metadata.foo.bar}}", "id-42"],
])("%s becomes %j", (text, value) => {
  expect(render(text)).toEqual(value);
  expect(render({ nested: [text] })).toEqual({ nested: [value] });
});

test("an empty name reads null within a string, and the whole name is null", () => {
  const user = { ...MARIA, lastName: null };
  expect(render("{{user.last_name}} {{user.first_name}}", user)).toBe("null Maria");
  expect(render("{{user.full_name}}", { ...user, firstName: null })).toBeNull();
});

test("without a primary address there is none, verified or not", () => {
  const user = { ...MARIA, primaryEmailAddressId: "idn_other" };
  expect(render("{{user.primary_email_address}}", user)).toBeNull();
  expect(render("{{user.email_verified}}", user)).toBe(false);
});
