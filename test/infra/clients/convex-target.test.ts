import { expect, onTestFinished, test } from "vitest";
import { startConvexEmulator } from "../../../emulators/convex/index.ts";
import {
  claimPreview,
  findPreview,
  isPreviewKey,
  type PreviewCredentials,
  parseDeployKey,
  resolveDeployment,
} from "../../../infra/clients/convex-target.ts";
import { answering } from "./convex-management/setup.ts";

const { signal } = new AbortController();

async function setUp() {
  const convex = await startConvexEmulator();
  onTestFinished(() => convex.close());
  const { previewDeployKey: previewKey, url: provisionHost } = convex;
  const credentials: PreviewCredentials = { kind: "previewKey", previewKey, provisionHost };
  return { convex, credentials };
}

test.each([
  ["prod:tall-otter-1|abc", "prod"],
  ["dev:tall-otter-1|abc|d", "dev"],
  ["preview:tall-otter-1|abc", "preview"],
  ["custom:tall-otter-1|abc", "custom"],
])("%s is the key of one deployment", (key, type) => {
  expect(parseDeployKey(key)).toEqual({ name: "tall-otter-1", type });
  expect(isPreviewKey(key)).toBe(false);
});

test("only a key with team and project in its head is for all previews of a project", () => {
  expect(isPreviewKey("preview:team:project|abc")).toBe(true);
  for (const other of ["preview:team:project|", "project:team:project|abc", "preview:a:b:c|abc"]) {
    expect(isPreviewKey(other)).toBe(false);
  }
});

test.each([
  ["preview:team:project|abc", "CONVEX_KEY_KIND"],
  ["project:team:project|abc", "CONVEX_KEY_KIND"],
  ["preview:|abc", "CONVEX_KEY_FORMAT"],
  ["local:name|abc", "CONVEX_KEY_FORMAT"],
  ["prod:|abc", "CONVEX_KEY_FORMAT"],
  ["prod:name", "CONVEX_KEY_FORMAT"],
  ["prod:name|", "CONVEX_KEY_FORMAT"],
  ["prod:name:more|abc", "CONVEX_KEY_FORMAT"],
  ["", "CONVEX_KEY_FORMAT"],
])("%j is refused, without being repeated", (key, code) => {
  let refusal: Error | undefined;
  try {
    parseDeployKey(key);
  } catch (error) {
    refusal = error as Error;
  }
  expect(refusal).toMatchObject({ code });
  expect(refusal?.message).not.toContain("abc");
});

test("a self-hosted backend is named by its address and asked nothing", async () => {
  const credentials = {
    kind: "selfHosted",
    url: "https://convex.example.com/",
    adminKey: "k",
  } as const;
  expect(await resolveDeployment(credentials, signal)).toEqual({
    name: "convex.example.com",
    type: "selfHosted",
    url: "https://convex.example.com",
    adminKey: "k",
  });
});

test("a deploy key leads to where its deployment answers", async () => {
  const { convex } = await setUp();
  const { name, url, deployKey } = await convex.createDeployment({ type: "custom" });
  const credentials = { kind: "deployKey", deployKey, provisionHost: convex.url } as const;
  expect(await resolveDeployment(credentials, signal)).toEqual({
    name,
    type: "custom",
    url,
    adminKey: deployKey,
  });
  const unknown = { ...credentials, deployKey: "dev:tall-otter-1|abc" };
  await expect(resolveDeployment(unknown, signal)).rejects.toMatchObject({
    code: "CONVEX_UNAUTHORIZED",
  });
});

test("looking for a preview makes none; claiming makes one, and once", async () => {
  const { convex, credentials } = await setUp();
  expect(await findPreview(credentials, "pr-7", signal)).toBeUndefined();
  expect(convex.inventory()).toEqual([]);

  const made = await claimPreview(credentials, "pr-7", signal);
  const emulated = convex.deployment(made.name);
  expect(emulated).toMatchObject({ type: "preview", previewIdentifier: "pr-7" });
  const access = {
    name: emulated?.name,
    type: "preview",
    url: emulated?.url,
    adminKey: emulated?.deployKey,
  };
  expect(made).toEqual({ ...access, isNew: true });
  expect(await findPreview(credentials, "pr-7", signal)).toEqual(access);
  expect(await claimPreview(credentials, "pr-7", signal)).toEqual({ ...access, isNew: false });
  expect((await claimPreview(credentials, "pr-8", signal)).name).not.toBe(made.name);
  expect(await findPreview(credentials, "pr-9", signal)).toBeUndefined();
});

test("a refused preview key is no absent preview", async () => {
  const { convex, credentials } = await setUp();
  const wrong = { ...credentials, previewKey: "preview:team:project|wrong" };
  for (const ask of [findPreview, claimPreview]) {
    await expect(ask(wrong, "pr-7", signal)).rejects.toMatchObject({
      code: "CONVEX_UNAUTHORIZED",
      message: expect.not.stringContaining("wrong"),
    });
  }
  expect(convex.inventory()).toEqual([]);
});

test.each([
  ["nothing", {}],
  [
    "no key",
    { deploymentName: "tall-otter-1", url: "https://a.test", instanceUrl: "https://a.test" },
  ],
  ["no address", { deploymentName: "tall-otter-1", adminKey: "abc" }],
  ["a number for a name", { deploymentName: 1, adminKey: "abc", url: "https://a.test" }],
])("an answer with %s is no preview", async (_, answer) => {
  const { host } = await answering(() => Response.json(answer));
  const previewKey = "preview:team:project|abc";
  const credentials = { kind: "previewKey", previewKey, provisionHost: host.url } as const;
  for (const ask of [findPreview, claimPreview]) {
    const malformed = { code: "CONVEX_MALFORMED" };
    await expect(ask(credentials, "pr-7", signal)).rejects.toMatchObject(malformed);
  }
});

test("a deployment whose address is in the clear is not given a key", async () => {
  const { host } = await answering(() => Response.json("http://tall-otter-1.convex.example"));
  const deployKey = "dev:tall-otter-1|abc";
  const credentials = { kind: "deployKey", deployKey, provisionHost: host.url } as const;
  await expect(resolveDeployment(credentials, signal)).rejects.toMatchObject({
    code: "URL_NOT_HTTPS",
  });
});

test("a key is never sent over plain http to another machine", async () => {
  const far = { kind: "selfHosted", url: "http://convex.example.com", adminKey: "k" } as const;
  await expect(resolveDeployment(far, signal)).rejects.toMatchObject({ code: "URL_NOT_HTTPS" });
  const host = {
    kind: "deployKey",
    deployKey: "dev:a|b",
    provisionHost: "http://convex.example.com",
  } as const;
  await expect(resolveDeployment(host, signal)).rejects.toMatchObject({ code: "URL_NOT_HTTPS" });
  const preview = { ...host, kind: "previewKey", previewKey: "preview:a:b|c" } as const;
  for (const ask of [findPreview, claimPreview]) {
    await expect(ask(preview, "pr-7", signal)).rejects.toMatchObject({ code: "URL_NOT_HTTPS" });
  }
});
