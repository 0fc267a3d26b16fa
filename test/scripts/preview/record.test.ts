import { describe, expect, test } from "vitest";
import { knownPreview } from "../../../scripts/preview/record.ts";
import type { StateResource } from "../../../scripts/stack/state.ts";

const stack = (outputs = {}): StateResource => ({
  urn: "urn:pulumi:pr-1::shop::pulumi:pulumi:Stack::shop-pr-1",
  type: "pulumi:pulumi:Stack",
  outputs,
});
const resource = (type: string, inputs = {}, outputs = {}): StateResource => {
  return { urn: `urn:pulumi:pr-1::shop::${type}::x`, type, id: "id-1", inputs, outputs };
};
const deployment = (type: string, outputs = {}) =>
  resource("clerkconvex:convex:Deployment", { type }, outputs);

const known = (resources: StateResource[], pending: StateResource[] = []) =>
  knownPreview({
    version: 3,
    deployment: {
      resources,
      pending_operations: pending.map((of) => ({ type: "creating", resource: of })),
    },
  });

const record = { name: "pr-1", updatedAt: "2030-01-31T00:00:00.000Z", keep: true };

describe("a state is a preview's", () => {
  test("with what `up` wrote and what the program declared", () => {
    const outputs = {
      preview: record,
      deploymentUrl: "https://a.convex.cloud",
      issuer: "https://i",
    };
    const made = deployment("preview", { projectId: 7, expiresAt: "2030-02-01T00:00:00.000Z" });
    expect(known([stack(outputs), made])).toEqual({
      record,
      deployment: "id-1",
      projectId: 7,
      expiresAt: "2030-02-01T00:00:00.000Z",
      urls: { functions: "https://a.convex.cloud", issuer: "https://i" },
      seed: undefined,
      ownTemplates: [],
      empty: false,
    });
  });

  test("when a killed first run left it empty, or in the middle of making the deployment", () => {
    expect(known([])?.empty).toBe(true);
    expect(known([stack(), resource("clerkconvex:clerk:Issuer")])?.empty).toBe(true);
    const killed = known([stack()], [deployment("preview")]);
    expect(killed).toMatchObject({ empty: false, record: undefined });
  });
});

test.each([
  ["a deployment that stays", [stack({ preview: record }), deployment("dev")]],
  ["things of another program", [stack(), resource("aws:s3:Bucket")]],
])("a state with %s is none", (_what, resources) => {
  expect(known(resources)).toBeUndefined();
});

test("a JWT template is the stack's own unless it is shared", () => {
  const template = (inputs: object) => resource("clerkconvex:clerk:JwtTemplate", inputs);
  const owned = [stack({ preview: record }), deployment("preview"), template({ name: "convex" })];
  expect(known(owned)?.ownTemplates).toEqual(["id-1"]);
  const shared = [...owned.slice(0, 2), template({ name: "convex", share: true })];
  expect(known(shared)?.ownTemplates).toEqual([]);
});
