import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import { expect, onTestFinished, test } from "vitest";
import { startClerkEmulator } from "../../../emulators/clerk/index.ts";
import { startSvixEmulator } from "../../../emulators/svix/index.ts";

const executable = path.resolve("infra/provider/pulumi-resource-clerkconvex");

async function start() {
  const plugin = spawn(executable, [], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => {
    plugin.kill("SIGKILL");
  });
  const [port] = await once(createInterface(plugin.stdout), "line");
  const client = new providerGrpc.ResourceProviderClient(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
  );
  return { plugin, client, ended: once(plugin, "exit") };
}

test("answers the engine, and ends when the engine is gone", async () => {
  const { plugin, client, ended } = await start();
  const info = await new Promise<{ getVersion(): string }>((resolve, reject) =>
    client.getPluginInfo(new emptyProto.Empty(), (error, answer) =>
      error ? reject(error) : resolve(answer),
    ),
  );
  expect(info.getVersion()).not.toBe("");
  plugin.stdin.destroy();
  expect(await ended).toEqual([0, null]);
});

test("ends in the middle of a vendor call too, and calls no more", async () => {
  const svix = await startSvixEmulator();
  const clerk = await startClerkEmulator({ svix });
  const asked = new Promise<void>((resolve) => {
    clerk.fault = () => {
      resolve();
      return { kind: "hang", when: "before" };
    };
  });
  const { plugin, client, ended } = await start();
  const configuration = new proto.ConfigureRequest();
  const { secretKey } = clerk.instance;
  configuration.setArgs(
    structProto.Struct.fromJavaScript({ clerkSecretKey: secretKey, clerkApiUrl: clerk.url }),
  );
  await new Promise((resolve) => client.configure(configuration, resolve));
  const request = new proto.CreateRequest();
  request.setUrn("urn:pulumi:dev::project::clerkconvex:clerk:Issuer::issuer");
  request.setProperties(structProto.Struct.fromJavaScript({}));
  const answer = new Promise((resolve) => client.create(request, resolve));
  await asked;
  plugin.stdin.destroy();
  expect(await ended).toEqual([0, null]);
  expect(await answer).toBeInstanceOf(Error);
  await Promise.all([clerk.close(), svix.close()]);
});
