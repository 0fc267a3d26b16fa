import { expect, test } from "vitest";
import { foreseen, withControls } from "../../../../infra/provider/protocol/state.ts";
import { type ResourceSpec, UNKNOWN } from "../../../../infra/provider/resource.ts";

const spec: ResourceSpec = {
  token: "test:index:Thing",
  description: "",
  properties: {
    url: { type: "string", description: "" },
    adopt: { type: "boolean", control: true, description: "" },
    thingId: { type: "string", computed: "output", stable: true, description: "" },
    secret: { type: "string", computed: "output", description: "" },
  },
};

test("before a creation no output is known", () => {
  expect(foreseen({ spec }, { url: "u" })).toEqual({ url: "u", thingId: UNKNOWN, secret: UNKNOWN });
});

test("before an update the stable outputs are known, and no other", () => {
  const state = { url: "old", thingId: "t_1", secret: "s" };
  expect(foreseen({ spec }, { url: "u" }, state)).toEqual({
    url: "u",
    thingId: "t_1",
    secret: UNKNOWN,
  });
});

test("an observation keeps the controls that were declared, and nothing else of the declaration", () => {
  expect(withControls(spec, { url: "there" }, { url: "here", adopt: true })).toEqual({
    url: "there",
    adopt: true,
  });
});
