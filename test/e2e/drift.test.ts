import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkStack } from "../../scripts/drift/check.ts";
import { fixStack } from "../../scripts/drift/fix.ts";
import { outcomeOf } from "../../scripts/drift/render.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { exitCodes } from "../../scripts/stack/failure.ts";
import { type ByHand, byHand } from "./by-hand.ts";
import { literalPreview } from "./literal-preview.ts";
import { makeProjectFolder, type ProjectFolder } from "./project-folder.ts";

const userSecret = "canary-of-the-users-own-variable";
let vendors: LocalVendors;
let project: ProjectFolder;
let hand: ByHand;

beforeAll(async () => {
  vendors = await startLocalVendors();
  project = await makeProjectFolder(vendors.environment);
  await project.makeStack("dev");
  hand = byHand(vendors);
  const stack = await project.open("dev");
  const variable = { value: userSecret, secret: true };
  await stack.setConfig("clerk-convex:variables.USERS_OWN", variable, true);
  await stack.up();
});

afterAll(async () => {
  await vendors?.close();
  await project?.remove();
});

describe("without drift", () => {
  test("the answer is 0, as the literal preview's, and nothing is written anywhere", async () => {
    const before = await project.snapshot();
    vendors.forgetRequests();
    const { exitCode, stdout } = await project.run("scripts/drift.ts", ["--stack", "dev"]);
    expect([exitCode, stdout]).toEqual([0, "dev: no drift\n"]);
    expect(await project.snapshot()).toEqual(before);
    const requests = Object.values(vendors.requests());
    expect(requests.map(({ writes }) => writes)).toEqual([0, 0, 0]);
    expect(requests.every(({ total }) => total > 0)).toBe(true);
    expect(await literalPreview(await project.open("dev"))).toBe(0);
  });
});

interface Expected {
  name: string;
  operation: string;
  properties: { path: string; declared?: unknown; actual?: unknown }[];
}

const template = (...properties: Expected["properties"]): Expected => ({
  name: "environment-jwt-template",
  operation: "update",
  properties,
});
const webhook = (...properties: Expected["properties"]): Expected => ({
  name: "environment-webhook-endpoint",
  operation: "update",
  properties,
});
const variables = (...properties: Expected["properties"]): Expected => ({
  name: "environment-variables",
  operation: "update",
  properties,
});
const code = (...properties: Expected["properties"]): Expected => ({
  name: "environment-deploy",
  operation: "update",
  properties,
});
const missing = ({ name }: Expected): Expected => ({ name, operation: "create", properties: [] });
const hash = expect.stringMatching(/^(isolate:|active:)?[0-9a-f]{64}$/);
const secret = "[secret]";
const usersModule = 'modules["users.js"]';

/** Every property that can change at a vendor, by resource; then the resource as a whole. */
const changes: [string, () => Promise<unknown>, Expected][] = [
  [
    "a claim of the template",
    async () => {
      const { template, change } = await hand.template();
      await change({ claims: { ...template.claims, aud: "elsewhere" } });
    },
    template({ path: "claims.aud", declared: "convex", actual: "elsewhere" }),
  ],
  [
    "claims added to and taken from the template",
    async () => {
      const { template, change } = await hand.template();
      const { nickname: _, ...claims } = template.claims as Record<string, string>;
      await change({ claims: { ...claims, role: "admin" } });
    },
    template(
      { path: "claims.nickname", declared: "{{user.username}}" },
      { path: "claims.role", actual: "admin" },
    ),
  ],
  [
    "the template's lifetime",
    async () => (await hand.template()).change({ lifetime: 120 }),
    template({ path: "lifetime", declared: 60, actual: 120 }),
  ],
  [
    "the template's clock skew",
    async () => (await hand.template()).change({ allowedClockSkew: 10 }),
    template({ path: "allowedClockSkew", declared: 5, actual: 10 }),
  ],
  [
    "the template's name",
    async () => (await hand.template()).change({ name: "renamed" }),
    {
      ...template({ path: "name", declared: "convex", actual: "renamed" }),
      operation: "replace",
    },
  ],
  ["the template deleted", async () => (await hand.template()).remove(), missing(template())],
  [
    "the endpoint's URL",
    () => hand.patchEndpoint({ url: "http://127.0.0.1:9/elsewhere" }),
    webhook({
      path: "url",
      declared: expect.stringMatching(/\/clerk-webhook$/),
      actual: "http://127.0.0.1:9/elsewhere",
    }),
  ],
  [
    "the endpoint's event types",
    () => hand.patchEndpoint({ eventTypes: ["user.created", "user.deleted"] }),
    webhook({ path: "eventTypes[2]", declared: "user.updated" }),
  ],
  [
    "the endpoint disabled",
    () => hand.patchEndpoint({ disabled: true }),
    webhook({ path: "disabled", declared: false, actual: true }),
  ],
  [
    "the endpoint's description",
    () => hand.patchEndpoint({ description: "::error::\n\u001b[31mby hand" }),
    webhook({
      path: "description",
      declared: "User sync of clerk-convex/dev, managed by Pulumi",
      actual: "::error::\n\u001b[31mby hand",
    }),
  ],
  [
    "the endpoint's uid",
    () => hand.patchEndpoint({ uid: "somebody-elses" }),
    webhook({ path: "uid", declared: "clerkconvex.clerk-convex.dev", actual: "somebody-elses" }),
  ],
  [
    "the endpoint's secret",
    () => hand.rotateSecret(),
    webhook({ path: "secret", declared: secret, actual: secret }),
  ],
  ["the endpoint deleted", () => hand.deleteEndpoint(), missing(webhook())],
  [
    "a variable's value",
    () => vendors.deployment.setVariable("USERS_OWN", "changed by hand"),
    variables({ path: "variables.USERS_OWN", declared: secret, actual: secret }),
  ],
  [
    "a variable removed",
    () => vendors.deployment.setVariable("USERS_OWN", null),
    variables({ path: "variables.USERS_OWN", declared: secret }),
  ],
  [
    "a module changed",
    () => hand.push("convex/users.ts", (source) => source.replace("Date.now()", "1")),
    code({ path: usersModule, declared: hash, actual: hash }),
  ],
  [
    "a module added",
    () => hand.pushWith("convex/extra.ts", "export const extra = 1;\n"),
    code({ path: 'modules["extra.js"]', actual: hash }),
  ],
  [
    "the schema",
    () =>
      hand.push("convex/schema.ts", (source) =>
        source.replace("lastSeenAt:", "somethingNew: v.optional(v.string()),\n    lastSeenAt:"),
      ),
    code({ path: "schema", declared: hash, actual: hash }),
  ],
  ["all code taken down", () => hand.undeploy(), missing(code())],
];

describe("each thing that can change at a vendor is told, as the literal preview would, and mended", () => {
  test.each(changes)("%s", async (_what, change, expected) => {
    await change();
    const stack = await project.open("dev");
    const before = await project.snapshot();
    vendors.forgetRequests();
    const [finding, literal] = await Promise.all([checkStack(stack), literalPreview(stack)]);
    const writes = Object.values(vendors.requests()).map((each) => each.writes);
    const after = await project.snapshot();
    const differences = finding.outcome === "drift" ? finding.differences : [];
    const mended = await fixStack(stack, differences, () => {});

    const properties = expected.properties.map((each) => ({ ...each, origin: "vendor" }));
    expect(differences).toEqual([
      {
        ...expected,
        urn: expect.stringMatching(`::${expected.name}$`),
        type: expect.stringMatching(/^clerkconvex:/),
        origin: "vendor",
        properties,
      },
    ]);
    expect([exitCodes[outcomeOf([finding])], literal]).toEqual([7, 7]);
    expect(writes).toEqual([0, 0, 0]);
    expect(after).toEqual(before);
    expect(mended).toEqual({ stack: "dev", outcome: "ok" });
  });
});
