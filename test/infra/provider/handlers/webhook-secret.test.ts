import { expect, test } from "vitest";
import { webhookSecret } from "../../../../infra/provider/handlers/webhook-secret.ts";
import { nothingKnown, offline } from "./setup.ts";

const form = /^whsec_[A-Za-z0-9+/]{43}=$/;

test("a new secret is of 32 random bytes and the only one accepted", async () => {
  const first = await webhookSecret.create({ version: 1 }, offline);
  const second = await webhookSecret.create({ version: 1 }, offline);
  expect(first.state.secret).toMatch(form);
  expect(first.state.accepted).toBe(first.state.secret);
  expect(first.state.version).toBe(1);
  expect(second.state.secret).not.toBe(first.state.secret);
  expect(second.id).not.toBe(first.id);
});

test("a rotation keeps exactly the last secret accepted", async () => {
  const { id, state } = await webhookSecret.create({ version: 1 }, offline);
  const rotated = await webhookSecret.update(id, { state, inputs: { version: 2 } }, offline);
  expect(rotated.secret).toMatch(form);
  expect(rotated.secret).not.toBe(state.secret);
  expect(rotated.accepted).toBe(`${rotated.secret} ${state.secret}`);
  expect(rotated.version).toBe(2);
  const again = await webhookSecret.update(id, { state: rotated, inputs: { version: 3 } }, offline);
  expect(again.accepted.split(" ")).toEqual([again.secret, rotated.secret]);
});

test("a refresh keeps the secret, and knows none that is not in the state", async () => {
  const { id, state } = await webhookSecret.create({ version: 4 }, offline);
  const known = { inputs: { version: 4 }, state };
  expect(await webhookSecret.read(id, known, offline)).toEqual({
    id,
    inputs: { version: 4 },
    state,
  });
  expect(await webhookSecret.read(id, nothingKnown, offline)).toBeUndefined();
});
