import { expect, test } from "vitest";
import { manualWebhook } from "../../../../infra/provider/handlers/manual-webhook.ts";
import { type Operation, type Properties, UNKNOWN } from "../../../../infra/provider/resource.ts";
import type { Vendors } from "../../../../infra/provider/vendors.ts";
import { codeOf, nothingKnown, offline } from "./setup.ts";

const url = "https://happy-otter-1.convex.site/clerk-webhook";
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

async function check(inputs: Properties) {
  const warnings: string[] = [];
  const operation: Operation<Vendors> = { ...offline, warn: (line) => warnings.push(line) };
  const failures = (await manualWebhook.check?.({ secret, ...inputs }, operation)) ?? [];
  return { codes: failures.map(({ reason }) => codeOf(reason)), warnings };
}

test("an endpoint of another address is refused", async () => {
  const endpointUrl = "https://happy-otter-2.convex.site/clerk-webhook";
  expect(await check({ url, endpointUrl })).toEqual({
    codes: ["WEBHOOK_URL_MISMATCH"],
    warnings: [],
  });
});

test("the same address passes in any spelling, and so does none", async () => {
  const given: Properties[] = [
    {},
    { endpointUrl: url },
    { endpointUrl: url.replace("happy", "HAPPY") },
    { endpointUrl: UNKNOWN },
  ];
  for (const inputs of given) {
    expect(await check({ url, ...inputs })).toEqual({ codes: [], warnings: [] });
  }
});

test("what cannot be compared yet is said", async () => {
  const { codes, warnings } = await check({ url: UNKNOWN, endpointUrl: url });
  expect(codes).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining(url)]);
});

test("it is what was declared, and nothing at any vendor", async () => {
  const inputs = { url, secret };
  const { id, state } = await manualWebhook.create(inputs, offline);
  expect(id).not.toBe("");
  expect(state).toEqual(inputs);
  const known = { inputs, state };
  expect(await manualWebhook.read(id, known, offline)).toEqual({ id, inputs, state });
  expect(await manualWebhook.read(id, nothingKnown, offline)).toBeUndefined();
  const next = { url, secret: `whsec_${Buffer.alloc(32, 8).toString("base64")}` };
  expect(await manualWebhook.update(id, { state, inputs: next }, offline)).toEqual(next);
  await expect(manualWebhook.delete(id, state, offline)).resolves.toBeUndefined();
});
