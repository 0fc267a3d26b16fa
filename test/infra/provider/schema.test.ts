import { expect, test } from "vitest";
import { handlers } from "../../../infra/provider/handlers/index.ts";
import { clerkConvexPackage } from "../../../infra/provider/package.ts";

const schema = JSON.parse(clerkConvexPackage.schema());

test("the schema lists every resource type and setting", () => {
  expect(Object.keys(schema.resources).sort()).toEqual(
    handlers.map(({ spec }) => spec.token).sort(),
  );
  expect(schema).toMatchObject({ name: "clerkconvex", version: clerkConvexPackage.version });
  expect(schema.provider.inputProperties).toEqual(schema.config.variables);
});

test("every value that is a secret is marked as one, and nothing else", () => {
  const marked = Object.entries<{ properties: Record<string, { secret?: true }> }>(
    schema.resources,
  ).flatMap(([token, { properties }]) =>
    Object.entries(properties)
      .filter(([, { secret }]) => secret)
      .map(([name]) => `${token}.${name}`),
  );
  expect(marked.sort()).toEqual([
    "clerkconvex:clerk:Application.developmentSecretKey",
    "clerkconvex:clerk:Application.productionSecretKey",
    "clerkconvex:clerk:ManualWebhook.secret",
    "clerkconvex:clerk:WebhookEndpoint.secret",
    "clerkconvex:clerk:WebhookSecret.accepted",
    "clerkconvex:clerk:WebhookSecret.secret",
    "clerkconvex:convex:Deploy.deployKey",
    "clerkconvex:convex:DeployKey.key",
    "clerkconvex:convex:EnvironmentVariables.deployKey",
    "clerkconvex:convex:EnvironmentVariables.variables",
  ]);
});

test("outputs are no inputs, and what must be given is demanded", () => {
  const template = schema.resources["clerkconvex:clerk:JwtTemplate"];
  expect(template.inputProperties).not.toHaveProperty("templateId");
  expect(template.properties.templateId).toMatchObject({ type: "string" });
  expect(template.requiredInputs).toEqual(["name", "claims"]);
  expect(template.required).toContain("templateId");
  expect(template.inputProperties.name).toMatchObject({ replaceOnChanges: true });
  expect(template.inputProperties.lifetime).toMatchObject({ type: "integer", default: 60 });
});

test("an output that is not always there is not promised, and a beta is called one", () => {
  const application = schema.resources["clerkconvex:clerk:Application"];
  expect(application.required).toEqual(["name", "applicationId"]);
  expect(application.properties).toHaveProperty("productionSecretKey");
  expect(application.description).toContain("private beta");
  expect(schema.provider.inputProperties.clerkPlatformKey).toMatchObject({
    secret: true,
    description: expect.stringContaining("private beta"),
  });
});
