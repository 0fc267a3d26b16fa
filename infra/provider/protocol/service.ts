import type {
  handleUnaryCall,
  ServerUnaryCall,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { type Operation, PartialCreateError, type Properties } from "../resource.ts";
import { checkInputs } from "./check.ts";
import type { AnyHandler, ProviderPackage } from "./definition.ts";
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
import { operationOf } from "./operation.ts";
import { checkResponse, diffResponse, pluginInfo, schemaResponse } from "./responses.ts";
import { foreseen, withControls } from "./state.ts";
import { type Decoded, decode, encode } from "./values.ts";

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
      getPluginInfo: this.#unary(async () => pluginInfo(this.#package.version)),
      getSchema: this.#unary(async () => schemaResponse(this.#package.schema())),
      checkConfig: this.#unary((request: Check) => this.#checkConfig(request)),
      diffConfig: this.#unary((request: Diff) => this.#diffConfig(request)),
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

  /**
   * Other credentials never replace anything: what a resource is bound to is checked by its handler. They
   * are told all the same, since the engine goes on with the old ones otherwise.
   */
  async #diffConfig(request: Diff) {
    const { properties: olds } = decode(request.getOldInputs());
    const { properties: news } = decode(request.getNews());
    return diffResponse(diffInputs(this.#package.configuration, olds, news));
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
    const { properties: olds } = decode(request.getOldInputs());
    const { properties: state } = decode(request.getOlds());
    return diffResponse(diffInputs(handler.spec, olds, inputs, state));
  }

  async #create(request: Create, session: Session) {
    const handler = this.#handler(request.getUrn());
    const { properties, secretKeys } = this.#decode(request.getProperties(), session);
    const response = new proto.CreateResponse();
    if (request.getPreview()) {
      const expected = await this.#preview(request, { inputs: properties });
      response.setProperties(encode(expected, handler.spec, secretKeys));
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
      ? await this.#preview(request, { inputs, state })
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

  /** @returns the outputs as far as they can be known */
  async #preview(
    request: Create | Update,
    change: { inputs: Properties; state?: Properties },
  ): Promise<Properties> {
    const handler = this.#handler(request.getUrn());
    await handler.preview?.(change, this.#operation(request, request.getTimeout()));
    return foreseen(handler, change.inputs, change.state);
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
    const { spec } = this.#handler(urn);
    const { vendors } = this.#connection;
    const cancelled = this.cancelled.signal;
    return operationOf({ urn, spec, vendors, log: this.#log, cancelled, timeout });
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
    return async (
      { request }: ServerUnaryCall<Request, Response>,
      answer: sendUnaryData<Response>,
    ) => {
      const session: Session = { secrets: new Set() };
      const reply = await handle(request, session).then(
        (response) => () => answer(null, response),
        (error) => () =>
          answer(isAnswer(error) ? error : failureOf(error, this.#secrets(session)), null),
      );
      // After its last answer the engine may end before a line that is still on its way.
      await this.#log?.settled();
      reply();
    };
  }
}
