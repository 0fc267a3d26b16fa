import type {
  handleUnaryCall,
  ServerUnaryCall,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import {
  type CheckFailure,
  type Operation,
  PartialCreateError,
  type Properties,
  type ResourceHandler,
  type ResourceSpec,
} from "../resource.ts";
import { checkInputs } from "./check.ts";
import { diffInputs } from "./diff.ts";
import { EngineLog } from "./engine.ts";
import { failureOf, partialFailureOf } from "./errors.ts";
import {
  type Check,
  type Configure,
  type Create,
  collectTexts,
  type Delete,
  type Diff,
  isAnswer,
  type Read,
  requireId,
  type Update,
} from "./messages.ts";
import { checkResponse, diffResponse } from "./responses.ts";
import { foreseen, withControls } from "./state.ts";
import { type Decoded, decode, encode } from "./values.ts";

export type AnyHandler<Vendors> = ResourceHandler<Properties, Properties, Vendors>;

/** Everything that makes a package; the service below turns it into the engine's protocol. */
export interface ProviderPackage<Vendors> {
  version: string;
  /** Package schema as JSON text. */
  schema(): string;
  configuration: ResourceSpec;
  checkConfiguration(configured: Properties): CheckFailure[];
  /** Called once per process; `signal` is aborted when the engine cancels. */
  connect(configured: Properties, signal: AbortSignal): { vendors: Vendors; secrets: string[] };
  handlers: AnyHandler<Vendors>[];
}

type Handle<Request, Response> = (request: Request, session: Session) => Promise<Response>;

/** Secrets seen during one call, so that no error text can carry them. */
type Session = { secrets: Set<string> };

/** Serves the resource provider protocol; source: pulumi/proto/provider.proto. */
export class ProviderService<Vendors> {
  readonly #package: ProviderPackage<Vendors>;
  readonly #handlers: Map<string, AnyHandler<Vendors>>;
  /** Aborted, it ends whatever is under way: requests, waits between them, the convex CLI. */
  readonly cancelled = new AbortController();
  #log: EngineLog | undefined;
  #connection: { vendors: Vendors; secrets: string[] } | undefined;

  constructor(definition: ProviderPackage<Vendors>, engineAddress: string | undefined) {
    this.#package = definition;
    this.#handlers = new Map(definition.handlers.map((handler) => [handler.spec.token, handler]));
    if (engineAddress) this.#log = new EngineLog(engineAddress);
  }

  /** The methods as gRPC wants them. */
  implementation(): UntypedServiceImplementation {
    return {
      attach: this.#unary(async (request: InstanceType<typeof pluginProto.PluginAttach>) => {
        this.#log = new EngineLog(request.getAddress());
        return new emptyProto.Empty();
      }),
      cancel: this.#unary(async () => {
        this.cancelled.abort();
        return new emptyProto.Empty();
      }),
      getPluginInfo: this.#unary(async () => {
        const info = new pluginProto.PluginInfo();
        info.setVersion(this.#package.version);
        return info;
      }),
      getSchema: this.#unary(async () => {
        const response = new proto.GetSchemaResponse();
        response.setSchema(this.#package.schema());
        return response;
      }),
      checkConfig: this.#unary((request: Check) => this.#checkConfig(request)),
      // Other credentials never replace anything: what a resource is bound to is checked by its handler.
      diffConfig: this.#unary(async () => diffResponse([])),
      configure: this.#unary((request: Configure) => this.#configure(request)),
      check: this.#unary((request: Check, session) => this.#check(request, session)),
      diff: this.#unary((request: Diff, session) => this.#diff(request, session)),
      create: this.#unary((request: Create, session) => this.#create(request, session)),
      read: this.#unary((request: Read, session) => this.#read(request, session)),
      update: this.#unary((request: Update, session) => this.#update(request, session)),
      delete: this.#unary((request: Delete, session) => this.#delete(request, session)),
    };
  }

  async #checkConfig(request: Check) {
    const { properties, secretKeys } = decode(request.getNews());
    return checkResponse(
      encode(properties, this.#package.configuration, secretKeys),
      this.#package.checkConfiguration(properties),
    );
  }

  async #configure(request: Configure) {
    const { properties } = decode(request.getArgs());
    this.#connection = this.#package.connect(properties, this.cancelled.signal);
    const response = new proto.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  }

  async #check(request: Check, session: Session) {
    const handler = this.#handler(request.getUrn());
    const { properties, secretKeys } = this.#decode(request.getNews(), session);
    const { inputs, failures } = checkInputs(handler.spec, properties);
    if (failures.length === 0 && handler.check) {
      failures.push(...(await handler.check(inputs, this.#operation(request, 0))));
    }
    return checkResponse(encode(inputs, handler.spec, secretKeys), failures);
  }

  async #diff(request: Diff, session: Session) {
    const handler = this.#handler(request.getUrn());
    const { properties: inputs } = this.#decode(request.getNews(), session);
    handler.guard?.(request.getId(), { inputs }, this.#operation(request, 0));
    return diffResponse(
      diffInputs(handler.spec, decode(request.getOldInputs()).properties, inputs),
    );
  }

  async #create(request: Create, session: Session) {
    const handler = this.#handler(request.getUrn());
    const { properties, secretKeys } = this.#decode(request.getProperties(), session);
    const response = new proto.CreateResponse();
    if (request.getPreview()) {
      response.setProperties(encode(foreseen(handler, properties), handler.spec, secretKeys));
      return response;
    }
    try {
      const operation = this.#operation(request, request.getTimeout());
      const { id, state } = await handler.create(properties, operation);
      response.setId(requireId(id, handler.spec));
      response.setProperties(encode(state, handler.spec, secretKeys));
      return response;
    } catch (error) {
      if (!(error instanceof PartialCreateError)) throw error;
      throw partialFailureOf(
        error,
        {
          id: requireId(error.id, handler.spec),
          properties: encode(error.state, handler.spec, secretKeys),
          inputs: encode(properties, handler.spec, secretKeys),
        },
        this.#secrets(session),
      );
    }
  }

  async #read(request: Read, session: Session) {
    const handler = this.#handler(request.getUrn());
    const inputs = this.#decode(request.getInputs(), session);
    const state = this.#decode(request.getProperties(), session);
    const known = { inputs: inputs.properties, state: state.properties };
    const operation = this.#operation(request, request.getTimeout());
    const observed = await handler.read(request.getId(), known, operation);
    const response = new proto.ReadResponse();
    if (!observed) return response;
    const secretKeys = new Set([...inputs.secretKeys, ...state.secretKeys]);
    response.setId(requireId(observed.id, handler.spec));
    response.setProperties(encode(observed.state, handler.spec, secretKeys));
    response.setInputs(
      encode(withControls(handler.spec, observed.inputs, known.inputs), handler.spec, secretKeys),
    );
    return response;
  }

  async #update(request: Update, session: Session) {
    const handler = this.#handler(request.getUrn());
    const { properties: inputs, secretKeys } = this.#decode(request.getNews(), session);
    const { properties: state } = this.#decode(request.getOlds(), session);
    const response = new proto.UpdateResponse();
    const result = request.getPreview()
      ? foreseen(handler, inputs, state)
      : await handler.update(
          request.getId(),
          { state, inputs },
          this.#operation(request, request.getTimeout()),
        );
    response.setProperties(encode(result, handler.spec, secretKeys));
    return response;
  }

  async #delete(request: Delete, session: Session) {
    const handler = this.#handler(request.getUrn());
    const { properties } = this.#decode(request.getProperties(), session);
    const { properties: declared } = this.#decode(request.getOldInputs(), session);
    const state = withControls(handler.spec, properties, declared);
    const operation = this.#operation(request, request.getTimeout());
    await handler.delete(request.getId(), state, operation);
    return new emptyProto.Empty();
  }

  #handler(urn: string): AnyHandler<Vendors> {
    const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const handler = this.#handlers.get(token);
    if (handler) return handler;
    throw new TypeError(`${token} is no resource type of this package`);
  }

  /** @param timeout seconds, 0 for none */
  #operation(request: { getUrn(): string }, timeout: number): Operation<Vendors> {
    if (!this.#connection) throw new TypeError("the engine did not configure the provider");
    const urn = request.getUrn();
    const signals = [this.cancelled.signal];
    if (timeout > 0) signals.push(AbortSignal.timeout(timeout * 1000));
    return {
      vendors: this.#connection.vendors,
      signal: AbortSignal.any(signals),
      progress: (line) => this.#log?.progress(urn, line),
      warn: (line) => this.#log?.warn(urn, line),
    };
  }

  #decode(struct: Struct | undefined, session: Session): Decoded {
    const decoded = decode(struct);
    for (const key of decoded.secretKeys) collectTexts(decoded.properties[key], session.secrets);
    return decoded;
  }

  #secrets(session: Session): string[] {
    return [...session.secrets, ...(this.#connection?.secrets ?? [])];
  }

  #unary<Request, Response>(handle: Handle<Request, Response>): handleUnaryCall<Request, Response> {
    return (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) => {
      const session: Session = { secrets: new Set() };
      handle(call.request, session).then(
        (response) => answer(null, response),
        (error) => answer(isAnswer(error) ? error : failureOf(error, this.#secrets(session)), null),
      );
    };
  }
}
