import { afterAll, beforeAll, expect, test } from "vitest";
import { Issuer, JwtTemplate, WebhookEndpoint } from "../../infra/resources/clerk.ts";
import { Deploy, Deployment, EnvironmentVariables } from "../../infra/resources/convex.ts";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { planWithRefresh } from "./observe.ts";

let vendors: LocalVendors;
let first: LocalStack;
let second: LocalStack;

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** Every importable resource, side by side, so that an import needs no parent. */
async function program() {
  const issuer = new Issuer("issuer");
  const deployment = new Deployment("deployment");
  const template = new JwtTemplate("template", { name: "convex", claims: { aud: "convex" } });
  const variables = new EnvironmentVariables("variables", {
    deployment: deployment.name,
    variables: { CLERK_JWT_ISSUER_DOMAIN: issuer.issuer, CLERK_WEBHOOK_SECRET: secret },
  });
  const deploy = new Deploy(
    "deploy",
    { deployment: deployment.name, directory: process.cwd() },
    { dependsOn: variables },
  );
  const endpoint = new WebhookEndpoint(
    "endpoint",
    { uid: "imported", url: "https://example.com/hook", eventTypes: ["user.created"], secret },
    { dependsOn: deploy },
  );
  return { instance: issuer.id, template: template.id, endpoint: endpoint.id };
}

beforeAll(async () => {
  vendors = await startLocalVendors();
  first = await createLocalStack({ environment: vendors.environment, program });
  second = await createLocalStack({ environment: vendors.environment, program });
});

afterAll(async () => {
  await vendors?.close();
  await Promise.all([first?.remove(), second?.remove()]);
});

test("what exists is refused with its id, and imported by it without a change", async () => {
  const { outputs } = await first.stack.up();
  const { name } = vendors.deployment;

  const refusal = await second.stack.up().then(
    () => "accepted",
    (error: Error) => error.message,
  );
  expect(refusal).toContain("[JWT_TEMPLATE_EXISTS]");
  expect(refusal).toContain(`convex ${outputs.template?.value}`);

  await second.stack.destroy();
  await first.stack.up({ refresh: true });
  const again = await first.stack.outputs();
  vendors.forgetRequests();
  await second.stack.import({
    protect: false,
    generateCode: false,
    resources: [
      ["clerkconvex:clerk:Issuer", "issuer", again.instance?.value],
      ["clerkconvex:convex:Deployment", "deployment", name],
      ["clerkconvex:clerk:JwtTemplate", "template", again.template?.value],
      ["clerkconvex:clerk:WebhookEndpoint", "endpoint", again.endpoint?.value],
      [
        "clerkconvex:convex:EnvironmentVariables",
        "variables",
        `${name}#CLERK_JWT_ISSUER_DOMAIN,CLERK_WEBHOOK_SECRET`,
      ],
    ].map(([type, resource, id]) => ({ type, name: resource, id: String(id) })) as never,
  });
  expect(await planWithRefresh(second.stack)).toEqual([
    { resource: "deploy", op: "create", paths: [] },
  ]);
  const { clerk, svix, convex } = vendors.requests();
  expect([clerk.writes, svix.writes, convex.writes]).toEqual([0, 0, 0]);
});
