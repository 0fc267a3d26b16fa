import { afterAll, beforeAll, expect, test } from "vitest";
import { Issuer, JwtTemplate, WebhookEndpoint } from "../../infra/resources/clerk.ts";
import { Deploy, Deployment, EnvironmentVariables, Project } from "../../infra/resources/convex.ts";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { planWithRefresh } from "./observe.ts";

let vendors: LocalVendors;
let tokenOnly: LocalVendors;
const stacks: LocalStack[] = [];

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const endpointUrl = "https://example.com/hook";

/** Every importable resource, side by side, brought in by id where ids are given. */
function program(ids: Record<string, string> = {}) {
  const by = (name: string) => (ids[name] ? { import: ids[name] } : {});
  return async () => {
    const issuer = new Issuer("issuer", {}, by("issuer"));
    const deployment = new Deployment("deployment", { type: "dev" }, by("deployment"));
    const template = new JwtTemplate(
      "template",
      { name: "convex", claims: { aud: "convex" } },
      by("template"),
    );
    const own = { CLERK_JWT_ISSUER_DOMAIN: issuer.issuer, CLERK_WEBHOOK_SECRET: secret };
    const variables = new EnvironmentVariables(
      "variables",
      { deployment: deployment.name, variables: own },
      by("variables"),
    );
    const deploy = new Deploy(
      "deploy",
      { deployment: deployment.name, directory: process.cwd() },
      { dependsOn: variables, ...by("deploy") },
    );
    const endpoint = new WebhookEndpoint(
      "endpoint",
      { uid: "imported", url: endpointUrl, eventTypes: ["user.created"], secret },
      { dependsOn: deploy, ...by("endpoint") },
    );
    return { issuer: issuer.id, template: template.id, endpoint: endpoint.id };
  };
}

async function stackOf(
  run: () => Promise<Record<string, unknown> | undefined>,
  { environment } = vendors,
) {
  const stack = await createLocalStack({ environment, program: run as never });
  stacks.push(stack);
  return stack.stack;
}

beforeAll(async () => {
  vendors = await startLocalVendors();
  tokenOnly = await startLocalVendors("accessToken");
});

afterAll(async () => {
  await vendors?.close();
  await tokenOnly?.close();
  await Promise.all(stacks.map((stack) => stack.remove()));
});

test("what exists is refused with its id, and imported by that id without a change", async () => {
  const { outputs } = await (await stackOf(program())).up();
  const { name } = vendors.deployment;
  const template = String(outputs.template?.value);
  vendors.forgetRequests();

  const rival = await stackOf(async () => {
    new JwtTemplate("template", { name: "convex", claims: { aud: "elsewhere" } });
    return {};
  });
  await expect(rival.up()).rejects.toThrow("[JWT_TEMPLATE_EXISTS]");
  await expect(rival.up()).rejects.toThrow(
    `clerkconvex:clerk:JwtTemplate 'template' '${template}'`,
  );

  const imported = await stackOf(
    program({
      issuer: String(outputs.issuer?.value),
      deployment: name,
      template,
      variables: `${name}#CLERK_JWT_ISSUER_DOMAIN,CLERK_WEBHOOK_SECRET`,
      deploy: name,
      endpoint: String(outputs.endpoint?.value),
    }),
  );
  const { summary } = await imported.up();
  expect(summary.resourceChanges).toMatchObject({ import: 6 });
  const { clerk, svix, convex } = vendors.requests();
  expect([clerk.writes, svix.writes, convex.writes]).toEqual([0, 0, 0]);
  expect(await planWithRefresh(imported)).toEqual([]);
});

test("a project and a deployment are imported by what an access token tells of them", async () => {
  const made = (ids: { project?: string; deployment?: string } = {}) => {
    const by = (id: string | undefined) => (id ? { import: id } : {});
    return async () => {
      const project = new Project("project", { name: "Shop" }, by(ids.project));
      const deployment = new Deployment(
        "deployment",
        { type: "dev", project: project.slug, reference: "staging", class: "s256" },
        by(ids.deployment),
      );
      return { project: project.id, siteUrl: deployment.siteUrl };
    };
  };
  const { outputs } = await (await stackOf(made(), tokenOnly)).up();
  tokenOnly.forgetRequests();

  const ids = {
    project: String(outputs.project?.value),
    deployment: tokenOnly.deployment.name,
  };
  const imported = await stackOf(made(ids), tokenOnly);
  const { summary, outputs: same } = await imported.up();
  expect(summary.resourceChanges).toMatchObject({ import: 2 });
  expect(same).toEqual(outputs);
  expect(tokenOnly.requests().convex.writes).toBe(0);
  expect(await planWithRefresh(imported)).toEqual([]);
});
