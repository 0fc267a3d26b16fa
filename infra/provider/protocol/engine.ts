import { credentials, Metadata } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";

/** Milliseconds; a line that takes longer is given up. */
const longest = 5_000;

/** The engine's log, as far as a provider writes to it. Losing a line is never an error. */
export class EngineLog {
  readonly #client: InstanceType<typeof engineGrpc.EngineClient>;
  /** Lines go one after the other, or they arrive in any order. */
  #last: Promise<void> = Promise.resolve();

  /** @param address `host:port` of the engine */
  constructor(address: string) {
    this.#client = new engineGrpc.EngineClient(address, credentials.createInsecure());
  }

  /** Shown beside the resource while it is worked on. */
  progress(urn: string, line: string): void {
    this.#log(urn, line, engineProto.LogSeverity.INFO, true);
  }

  /** Kept in the output, below the resource's name. */
  info(urn: string, text: string): void {
    this.#log(urn, text, engineProto.LogSeverity.INFO, false);
  }

  /** The same, marked as a warning. */
  warn(urn: string, line: string): void {
    this.#log(urn, line, engineProto.LogSeverity.WARNING, false);
  }

  /** When every line so far has arrived, or is lost. */
  settled(): Promise<void> {
    return this.#last;
  }

  #log(urn: string, message: string, severity: number, ephemeral: boolean): void {
    const request = new engineProto.LogRequest();
    request.setUrn(urn);
    request.setMessage(message);
    request.setSeverity(severity as never);
    request.setEphemeral(ephemeral);
    this.#last = this.#last.then(
      () =>
        new Promise((resolve) => {
          const deadline = Date.now() + longest;
          this.#client.log(request, new Metadata(), { deadline }, () => resolve());
        }),
    );
  }
}
