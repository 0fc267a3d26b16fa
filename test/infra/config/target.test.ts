import { Config, runtime } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import {
  isPreview,
  isProduction,
  ownReference,
  readTarget,
  type Target,
} from "../../../infra/config/target.ts";
import { isDeploymentReference } from "../../../infra/vendor-rules.ts";

await runtime.setMocks(
  { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
  "shop",
  "pr-7",
);

function read(target: unknown, others: Record<string, string> = {}): Target {
  const own = target === undefined ? {} : { "clerk-convex:target": JSON.stringify(target) };
  runtime.setAllConfig({ ...own, ...others });
  return readTarget(new Config("clerk-convex"));
}

test.each(["production", "development", "custom", "selfHosted"])("%s is a kind alone", (kind) => {
  expect(read({ kind })).toEqual({ kind });
});

test("a preview has a name, by default the stack's", () => {
  expect(read({ kind: "preview", name: "pr-123" })).toEqual({ kind: "preview", name: "pr-123" });
  expect(read({ kind: "preview" })).toEqual({ kind: "preview", name: "pr-7" });
  expect(read({ kind: "preview", name: 123 })).toEqual({ kind: "preview", name: "123" });
});

test("a created deployment says where, and has a reference of the stack's own", () => {
  expect(read({ kind: "created", type: "dev", project: 41 })).toEqual({
    kind: "created",
    type: "dev",
    project: { existing: "41" },
    reference: "clerkconvex/shop/pr-7",
    ownReference: true,
    deployKeyVersion: 1,
  });
  const reference = "staging";
  const made = read({ kind: "created", type: "prod", newProject: "My Shop", reference });
  expect(made).toMatchObject({ project: { make: "My Shop" }, reference, ownReference: false });
});

test.each([
  ["nothing", undefined, {}, "CONFIG_TARGET"],
  ["the setting of old", undefined, { "clerk-convex:deploymentType": "prod" }, "CONFIG_RENAMED"],
  ["a text", "production", {}, "CONFIG_TARGET"],
  ["an unknown kind", { kind: "prod" }, {}, "CONFIG_TARGET"],
  ["a member of every object as kind", { kind: "toString" }, {}, "CONFIG_TARGET"],
  ["a name for production", { kind: "production", name: "x" }, {}, "CONFIG_TARGET"],
  ["an empty name", { kind: "preview", name: " " }, {}, "CONFIG_TARGET"],
  ["no type", { kind: "created", project: "a" }, {}, "CONFIG_TARGET"],
  ["no project", { kind: "created", type: "dev" }, {}, "CONFIG_TARGET"],
  [
    "two projects",
    { kind: "created", type: "dev", project: "a", newProject: "b" },
    {},
    "CONFIG_TARGET",
  ],
  [
    "a reference like a deployment's name",
    { kind: "created", type: "dev", project: "a", reference: "happy-otter-1" },
    {},
    "CONFIG_TARGET",
  ],
  [
    "a default that is a text",
    { kind: "created", type: "prod", project: "a", isDefault: "yes" },
    {},
    "CONFIG_TARGET",
  ],
  [
    "a version that is a text",
    { kind: "created", type: "prod", project: "a", deployKeyVersion: "2" },
    {},
    "CONFIG_TARGET",
  ],
  [
    "an unknown field",
    { kind: "created", type: "dev", project: "a", size: "s16" },
    {},
    "CONFIG_TARGET",
  ],
])("%s is refused", (_what, target: unknown, others: Record<string, string>, code) => {
  expect(() => read(target, others)).toThrow(`[${code}]`);
});

test("only real users' production is protected, only throw-away deployments are previews", () => {
  const created = { kind: "created", project: "a" };
  const targets = [
    { kind: "production" },
    { ...created, type: "prod" },
    { kind: "preview" },
    { ...created, type: "preview" },
    { kind: "development" },
    { ...created, type: "dev" },
    { kind: "selfHosted" },
  ].map((target) => read(target));
  expect(targets.map(isProduction)).toEqual([true, true, false, false, false, false, false]);
  expect(targets.map(isPreview)).toEqual([false, false, true, true, false, false, false]);
});

test("no two stacks have the same reference, and Convex takes each", () => {
  const stacks = ["pr-1", "PR-1", "pr_1", "pr.1", "x".repeat(100), `${"x".repeat(99)}y`];
  const references = stacks.map((stack) => ownReference("shop", stack));
  expect(new Set(references).size).toBe(stacks.length);
  expect(references.filter((reference) => !isDeploymentReference(reference))).toEqual([]);
});
