import { expect, test } from "vitest";
import { parseDeployKey, resolveDeployment } from "../../../infra/clients/convex-target.ts";

const { signal } = new AbortController();

test("a deploy key names its deployment and type", () => {
  expect(parseDeployKey("prod:tall-otter-1|abc")).toEqual({ name: "tall-otter-1", type: "prod" });
  expect(parseDeployKey("dev:tall-otter-1|abc|d")).toEqual({ name: "tall-otter-1", type: "dev" });
});

test.each([
  ["preview:team:project|abc", "CONVEX_KEY_KIND"],
  ["project:team:project|abc", "CONVEX_KEY_KIND"],
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

test("a key is never sent over plain http to another machine", async () => {
  const far = { kind: "selfHosted", url: "http://convex.example.com", adminKey: "k" } as const;
  await expect(resolveDeployment(far, signal)).rejects.toMatchObject({ code: "URL_NOT_HTTPS" });
  const host = {
    kind: "deployKey",
    deployKey: "dev:a|b",
    provisionHost: "http://convex.example.com",
  } as const;
  await expect(resolveDeployment(host, signal)).rejects.toMatchObject({ code: "URL_NOT_HTTPS" });
});
