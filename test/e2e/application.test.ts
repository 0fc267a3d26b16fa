import { createClerkClient } from "@clerk/backend";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Application,
  type ApplicationArgs,
  Issuer,
  JwtTemplate,
  WebhookEndpoint,
  WebhookSecret,
} from "../../infra/resources/clerk.ts";
import { Provider } from "../../infra/resources/provider.ts";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { filesHolding, planWithRefresh } from "./observe.ts";

let vendors: LocalVendors;
const stacks: LocalStack[] = [];

async function stackOf(name: string, program: PulumiFn, environment = vendors.environment) {
  const local = await createLocalStack({ name, environment, program });
  stacks.push(local);
  return local;
}

beforeAll(async () => {
  vendors = await startLocalVendors();
});

afterAll(async () => {
  await vendors?.close();
  await Promise.all(stacks.map((stack) => stack.remove()));
});

/** Instances of applications; the local stack's own is the first. */
const instancesMade = () => vendors.clerk.instances.slice(1);

describe("an application and what is on its instance, by a provider with the instance's key", () => {
  let local: LocalStack;
  let name = "Shop";

  /** The environment holds the key of another instance, which must stay out of this. */
  const program: PulumiFn = async () => {
    const application = new Application("application", { name });
    const provider = new Provider("clerk", {
      clerkSecretKey: application.developmentSecretKey,
    });
    const on = { provider };
    const issuer = new Issuer("issuer", { environmentType: "development" }, on);
    new JwtTemplate("template", { name: "convex", claims: { aud: "convex" } }, on);
    const { secret } = new WebhookSecret("secret", {}, on);
    const url = "https://example.com/hook";
    new WebhookEndpoint("endpoint", { uid: "app", url, eventTypes: ["user.created"], secret }, on);
    return { issuer: issuer.issuer, application: application.id };
  };

  test("a preview on nothing promises all of it, before there is a key", async () => {
    local = await stackOf("development", program);
    vendors.forgetRequests();
    const { changeSummary } = await local.stack.preview();
    expect(changeSummary).toEqual({ create: 7 });
    expect(Object.values(vendors.requests()).map(({ total }) => total)).toEqual([0, 0, 0]);
  });

  test("up makes it all, on the new instance alone, and keeps the key a secret", async () => {
    const { outputs, summary } = await local.stack.up();
    expect(summary.resourceChanges).toEqual({ create: 7 });
    const [instance] = instancesMade();
    expect(outputs.issuer?.value).toBe(instance?.issuer);
    const { applications, templates, svixApps } = vendors.clerk.inventory();
    expect(applications).toEqual([{ id: outputs.application?.value, name: "Shop" }]);
    expect(templates).toMatchObject([{ name: "convex", instanceId: instance?.id }]);
    expect(svixApps).toMatchObject([{ instanceId: instance?.id }]);
    expect(vendors.svix.inventory().endpoints).toMatchObject([{ appId: svixApps[0]?.id }]);
    const secrets = [...vendors.secrets, instance?.secretKey ?? ""];
    expect(await filesHolding(local.folder, secrets)).toEqual([]);
  });

  test("a second up changes nothing", async () => {
    vendors.forgetRequests();
    expect((await local.stack.up()).summary.resourceChanges).toEqual({ same: 7 });
    expect(Object.values(vendors.requests()).map(({ writes }) => writes)).toEqual([0, 0, 0]);
    expect(await planWithRefresh(local.stack)).toEqual([]);
  });

  test("a name changed elsewhere is seen, and put back without touching the rest", async () => {
    const [made] = vendors.clerk.inventory().applications;
    await fetch(`${vendors.clerk.url}/v1/platform/applications/${made?.id}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${vendors.clerk.platformKey}` },
      body: JSON.stringify({ name: "Elsewhere" }),
    });
    expect(await planWithRefresh(local.stack)).toEqual([
      { resource: "application", op: "update", paths: ["name"] },
    ]);
    const { summary } = await local.stack.up({ refresh: true });
    expect(summary.resourceChanges).toEqual({ same: 6, update: 1 });
    expect(vendors.clerk.inventory().applications).toEqual([{ id: made?.id, name: "Shop" }]);
  });

  test("a template changed elsewhere is seen through the same provider", async () => {
    const { jwtTemplates } = createClerkClient({
      secretKey: instancesMade()[0]?.secretKey ?? "",
      apiUrl: vendors.clerk.url,
    });
    const [template] = vendors.clerk.inventory().templates;
    const change = { templateId: template?.id ?? "", name: "convex", lifetime: 90 };
    await jwtTemplates.update({ ...change, claims: { aud: "convex" } });
    expect(await planWithRefresh(local.stack)).toEqual([
      { resource: "template", op: "update", paths: ["lifetime"] },
    ]);
  });

  test("another name in the program is an update of the application alone", async () => {
    name = "Market";
    const { summary } = await local.stack.up({ refresh: true });
    expect(summary.resourceChanges).toEqual({ same: 5, update: 2 });
    expect(vendors.clerk.inventory().applications).toMatchObject([{ name: "Market" }]);
  });

  test("destroy leaves nothing", async () => {
    await local.stack.destroy();
    expect(vendors.leftovers()).toEqual([]);
    expect(vendors.clerk.inventory().svixApps).toEqual([]);
    expect(instancesMade()).toEqual([]);
  });
});

describe("an application with a production instance", () => {
  const declare = (args: Partial<ApplicationArgs> = {}, id?: string): PulumiFn => {
    const { CLERK_PLATFORM_API_KEY: _, ...environment } = vendors.environment;
    return async () => {
      // The key in the clear, as a program may well have it.
      const provider = new Provider("platform", {
        clerkPlatformKey: vendors.clerk.platformKey,
        clerkApiUrl: environment.CLERK_API_URL,
      });
      const settings = { name: "Live", productionDomain: "live.example", ...args };
      const options = { provider, ...(id !== undefined && { import: id }) };
      const application = new Application("application", settings, options);
      return { id: application.id };
    };
  };

  test("is imported without a change, and deleted only once its protection is lifted", async () => {
    const { CLERK_PLATFORM_API_KEY: _, ...environment } = vendors.environment;
    let program = declare();
    const local = await stackOf("production", () => program(), environment);
    const { outputs } = await local.stack.up();
    const id = String(outputs.id?.value);
    const secrets = [...vendors.secrets, ...instancesMade().map(({ secretKey }) => secretKey)];
    expect(secrets).toHaveLength(vendors.secrets.length + 2);
    expect(await filesHolding(local.folder, secrets)).toEqual([]);

    const rival = await stackOf("rival", declare(), environment);
    await expect(rival.stack.up()).rejects.toThrow(`Application 'application' '${id}'`);
    const importing = await stackOf("importing", declare({}, id), environment);
    const imported = await importing.stack.up();
    expect(imported.summary.resourceChanges).toMatchObject({ import: 1 });
    expect(await planWithRefresh(importing.stack)).toEqual([]);

    await expect(local.stack.destroy()).rejects.toThrow("[APPLICATION_PROTECTED]");
    expect(vendors.clerk.inventory().applications).toEqual([{ id, name: "Live" }]);
    program = declare({ deletionProtection: false });
    expect((await local.stack.up()).summary.resourceChanges).toEqual({ same: 2, update: 1 });
    await local.stack.destroy();
    expect(vendors.leftovers()).toEqual([]);
  });

  test("a setting that turns out to have no value is not replaced by one from the environment", async () => {
    const { stack } = await stackOf("empty", async () => {
      const application = new Application("application", { name: "Shop" });
      const provider = new Provider("live", { clerkSecretKey: application.productionSecretKey });
      new JwtTemplate("template", { name: "convex", claims: {} }, { provider });
      return {};
    });
    await expect(stack.up()).rejects.toThrow("[PROVIDER_SETTING_EMPTY]");
    expect(vendors.clerk.inventory().templates).toEqual([]);
    await stack.destroy();
    expect(vendors.leftovers()).toEqual([]);
  });
});

describe("a key that was corrected is used at once", () => {
  test.each(["an explicit provider", "the configuration"])("in %s", async (where) => {
    const { CLERK_SECRET_KEY: right = "", ...environment } = vendors.environment;
    let clerkSecretKey = `sk_test_${"0".repeat(42)}`;
    const { stack } = await stackOf(
      "corrected",
      async () => {
        const explicit = where === "an explicit provider";
        const options = explicit ? { provider: new Provider("own", { clerkSecretKey }) } : {};
        new Issuer("issuer", {}, options);
        return {};
      },
      environment,
    );
    const up = async () => {
      await stack.setConfig("clerkconvex:clerkSecretKey", { value: clerkSecretKey, secret: true });
      await stack.up();
    };
    await expect(up()).rejects.toThrow("[CLERK_UNAUTHORIZED]");
    clerkSecretKey = right;
    await up();
    await stack.destroy();
  });
});
