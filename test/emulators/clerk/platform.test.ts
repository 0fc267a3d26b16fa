import { expect, test } from "vitest";
import { clientFor, setUp as setUpClerk } from "./setup.ts";

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
  body: any;
}

/** The emulator, and its Platform API as the key's holder asks it. */
async function setUp() {
  const parts = await setUpClerk();
  const { url, platformKey } = parts.clerk;
  const ask = async (
    method: string,
    path: string,
    body?: object,
    key = platformKey,
  ): Promise<Answer> => {
    const response = await fetch(`${url}/v1/platform${path}`, {
      method,
      headers: { authorization: `Bearer ${key}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  const create = async (body: object = { name: "Shop" }) =>
    (await ask("POST", "/applications", body)).body;
  return { ...parts, ask, create };
}

const codeOf = ({ status, body }: Answer) => [status, body.errors?.[0]?.code];

const both = {
  name: "Shop",
  environment_types: ["development", "production"],
  domain: "shop.example",
};

test("an application has a development instance, whose keys are told on request only", async () => {
  const { clerk, ask } = await setUp();
  const made = await ask("POST", "/applications", { name: "Shop" });
  const plain = {
    application_id: expect.stringMatching(/^app_\w{27}$/),
    name: "Shop",
    instances: [
      {
        instance_id: expect.stringMatching(/^ins_\w{27}$/),
        environment_type: "development",
        publishable_key: expect.stringMatching(/^pk_test_/),
      },
    ],
  };
  expect(made).toEqual({ status: 200, body: plain });
  const id = made.body.application_id;
  expect(clerk.inventory().applications).toEqual([{ id, name: "Shop" }]);

  const [instance] = plain.instances;
  const told = {
    ...plain,
    instances: [{ ...instance, secret_key: expect.stringMatching(/^sk_test_/) }],
  };
  for (const [query, expected] of [
    ["", plain],
    ["?include_secret_keys=false", plain],
    ["?include_secret_keys=true", told],
  ] as const) {
    expect((await ask("GET", `/applications/${id}${query}`)).body).toEqual(expected);
    expect((await ask("GET", `/applications${query}`)).body).toEqual([expected]);
  }
});

test("its instances are instances like any other", async () => {
  const { clerk, ask, create } = await setUp();
  const { application_id: id } = await create(both);
  const path = `/applications/${id}?include_secret_keys=true`;
  const { instances } = (await ask("GET", path)).body;
  expect(instances).toMatchObject([
    { environment_type: "development", secret_key: expect.stringMatching(/^sk_test_/) },
    { environment_type: "production", secret_key: expect.stringMatching(/^sk_live_/) },
  ]);
  for (const { instance_id, environment_type, secret_key, publishable_key } of instances) {
    const client = clientFor(clerk.url, secret_key);
    expect(await client.instance.get()).toMatchObject({
      id: instance_id,
      environmentType: environment_type,
    });
    const [primary] = (await client.domains.list()).data;
    const host = Buffer.from(publishable_key.split("_")[2], "base64").toString();
    expect(`http://${host}`).toBe(`${primary?.frontendApiUrl}$`);
    const jwks = await fetch(`${primary?.frontendApiUrl}/.well-known/jwks.json`);
    expect(await jwks.json()).toMatchObject({ keys: [{ kid: instance_id }] });
    await client.webhooks.createSvixApp();
  }
  expect(clerk.inventory().svixApps.map(({ instanceId }) => instanceId)).toEqual(
    instances.map(({ instance_id }: { instance_id: string }) => instance_id),
  );
});

test("it is renamed, and deleted with its instances and all that is theirs", async () => {
  const { clerk, svix, instance, ask, create } = await setUp();
  const { application_id: id, instances } = await create();
  const made = clerk.instances.find((other) => other.id === instances[0].instance_id);
  const client = clientFor(clerk.url, made?.secretKey ?? "");
  await client.webhooks.createSvixApp();
  await client.jwtTemplates.create({ name: "convex", claims: {} });

  const renamed = await ask("PATCH", `/applications/${id}`, { name: "Market" });
  expect(renamed).toMatchObject({ status: 200, body: { application_id: id, name: "Market" } });
  expect((await ask("PATCH", `/applications/${id}`, {})).body.name).toBe("Market");

  expect(await ask("DELETE", `/applications/${id}`)).toEqual({
    status: 200,
    body: { deleted: true, object: "deleted", id },
  });
  expect(clerk.inventory()).toEqual({ applications: [], templates: [], users: [], svixApps: [] });
  expect(svix.inventory()).toEqual({ apps: [], endpoints: [] });
  expect(clerk.instances.map((left) => left.id)).toEqual([instance.id]);
  await expect(client.instance.get()).rejects.toMatchObject({ status: 401 });
  await expect(fetch(`${made?.issuer}/.well-known/jwks.json`)).rejects.toThrow("fetch failed");
  for (const method of ["GET", "PATCH", "DELETE"]) {
    const gone = await ask(method, `/applications/${id}`, method === "PATCH" ? {} : undefined);
    expect(codeOf(gone)).toEqual([404, "resource_not_found"]);
  }
});

test("names are not unique", async () => {
  const { clerk, create } = await setUp();
  const ids = [(await create()).application_id, (await create()).application_id];
  expect(clerk.inventory().applications.map(({ id }) => id)).toEqual(ids);
});

test("a production instance is added once, with its domain, and moved to another", async () => {
  const { ask, create } = await setUp();
  const { application_id: id } = await create();
  const domain = {
    object: "domain",
    name: "shop.example",
    is_satellite: false,
    is_provider_domain: false,
    cname_targets: [{ host: "clerk.shop.example" }, { host: "accounts.shop.example" }],
    created_at: expect.stringMatching(/^\d{4}-.*Z$/),
  };
  const made = await ask("POST", `/applications/${id}/instances`, { domain: "shop.example" });
  expect(made).toMatchObject({
    status: 201,
    body: {
      object: "instance",
      id: expect.stringMatching(/^ins_/),
      environment_type: "production",
      active_domain: domain,
      secret_key: expect.stringMatching(/^sk_live_/),
      publishable_key: expect.stringMatching(/^pk_live_/),
      created_at: expect.any(Number),
    },
  });
  const again = await ask("POST", `/applications/${id}/instances`, { domain: "two.example" });
  expect(codeOf(again)).toEqual([409, "production_instance_exists"]);

  const domains = `/applications/${id}/domains`;
  expect((await ask("GET", domains)).body).toMatchObject({ data: [domain], total_count: 1 });
  const moved = await ask("PATCH", `/applications/${id}/domain`, { name: "market.example" });
  expect(moved).toMatchObject({ status: 200, body: { name: "market.example" } });
  expect((await ask("GET", domains)).body.data).toMatchObject([{ name: "market.example" }]);
});

test.each([
  ["POST", "/applications", {}, 422, "form_param_missing"],
  ["POST", "/applications", { name: 1 }, 422, "form_param_type_invalid"],
  ["POST", "/applications", { name: "x", colour: 1 }, 422, "form_param_unknown"],
  [
    "POST",
    "/applications",
    { ...both, environment_types: ["staging"] },
    422,
    "form_param_value_invalid",
  ],
  [
    "POST",
    "/applications",
    { ...both, environment_types: "production" },
    422,
    "form_param_type_invalid",
  ],
  ["POST", "/applications", { ...both, domain: "https://x" }, 422, "form_param_format_invalid"],
  ["POST", "/applications", { ...both, domain: "taken.example" }, 400, "home_url_taken"],
  ["PATCH", "/applications/:id", { name: "" }, 422, "form_param_missing"],
  ["PATCH", "/applications/:id", { domain: "x.example" }, 422, "form_param_unknown"],
  ["PATCH", "/applications/:id/domain", {}, 422, "form_param_missing"],
  ["POST", "/applications/:id/instances", {}, 422, "form_param_missing"],
  ["POST", "/applications/:id/instances", { domain: "x" }, 422, "form_param_format_invalid"],
  [
    "POST",
    "/applications/:id/instances",
    { environment_type: "development" },
    422,
    "form_param_value_invalid",
  ],
  // Documented, but not how Clerk answers, or what would have to be emulated for it.
  ["POST", "/applications", { ...both, domain: undefined }, 501, "emulator_unsupported"],
  ["POST", "/applications", { name: "x", domain: "x.example" }, 501, "emulator_unsupported"],
  ["POST", "/applications", { name: "x", environment_types: [] }, 501, "emulator_unsupported"],
  ["POST", "/applications", { name: "x", proxy_path: "/__clerk" }, 501, "emulator_unsupported"],
  ["POST", "/applications", { name: "x", template: "blog" }, 501, "emulator_unsupported"],
  [
    "POST",
    "/applications/:id/instances",
    { clone_instance_id: "ins_1" },
    501,
    "emulator_unsupported",
  ],
  ["POST", "/applications/:id/rotate_secret_keys", {}, 501, "emulator_unsupported"],
  ["GET", "/domains", undefined, 501, "emulator_unsupported"],
])("%s %s with %j is refused with %d %s", async (method, path, body, status, code) => {
  const { clerk, ask, create } = await setUp();
  const { application_id: id } = await create({ ...both, domain: "taken.example" });
  const answer = await ask(method, path.replace(":id", id), body);
  expect(codeOf(answer)).toEqual([status, code]);
  expect(clerk.inventory().applications).toEqual([{ id, name: "Shop" }]);
});

test("what is asked of a production instance that is not there is refused loudly", async () => {
  const { ask, create } = await setUp();
  const { application_id: id } = await create();
  expect((await ask("GET", `/applications/${id}/domains`)).status).toBe(501);
  const move = ask("PATCH", `/applications/${id}/domain`, { name: "x.example" });
  expect((await move).status).toBe(501);
});

test("each key opens its own API only", async () => {
  const { clerk, instance, ask } = await setUp();
  const stranger = await ask("GET", "/applications", undefined, instance.secretKey);
  expect(codeOf(stranger)).toEqual([401, "authentication_invalid"]);
  const bare = await fetch(`${clerk.url}/v1/platform/applications`);
  expect(bare.status).toBe(401);
  const backend = clientFor(clerk.url, clerk.platformKey).instance.get();
  await expect(backend).rejects.toMatchObject({ status: 401 });
});
