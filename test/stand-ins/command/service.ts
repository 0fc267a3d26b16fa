/** The gRPC face: what the engine asks, in terms of resource.ts. */
import { createRequire } from "node:module";
import {
  type handleUnaryCall,
  Metadata,
  type ServiceError,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as provider from "@pulumi/pulumi/proto/provider_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { checkInputs, withDefaults } from "./inputs.ts";
import { changes, create, foreseen, type Log, remove, update } from "./resource.ts";
import type { Properties } from "./values.ts";

const servedType = "command:local:Command";
const { version } = createRequire(import.meta.url)("@pulumi/command/package.json") as {
  version: string;
};

/** An error the engine shows as it is. */
function refusal(code: status, details: string): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata: new Metadata() });
}

function isRefusal(error: Error): error is ServiceError {
  return "details" in error && "code" in error;
}

/** A method that answers with what `answer` makes of the request, or with its error. */
function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(answer)
      .then(
        (response) => callback(null, response),
        (error: Error) =>
          callback(isRefusal(error) ? error : refusal(status.UNKNOWN, error.message)),
      );
  };
}

/** The URN of a resource of the one type served. */
function served(request: { getUrn(): string }): string {
  const urn = request.getUrn();
  const type = urn.split("::")[2]?.split("$").at(-1);
  if (type === servedType) return urn;
  throw refusal(
    status.UNIMPLEMENTED,
    `the stand-in for the command plugin serves ${servedType} only, not ${type}: install the real plugin`,
  );
}

function read(properties: struct.Struct | undefined): Properties {
  return (properties?.toJavaScript() ?? {}) as Properties;
}

function write(properties: Properties): struct.Struct {
  const known = Object.entries(properties).filter(([, value]) => value !== undefined);
  return struct.Struct.fromJavaScript(
    Object.fromEntries(known) as Record<string, struct.JavaScriptValue>,
  );
}

function failure(property: string, reason: string) {
  return new proto.CheckFailure().setProperty(property).setReason(reason);
}

const kinds = {
  add: [proto.PropertyDiff.Kind.ADD, proto.PropertyDiff.Kind.ADD_REPLACE],
  delete: [proto.PropertyDiff.Kind.DELETE, proto.PropertyDiff.Kind.DELETE_REPLACE],
  update: [proto.PropertyDiff.Kind.UPDATE, proto.PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

/** The methods of the service. Those left out answer UNIMPLEMENTED. */
export function commandService(log: (urn: string) => Log): UntypedServiceImplementation {
  const cancelled = new AbortController();
  const { signal } = cancelled;
  return {
    handshake: unary(() => new proto.ProviderHandshakeResponse().setAcceptSecrets(true)),
    attach: unary(() => new empty.Empty()),
    getPluginInfo: unary(() => new pluginProto.PluginInfo().setVersion(version.replace(/^v/, ""))),
    checkConfig: unary((request: provider.CheckRequest) =>
      new proto.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: unary(() => new proto.DiffResponse()),
    configure: unary(() =>
      new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true),
    ),
    cancel: unary(() => {
      cancelled.abort();
      return new empty.Empty();
    }),
    check: unary((request: provider.CheckRequest) => {
      served(request);
      const news = read(request.getNews());
      return new proto.CheckResponse()
        .setInputs(write(withDefaults(news)))
        .setFailuresList(
          checkInputs(news).map(({ property, reason }) => failure(property, reason)),
        );
    }),
    diff: unary((request: provider.DiffRequest) => {
      served(request);
      const found = changes(read(request.getOlds()), read(request.getNews()));
      const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
      const response = new proto.DiffResponse()
        .setChanges(found.length === 0 ? DIFF_NONE : DIFF_SOME)
        .setHasdetaileddiff(true)
        .setDiffsList(found.map(({ property }) => property))
        .setReplacesList(found.filter(({ replace }) => replace).map(({ property }) => property));
      for (const { property, kind, replace } of found) {
        const detail = new proto.PropertyDiff().setKind(kinds[kind][replace ? 1 : 0]);
        response.getDetaileddiffMap().set(property, detail.setInputdiff(true));
      }
      return response;
    }),
    create: unary(async (request: provider.CreateRequest) => {
      const urn = served(request);
      const news = read(request.getProperties());
      if (request.getPreview()) {
        return new proto.CreateResponse().setProperties(write(foreseen(news)));
      }
      const name = urn.split("::").slice(3).join("::");
      const { id, properties } = await create(name, news, log(urn), signal);
      return new proto.CreateResponse().setId(id).setProperties(write(properties));
    }),
    read: unary((request: provider.ReadRequest) => {
      served(request);
      return new proto.ReadResponse()
        .setId(request.getId())
        .setInputs(request.getInputs())
        .setProperties(request.getProperties());
    }),
    update: unary(async (request: provider.UpdateRequest) => {
      const urn = served(request);
      const news = read(request.getNews());
      const properties = request.getPreview()
        ? foreseen(news)
        : await update(read(request.getOlds()), news, log(urn), signal);
      return new proto.UpdateResponse().setProperties(write(properties));
    }),
    delete: unary(async (request: provider.DeleteRequest) => {
      const urn = served(request);
      await remove(read(request.getProperties()), log(urn), signal);
      return new empty.Empty();
    }),
  };
}
