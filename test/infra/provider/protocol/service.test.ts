// biome-ignore-all lint/style/noExcessiveLinesPerFile: every test needs the server that is set up here
import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import { afterEach, expect, test } from "vitest";
import { ProblemError } from "../../../../infra/errors.ts";
import type { AnyHandler } from "../../../../infra/provider/protocol/definition.ts";
import { ProviderService } from "../../../../infra/provider/protocol/service.ts";
import { PartialCreateError, UNKNOWN } from "../../../../infra/provider/resource.ts";
import { startEngine } from "./engine-stand-in.ts";

const urn = "urn:pulumi:dev::project::test:index:Thing::thing";
const spec = {
  token: "test:index:Thing",
  description: "",
  properties: {
    name: { type: "string" as const, required: true, description: "" },
    key: { type: "string" as const, secret: true as const, description: "" },
    reach: { type: "string" as const, control: true, description: "" },
  },
};
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.forceShutdown();
});

/** A provider whose only resource is managed by the given methods. */
async function serve(handler: Partial<AnyHandler<undefined>>, engineAddress?: string) {
  const service = new ProviderService<undefined>(
    {
      version: "1.0.0",
      schema: () => "{}",
      configuration: { ...spec, token: "pulumi:providers:test" },
      checkConfiguration: () => [],
      connect: () => ({ vendors: undefined, secrets: ["secret-of-the-configuration"] }),
      handlers: [{ spec, ...handler } as AnyHandler<undefined>],
    },
    engineAddress,
  );
  const server = new Server();
  servers.push(server);
  server.addService(providerGrpc.ResourceProviderService, service.implementation());
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const client = new providerGrpc.ResourceProviderClient(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
  );
  await new Promise((resolve) => client.configure(new proto.ConfigureRequest(), resolve));
  return client;
}

type Client = Awaited<ReturnType<typeof serve>>;

function create(client: Client, properties: object, type = urn) {
  const request = new proto.CreateRequest();
  request.setUrn(type);
  request.setProperties(structProto.Struct.fromJavaScript(properties as never));
  return new Promise<{ error: ServiceError | null; id: string | undefined }>((resolve) =>
    client.create(request, (error, response) => resolve({ error, id: response?.getId() })),
  );
}

test("planning is refused by what guards the resource as it has become", async () => {
  const guarded: unknown[] = [];
  const client = await serve({
    guard: (id, { inputs }) => {
      guarded.push([id, inputs]);
      if (inputs.name === "theirs")
        throw new ProblemError("It is theirs", "Use yours", "CLERK_WRONG_INSTANCE");
    },
  });
  const diff = (name: string) => {
    const request = new proto.DiffRequest();
    request.setUrn(urn);
    request.setId("thing_1");
    request.setOldInputs(structProto.Struct.fromJavaScript({ name: "ours" }));
    request.setNews(structProto.Struct.fromJavaScript({ name }));
    return new Promise<string>((resolve) =>
      client.diff(request, (error, response) =>
        resolve(error?.details ?? response.getDiffsList().join()),
      ),
    );
  };
  expect(await diff("ours")).toBe("");
  expect(await diff("new")).toBe("name");
  expect(await diff("theirs")).toBe("It is theirs. Use yours. [CLERK_WRONG_INSTANCE]");
  expect(guarded).toContainEqual(["thing_1", { name: "theirs" }]);
});

test("a deletion is steered by the declaration of last, not by what the state has kept", async () => {
  let deleted: unknown;
  const client = await serve({
    delete: async (id, state) => {
      deleted = [id, state];
    },
  });
  const request = new proto.DeleteRequest();
  request.setUrn(urn);
  request.setId("thing_1");
  request.setProperties(structProto.Struct.fromJavaScript({ name: "made", reach: "old" }));
  request.setOldInputs(structProto.Struct.fromJavaScript({ name: "declared", reach: "new" }));
  await new Promise((resolve) => client.delete(request, resolve));
  expect(deleted).toEqual(["thing_1", { name: "made", reach: "new" }]);
});

const sealed = (value: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

test("something made but not finished reaches the engine with its id, its secrets sealed", async () => {
  const problem = new ProblemError("It is half made", "Run again", "VERIFY_FAILED");
  const client = await serve({
    create: async (inputs) => {
      throw new PartialCreateError("thing_1", inputs, problem);
    },
  });
  const { error } = await create(client, { name: "n", key: sealed("canary-key") });
  expect(error?.details).toBe("It is half made. Run again. [VERIFY_FAILED]");
  const [packed] = error?.metadata.get("grpc-status-details-bin") ?? [];
  const [detail] = statusProto.Status.deserializeBinary(packed as Buffer).getDetailsList();
  const failed = proto.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() as never);
  expect(failed.getId()).toBe("thing_1");
  expect(failed.getReasonsList()).toEqual([error?.details]);
  expect(failed.getProperties()?.toJavaScript()).toEqual({ name: "n", key: sealed("canary-key") });
});

/** Asks for a preview of a creation, or with `olds` of an update. */
function preview(client: Client, properties: object, olds?: object) {
  const news = structProto.Struct.fromJavaScript(properties as never);
  return new Promise<{ error: ServiceError | null; outputs: unknown }>((resolve) => {
    const answer = (
      error: ServiceError | null,
      response?: { getProperties(): InstanceType<typeof structProto.Struct> | undefined },
    ) => resolve({ error, outputs: response?.getProperties()?.toJavaScript() });
    if (olds) {
      const request = new proto.UpdateRequest();
      request.setUrn(urn);
      request.setPreview(true);
      request.setNews(news);
      request.setOlds(structProto.Struct.fromJavaScript(olds as never));
      client.update(request, answer);
    } else {
      const request = new proto.CreateRequest();
      request.setUrn(urn);
      request.setPreview(true);
      request.setProperties(news);
      client.create(request, answer);
    }
  });
}

test("what a preview says has arrived before it is answered, and nothing is made", async () => {
  const engine = await startEngine();
  const seen: unknown[] = [];
  const handler: Partial<AnyHandler<undefined>> = {
    async preview(change, { info, warn }) {
      seen.push(change);
      info("it would be made");
      warn("it would be lost");
    },
    create: () => expect.unreachable(),
    update: () => expect.unreachable(),
  };
  const client = await serve(handler, engine.address);
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const release = engine.hold();
  const creation = preview(client, { name: unknown });
  let answered = false;
  void creation.then(() => {
    answered = true;
  });
  await engine.asked();
  expect(answered).toBe(false);
  release();
  expect(await creation).toEqual({ error: null, outputs: { name: unknown } });
  expect(engine.lines.map(({ text }) => text)).toEqual(["it would be made", "it would be lost"]);
  await preview(client, { name: "new" }, { name: "old" });
  expect(seen).toEqual([
    { inputs: { name: UNKNOWN } },
    { inputs: { name: "new" }, state: { name: "old" } },
  ]);
});

test("a preview that fails is told as a failure, without a secret", async () => {
  const client = await serve({
    preview: async ({ inputs }) => {
      throw new Error(`refused ${String(inputs.key)}`);
    },
  });
  const { error } = await preview(client, { name: "n", key: sealed("canary-key") });
  expect(error?.details).toContain("refused [secret]");
});

test("an empty id is an error, never a resource", async () => {
  const client = await serve({ create: async (state) => ({ id: "", state }) });
  const { error, id } = await create(client, { name: "n" });
  expect(id).toBeUndefined();
  expect(error?.details).toContain("[INTERNAL]");
});

test("an unexpected failure tells no secret of the call or of the configuration", async () => {
  const client = await serve({
    create: async ({ key }) => {
      throw new Error(`refused ${String(key)} and secret-of-the-configuration`);
    },
  });
  const { error } = await create(client, { name: "n", key: sealed("canary-key") });
  expect(error?.details).toContain("refused [secret] and [secret]");
});

test("other credentials are told to the engine, and replace nothing", async () => {
  const client = await serve({});
  const struct = (key: string) =>
    structProto.Struct.fromJavaScript({ key: sealed(key), version: "1.0.0" });
  const diff = (olds: string, news: string) => {
    const request = new proto.DiffRequest();
    request.setOldInputs(struct(olds));
    request.setNews(struct(news));
    return new Promise<InstanceType<typeof proto.DiffResponse> | undefined>((resolve) =>
      client.diffConfig(request, (_error, response) => resolve(response)),
    );
  };
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  expect((await diff("one", "one"))?.getChanges()).toBe(DIFF_NONE);
  const changed = await diff("one", "two");
  expect(changed?.getChanges()).toBe(DIFF_SOME);
  expect(changed?.getDiffsList()).toEqual(["key"]);
  expect(changed?.getReplacesList()).toEqual([]);
});

test("a handler can tell how its resource is imported, without knowing its place", async () => {
  const client = await serve({
    create: async (_inputs, { importCommand }) => {
      throw new ProblemError("It is there", `Run ${importCommand("thing_1")}`, "VARIABLES_EXIST");
    },
  });
  const { error } = await create(client, { name: "n" });
  expect(error?.details).toContain("test:index:Thing 'thing' 'thing_1'");
});

test("a type that is not served is refused by name", async () => {
  const client = await serve({});
  const { error } = await create(client, {}, urn.replaceAll("Thing", "Other"));
  expect(error?.details).toContain("test:index:Other is no resource type of this package");
});

test("a cancel of the engine aborts what is under way", async () => {
  const client = await serve({
    create: (_inputs, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        started();
      }),
  });
  let started = () => {};
  const under = new Promise<void>((resolve) => {
    started = resolve;
  });
  const creation = create(client, { name: "n" });
  await under;
  client.cancel(new emptyProto.Empty(), () => {});
  expect((await creation).error?.details).toContain("[CANCELLED]");
});
