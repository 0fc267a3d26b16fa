import { expect, onTestFinished, test } from "vitest";
import { type SvixOptions, startSvixEmulator } from "../../../emulators/svix/index.ts";
import { openEndpoints } from "../../../infra/clients/svix.ts";

async function setUp(options: SvixOptions = {}) {
  const svix = await startSvixEmulator(options);
  onTestFinished(() => svix.close());
  const { id: appId } = svix.createApp("app");
  const login = { appId, oneTimeToken: svix.oneTimeToken(appId), serverUrl: svix.url };
  return { svix, open: () => openEndpoints(login, new AbortController().signal) };
}

test.each([403, 404, 410])(
  "a login answered with %i is refused, with the way on",
  async (status) => {
    const { svix, open } = await setUp();
    svix.fault = () => ({ kind: "status", status, body: "{}" });
    await expect(open()).rejects.toMatchObject({
      code: "SVIX_LOGIN_REFUSED",
      message: expect.stringContaining("clerk-convex:webhook.secret"),
    });
    expect(svix.requests).toHaveLength(1);
  },
);

test.each(["ManageEndpoint", "ViewEndpointSecret"] as const)(
  "a login without %s is refused before anything is done with it",
  async (missing) => {
    const others = ["ViewBase", "ManageEndpoint", "ViewEndpointSecret"] as const;
    const capabilities = others.filter((capability) => capability !== missing);
    const { open } = await setUp({ capabilities });
    await expect(open()).rejects.toMatchObject({
      code: "SVIX_LOGIN_REFUSED",
      message: expect.stringContaining(missing),
    });
  },
);

test("a login with what is needed opens the endpoints", async () => {
  const { open } = await setUp({ capabilities: ["ManageEndpoint", "ViewEndpointSecret"] });
  expect(await (await open()).findByUrl("https://nowhere.example")).toBeUndefined();
});

test("a login that was used before is no refusal", async () => {
  const { open } = await setUp();
  await open();
  await expect(open()).rejects.toMatchObject({ code: "SVIX_UNAUTHORIZED" });
});
