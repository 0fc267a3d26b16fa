import { expect, test } from "vitest";
import { productionOf } from "../../../infra/clients/clerk-platform.ts";
import { setUp } from "../provider/handlers/setup.ts";

const settings = { name: "Shop", environmentTypes: ["development"] };

/** Answers every request with the given JSON. */
const answering = (body: unknown) => () =>
  ({ kind: "status", status: 200, body: JSON.stringify(body) }) as const;

test("an application is made, read with its keys, renamed and deleted", async () => {
  const { clerk, operation } = await setUp();
  const { clerkPlatform } = operation.vendors;
  const id = await clerkPlatform.create({
    ...settings,
    environmentTypes: ["development", "production"],
    domain: "shop.example",
    template: "waitlist",
  });
  const [, development, production] = clerk.instances;
  const keysOf = (instance: typeof development) => ({
    id: instance?.id,
    environmentType: instance?.environmentType,
    publishableKey: instance?.publishableKey,
    secretKey: instance?.secretKey,
  });
  const instances = [keysOf(development), keysOf(production)];
  const found = await clerkPlatform.get(id);
  expect(found).toEqual({ id, name: "Shop", instances });
  expect(productionOf(found)).toEqual(instances[1]);
  expect(await clerkPlatform.productionDomain(id)).toBe("shop.example");

  await clerkPlatform.rename(id, "Market");
  await clerkPlatform.changeProductionDomain(id, "market.example");
  expect(await clerkPlatform.get(id)).toEqual({ id, name: "Market", instances });
  expect(await clerkPlatform.productionDomain(id)).toBe("market.example");

  await clerkPlatform.delete(id);
  expect(await clerkPlatform.get(id)).toBeUndefined();
  await expect(clerkPlatform.delete(id)).resolves.toBeUndefined();
});

test("all applications of a name are found, and no other", async () => {
  const { operation } = await setUp();
  const { clerkPlatform } = operation.vendors;
  const ids = [await clerkPlatform.create(settings), await clerkPlatform.create(settings)];
  await clerkPlatform.create({ ...settings, name: "shop" });
  expect(await clerkPlatform.find("Shop")).toEqual(ids);
  expect(await clerkPlatform.find("Sho")).toEqual([]);
});

test("an id cannot lead to another path", async () => {
  const { clerk, operation } = await setUp();
  expect(await operation.vendors.clerkPlatform.get("../applications?")).toBeUndefined();
  expect(clerk.requests.map(({ path }) => path)).toEqual([
    "/v1/platform/applications/..%2Fapplications%3F",
  ]);
});

const instance = { instance_id: "ins_1", environment_type: "development", publishable_key: "pk" };
const application = { application_id: "app_1", name: "Shop" };

test.each([
  ["no application", {}],
  ["no instances", application],
  ["an empty id", { ...application, application_id: "", instances: [] }],
  ["a secret key withheld", { ...application, instances: [instance] }],
  ["an empty secret key", { ...application, instances: [{ ...instance, secret_key: "" }] }],
])("an answer with %s is unreadable, and no absence", async (_, body) => {
  const { clerk, operation } = await setUp();
  clerk.fault = answering(body);
  await expect(operation.vendors.clerkPlatform.get("app_1")).rejects.toMatchObject({
    code: "CLERK_PLATFORM_API_MALFORMED",
  });
});

test("the domain is the instance's own, and may not be there yet", async () => {
  const { clerk, operation } = await setUp();
  const { clerkPlatform } = operation.vendors;
  const satellite = { name: "satellite.example", is_satellite: true };
  const provider = { name: "shop.vercel.app", is_provider_domain: true };
  clerk.fault = answering({ data: [satellite, provider, { name: "shop.example" }] });
  expect(await clerkPlatform.productionDomain("app_1")).toBe("shop.example");
  clerk.fault = answering({ data: [] });
  expect(await clerkPlatform.productionDomain("app_1")).toBeUndefined();
  clerk.fault = answering({});
  await expect(clerkPlatform.productionDomain("app_1")).rejects.toMatchObject({
    kind: "malformed",
  });
});

test("a plan that does not cover a production instance is told as that", async () => {
  const { clerk, operation } = await setUp();
  const body = JSON.stringify({ errors: [{ code: "unsupported_subscription_plan_features" }] });
  clerk.fault = () => ({ kind: "status", status: 402, body });
  const call = operation.vendors.clerkPlatform.createProductionInstance("app_1", "shop.example");
  await expect(call).rejects.toMatchObject({
    code: "CLERK_PLATFORM_API_PAYMENT_REQUIRED",
    vendorCode: "unsupported_subscription_plan_features",
  });
});

test("a key is not sent in the clear", async () => {
  const { connect } = await setUp();
  const operation = connect({ CLERK_API_URL: "http://clerk.test" });
  expect(() => operation.vendors.clerkPlatform).toThrow("[URL_NOT_HTTPS]");
});
