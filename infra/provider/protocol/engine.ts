import { credentials } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";

/** The engine's log, as far as a provider writes to it. Losing a line is never an error. */
export class EngineLog {
  readonly #client: InstanceType<typeof engineGrpc.EngineClient>;

  /** @param address `host:port` of the engine */
  constructor(address: string) {
    this.#client = new engineGrpc.EngineClient(address, credentials.createInsecure());
  }

  /** Shown beside the resource while it is worked on. */
  progress(urn: string, line: string): void {
    this.#log(urn, line, engineProto.LogSeverity.INFO, true);
  }

  /** Kept in the output. */
  warn(urn: string, line: string): void {
    this.#log(urn, line, engineProto.LogSeverity.WARNING, false);
  }

  #log(urn: string, message: string, severity: number, ephemeral: boolean): void {
    const request = new engineProto.LogRequest();
    request.setUrn(urn);
    request.setMessage(message);
    request.setSeverity(severity as never);
    request.setEphemeral(ephemeral);
    this.#client.log(request, () => {});
  }
}
