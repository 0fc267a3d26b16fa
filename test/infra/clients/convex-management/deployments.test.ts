import { expect, test } from "vitest";
import { resolveDeployment } from "../../../../infra/clients/convex-target.ts";
import { answering, codesOf, setUp } from "./setup.ts";

const { signal } = new AbortController();
const inTwoHours = () => Date.now() + 2 * 60 * 60 * 1000;

test("a deployment is made as declared, read, listed and found by its reference", async () => {
  const { convex, project, deployments } = await setUp();
  const declared = {
    type: "dev",
    reference: "staging",
    isDefault: true,
    class: "s256",
    region: "aws-eu-west-1",
    expiresAt: inTwoHours(),
  } as const;
  const made = await deployments.create(project, declared);
  const [emulated] = convex.deploymentsOf(project);
  expect(emulated).toMatchObject(declared);
  expect(made).toEqual({
    ...declared,
    name: emulated?.name,
    url: emulated?.url,
    projectId: project,
    previewName: undefined,
    updatedAt: expect.any(Number),
  });
  expect(made.updatedAt).toBeLessThan(made.expiresAt ?? 0);
  expect(await deployments.get(made.name)).toEqual(made);
  expect(await deployments.list(project)).toEqual([made]);
  expect(await deployments.find(project, "staging")).toEqual(made);
  expect(await deployments.find(project, "stag")).toBeUndefined();
});

test("what is not declared is left to the vendor", async () => {
  const { project, deployments } = await setUp();
  const made = await deployments.create(project, { type: "preview", reference: "review" });
  expect(made).toMatchObject({ type: "preview", isDefault: false, class: "s16" });
  expect(made.expiresAt).toBeGreaterThan(Date.now());
  const lasting = await deployments.create(project, { type: "custom", reference: "lasting" });
  expect(lasting.expiresAt).toBeUndefined();
});

test("an update changes what is given and nothing else", async () => {
  const { project, deployments } = await setUp();
  const made = await deployments.create(project, { type: "prod", reference: "live" });
  await deployments.update(made.name, { class: "s256" });
  expect(await deployments.get(made.name)).toEqual({ ...made, class: "s256" });
  const change = { reference: "live/new", isDefault: true, expiresAt: inTwoHours() };
  await deployments.update(made.name, change);
  expect(await deployments.get(made.name)).toEqual({ ...made, class: "s256", ...change });
});

test("a type is changed under the name that the API has for it", async () => {
  let sent: unknown;
  const { deployments } = await answering(async ({ req }) => {
    sent = await req.json();
    return new Response();
  });
  await deployments.update("happy-otter-1", { type: "prod", class: "s256" });
  expect(sent).toEqual({ deploymentType: "prod", class: "s256" });
});

test("a deployment is deleted once, and is then not there", async () => {
  const { convex, project, deployments } = await setUp();
  const { name } = await deployments.create(project, { type: "dev", reference: "staging" });
  await deployments.delete(name);
  expect(convex.inventory()).toEqual([]);
  expect(await deployments.get(name)).toBeUndefined();
  await expect(deployments.delete(name)).resolves.toBeUndefined();
  const update = deployments.update(name, { class: "s256" });
  await expect(update).rejects.toMatchObject({ code: "CONVEX_NOT_FOUND" });
});

test("a reference that is taken or not allowed is refused, and nothing is made", async () => {
  const { convex, project, deployments } = await setUp();
  await deployments.create(project, { type: "dev", reference: "staging" });
  for (const [reference, code] of [
    ["staging", "CONVEX_CONFLICT"],
    ["prod", "CONVEX_INVALID"],
  ] as const) {
    const another = deployments.create(project, { type: "dev", reference });
    await expect(another).rejects.toMatchObject({ code });
  }
  expect(convex.deploymentsOf(project)).toHaveLength(1);
});

test("a deploy key is minted for its deployment, listed by name and revoked", async () => {
  const { convex, project, deployments } = await setUp();
  const { name, url } = await deployments.create(project, { type: "dev", reference: "staging" });
  expect(await deployments.keys(name)).toEqual([]);
  const deployKey = await deployments.createKey(name, "ours");
  expect(await deployments.keys(name)).toEqual(["ours"]);
  const credentials = { kind: "deployKey", deployKey, provisionHost: convex.url } as const;
  expect(await resolveDeployment(credentials, signal)).toMatchObject({ name, url });

  await deployments.deleteKey(name, "ours");
  expect(await deployments.keys(name)).toEqual([]);
  await expect(deployments.deleteKey(name, "ours")).resolves.toBeUndefined();
});

test("a deploy key of a name that is taken is refused, not taken over", async () => {
  const { project, deployments } = await setUp();
  const { name } = await deployments.create(project, { type: "dev", reference: "staging" });
  await deployments.createKey(name, "ours");
  const again = deployments.createKey(name, "ours");
  await expect(again).rejects.toMatchObject({ code: "CONVEX_CONFLICT" });
  expect(await deployments.keys(name)).toEqual(["ours"]);
});

test("a deployment that is not there has no keys and takes none", async () => {
  const { deployments } = await setUp();
  expect(await deployments.keys("no-otter-1")).toBeUndefined();
  await expect(deployments.deleteKey("no-otter-1", "ours")).resolves.toBeUndefined();
  const minted = deployments.createKey("no-otter-1", "ours");
  await expect(minted).rejects.toMatchObject({ code: "CONVEX_NOT_FOUND" });
});

test("what a token may not see is not taken for what is gone", async () => {
  const { convex, projects, deployments, as } = await setUp();
  const shop = await projects.create(1, "Shop");
  const { name } = await deployments.create(shop.id, { type: "dev", reference: "staging" });
  const narrow = as(convex.projectToken).deployments;
  const attempts = [
    narrow.get(name),
    narrow.list(shop.id),
    narrow.find(shop.id, "staging"),
    narrow.delete(name),
    narrow.keys(name),
    narrow.deleteKey(name, "ours"),
  ];
  expect(new Set(await codesOf(attempts))).toEqual(new Set(["CONVEX_FORBIDDEN"]));
  expect(convex.deployment(name)).toBeDefined();
});

const whole = {
  kind: "cloud",
  name: "happy-otter-1",
  deploymentUrl: "https://happy-otter-1.convex.cloud/",
  deploymentType: "dev",
  projectId: 7,
  reference: "staging",
  isDefault: false,
  class: "s16",
  region: "aws-us-east-1",
  createTime: 1_790_000_000_000,
};

test("a deployment's address has one form, and a local one is none in the cloud", async () => {
  const local = { kind: "local", name: "local-1", deploymentType: "dev", projectId: 7, port: 3210 };
  const { deployments } = await answering(() => Response.json([local, whole]));
  expect(await deployments.list(7)).toEqual([
    {
      name: "happy-otter-1",
      url: "https://happy-otter-1.convex.cloud",
      type: "dev",
      projectId: 7,
      reference: "staging",
      isDefault: false,
      class: "s16",
      region: "aws-us-east-1",
      expiresAt: undefined,
      updatedAt: whole.createTime,
      previewName: undefined,
    },
  ]);
});

const required = [
  ...["name", "deploymentUrl", "deploymentType", "projectId"],
  ...["reference", "class", "region"],
];

test.each(required)("a deployment without its %s is no answer", async (field) => {
  const cut = { ...whole, [field]: undefined };
  const one = await answering(() => Response.json(cut));
  const many = await answering(() => Response.json([cut]));
  const codes = await codesOf([one.deployments.get("happy-otter-1"), many.deployments.list(7)]);
  expect(codes).toEqual(["CONVEX_MALFORMED", "CONVEX_MALFORMED"]);
});

test.each([
  ["nothing", null],
  ["a list in a frame", { items: [] }],
])("%s is no list of deployments or keys", async (_, answer) => {
  const { deployments } = await answering(() => Response.json(answer));
  const codes = await codesOf([deployments.list(7), deployments.keys("happy-otter-1")]);
  expect(codes).toEqual(["CONVEX_MALFORMED", "CONVEX_MALFORMED"]);
});

test("an answer that tells no key leaves none behind", async () => {
  const { host, deployments } = await answering(() => Response.json({}));
  const minted = deployments.createKey("happy-otter-1", "ours");
  await expect(minted).rejects.toMatchObject({ code: "CONVEX_MALFORMED" });
  expect(host.requests.at(-1)?.path).toMatch(/delete_deploy_key$/);
});
