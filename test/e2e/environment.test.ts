import { createClerkClient } from "@clerk/backend";
import { Svix } from "svix";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleProject, deployProject } from "../../infra/clients/convex-cli.ts";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { askCurrent, userStory } from "../../scripts/local/story.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { commandLines, filesHolding, holdsAny, planWithRefresh } from "./observe.ts";
import { copyProject } from "./project-copy.ts";

const userSecret = "canary-of-the-users-own-variable";
const signal = new AbortController().signal;

let vendors: LocalVendors;
let local: LocalStack;
let svix: Svix;
let appId: string;
let endpointId: string;
let output = "";
const seenCommandLines = new Set<string>();

const watch = {
  onOutput: (text: string) => {
    output += text;
  },
  onEvent: () => {
    for (const line of commandLines()) seenCommandLines.add(line);
  },
};

const plan = () => planWithRefresh(local.stack, watch.onOutput);

beforeAll(async () => {
  vendors = await startLocalVendors();
  local = await createLocalStack({ environment: vendors.environment });
  await local.stack.setConfig("clerk-convex:publishableKey", {
    value: vendors.clerk.instance.publishableKey,
  });
  await local.stack.setConfig(
    "clerk-convex:variables.USERS_OWN",
    { value: userSecret, secret: true },
    true,
  );
});

afterAll(async () => {
  await vendors?.close();
  await local?.remove();
});

const untouched = {
  clerk: { total: 0, writes: 0 },
  svix: { total: 0, writes: 0 },
  convex: { total: 0, writes: 0 },
};

describe("an environment, from nothing to nothing", () => {
  test("a preview on empty vendors promises all of it and asks the vendors for nothing", async () => {
    vendors.forgetRequests();
    const { changeSummary } = await local.stack.preview(watch);
    expect(changeSummary).toEqual({ create: 10 });
    expect(vendors.requests()).toEqual(untouched);
  });

  test("up on empty vendors creates all of it, and it works", async () => {
    const { outputs, summary } = await local.stack.up(watch);
    expect(summary.resourceChanges).toEqual({ create: 10 });
    expect(outputs.issuer?.value).toBe(vendors.clerk.instance.issuer);
    expect(outputs.webhookUrl?.value).toBe(`${vendors.deployment.siteUrl}/clerk-webhook`);
    expect(output).toContain("a signed webhook is accepted");
    const [endpoint] = vendors.svix.inventory().endpoints;
    expect(endpoint).toMatchObject({
      uid: "clerkconvex.clerk-convex.local",
      url: outputs.webhookUrl?.value,
    });
    appId = endpoint?.appId ?? "";
    endpointId = endpoint?.id ?? "";
    svix = new Svix(vendors.svix.token, { serverUrl: vendors.svix.url });
    const names = [...vendors.deployment.environmentVariables.keys()].sort();
    expect(names).toEqual(["CLERK_JWT_ISSUER_DOMAIN", "CLERK_WEBHOOK_SECRET", "USERS_OWN"]);
    const { modules } = await bundleProject({ directory: process.cwd(), signal });
    const pushed = Object.entries(vendors.deployment.modules());
    expect(Object.fromEntries(pushed.map(([name, hash]) => [name, `isolate:${hash}`]))).toEqual(
      modules,
    );
  });

  test("a user signs up, is let in, changes and is deleted", async () => {
    const steps = [];
    const rows = [];
    for await (const step of userStory(vendors)) {
      steps.push(step.answer);
      rows.push(await vendors.deployment.rows("users"));
    }
    expect(steps).toEqual([
      "Not authenticated",
      expect.objectContaining({ email: "ada@example.com", firstName: "Ada", lastName: "Lovelace" }),
      expect.objectContaining({ email: "ada@example.com", firstName: "Augusta Ada" }),
      "User not found",
    ]);
    expect(rows.map((found) => found.length)).toEqual([0, 1, 1, 0]);
  });

  test("a token of another issuer is refused", async () => {
    const other = await vendors.clerk.addInstance();
    const { jwtTemplates } = createClerkClient({
      secretKey: other.secretKey,
      apiUrl: vendors.clerk.url,
    });
    const template = await jwtTemplates.create({ name: "convex", claims: { aud: "convex" } });
    const stranger = await other.signUp({ email: "mallory@example.com" });
    const token = await other.mintToken(stranger.id, "convex");
    await expect(askCurrent(vendors.deployment.url, token)).rejects.toThrow(/NoAuthProvider/);
    await jwtTemplates.delete(template.id);
  });

  test("a second up asks the vendors for nothing and changes nothing", async () => {
    vendors.forgetRequests();
    const { summary } = await local.stack.up(watch);
    expect(summary.resourceChanges).toEqual({ same: 10 });
    expect(vendors.requests()).toEqual(untouched);
  });

  test("a preview with refresh finds no drift and writes nothing", async () => {
    vendors.forgetRequests();
    expect(await plan()).toEqual([]);
    const { clerk, svix: deliveries, convex } = vendors.requests();
    expect([clerk.writes, deliveries.writes, convex.writes]).toEqual([0, 0, 0]);
    expect([clerk.total, deliveries.total, convex.total].every((total) => total > 0)).toBe(true);
  });
});

describe("a change from outside is seen exactly, and mended", () => {
  const drifts: [string, () => Promise<unknown>, { resource: string; paths: string[] }][] = [
    [
      "the endpoint's URL",
      () => svix.endpoint.patch(appId, endpointId, { url: "http://127.0.0.1:9/elsewhere" }),
      { resource: "environment-webhook-endpoint", paths: ["url"] },
    ],
    [
      "the endpoint's event types",
      () =>
        svix.endpoint.patch(appId, endpointId, { eventTypes: ["user.created", "user.deleted"] }),
      { resource: "environment-webhook-endpoint", paths: ["eventTypes[2]"] },
    ],
    [
      "the endpoint disabled",
      () => svix.endpoint.patch(appId, endpointId, { disabled: true }),
      { resource: "environment-webhook-endpoint", paths: ["disabled"] },
    ],
    [
      "the template's claims",
      async () => {
        const { secretKey } = vendors.clerk.instance;
        const clerk = createClerkClient({ secretKey, apiUrl: vendors.clerk.url });
        const { data } = await clerk.jwtTemplates.list();
        const template = data.find(({ name }) => name === "convex");
        if (!template) throw new Error("no template");
        const claims = { ...template.claims, aud: "elsewhere" };
        await clerk.jwtTemplates.update({ templateId: template.id, name: "convex", claims });
      },
      { resource: "environment-jwt-template", paths: ["claims.aud"] },
    ],
    [
      "a variable",
      () => vendors.deployment.setVariable("USERS_OWN", "changed by hand"),
      { resource: "environment-variables", paths: ["variables.USERS_OWN"] },
    ],
    [
      "a variable removed",
      () => vendors.deployment.setVariable("USERS_OWN", null),
      { resource: "environment-variables", paths: ["variables.USERS_OWN"] },
    ],
    [
      "the code",
      () => pushByHand("convex/users.ts", (source) => source.replace("Date.now()", "1")),
      { resource: "environment-deploy", paths: ['modules["users.js"]'] },
    ],
    [
      "the schema",
      () =>
        pushByHand("convex/schema.ts", (source) =>
          source.replace("lastSeenAt:", "somethingNew: v.optional(v.string()),\n    lastSeenAt:"),
        ),
      { resource: "environment-deploy", paths: ["schema"] },
    ],
  ];

  test.each(drifts)("%s", async (_what, change, { resource, paths }) => {
    await change();
    expect(await plan()).toEqual([{ resource, op: "update", paths }]);
    await local.stack.up({ refresh: true, ...watch });
    expect(await plan()).toEqual([]);
  });

  test("a deleted endpoint is made anew", async () => {
    await svix.endpoint.delete(appId, endpointId);
    const [planned] = await plan();
    expect(planned).toMatchObject({ resource: "environment-webhook-endpoint", op: "create" });
    await local.stack.up({ refresh: true, ...watch });
    expect(vendors.svix.inventory().endpoints).toHaveLength(1);
  });

  test("a variable of nobody's is left alone", async () => {
    await vendors.deployment.setVariable("SOMEBODY_ELSES", "kept");
    expect(await plan()).toEqual([]);
    await local.stack.up({ refresh: true, ...watch });
    expect(vendors.deployment.environmentVariables.get("SOMEBODY_ELSES")).toBe("kept");
    await vendors.deployment.setVariable("SOMEBODY_ELSES", null);
  });
});

describe("secrets", () => {
  test("are in no state, history, output or command line", async () => {
    const [endpoint] = vendors.svix.inventory().endpoints;
    const { key } = await svix.endpoint.getSecret(appId, endpoint?.id ?? "");
    const secrets = [...vendors.secrets, key, userSecret];
    expect(await filesHolding(local.folder, secrets)).toEqual([]);
    expect(holdsAny(output, secrets)).toBe(false);
    expect([...seenCommandLines].filter((line) => line.includes("convex"))).not.toEqual([]);
    expect([...seenCommandLines].filter((line) => holdsAny(line, secrets))).toEqual([]);
  });

  test("would be found if they were there", async () => {
    const issuer = vendors.clerk.instance.id;
    expect(await filesHolding(local.folder, [issuer])).not.toEqual([]);
    expect(holdsAny(output, [vendors.deployment.url])).toBe(true);
    expect([...seenCommandLines].some((line) => line.includes("deploy --yes"))).toBe(true);
  });
});

test("destroy leaves nothing behind at any vendor", async () => {
  await local.stack.destroy(watch);
  expect(vendors.leftovers()).toEqual([]);
  expect((await local.stack.exportStack()).deployment.resources ?? []).toEqual([]);
});

async function pushByHand(file: string, change: (source: string) => string): Promise<void> {
  await using copy = await copyProject();
  await copy.edit(file, change);
  const { deployKey } = vendors.deployment;
  const credentials = { kind: "deployKey", deployKey, provisionHost: vendors.convex.url } as const;
  await deployProject({ directory: copy.directory, signal }, credentials);
}
