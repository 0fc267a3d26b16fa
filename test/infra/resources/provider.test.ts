import { runtime } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { configurationSpec } from "../../../infra/provider/configuration.ts";
import { Provider, type ProviderArgs } from "../../../infra/resources/provider.ts";

const settings: { [Setting in keyof Required<ProviderArgs>]: string } = {
  clerkSecretKey: "sk_test_1",
  clerkApiUrl: "https://clerk.test",
  clerkPlatformKey: "ak_1",
  convexDeployKey: "dev:otter-1|abc",
  convexAccessToken: "eyJ",
  convexProvisionHost: "https://convex.test",
  convexSelfHostedUrl: "https://hosted.test",
  convexSelfHostedAdminKey: "admin",
};

test("a provider takes every setting of the plugin, and hands on what it was given", async () => {
  expect(Object.keys(settings).sort()).toEqual(Object.keys(configurationSpec.properties).sort());
  const made: Record<string, object> = {};
  await runtime.setMocks({
    call: () => ({}),
    newResource: ({ name, type, inputs }) => {
      made[name] = { type, inputs };
      return { id: name, state: inputs };
    },
  });
  new Provider("all", settings);
  new Provider("none", { clerkSecretKey: undefined });
  await runtime.disconnect();
  const type = "pulumi:providers:clerkconvex";
  expect(made).toEqual({ all: { type, inputs: settings }, none: { type, inputs: {} } });
});
