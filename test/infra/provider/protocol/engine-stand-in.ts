import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import { onTestFinished } from "vitest";

export interface LoggedLine {
  urn: string;
  text: string;
  severity: number;
  ephemeral: boolean;
}

/** The part of the engine that providers log to, on loopback. */
export async function startEngine() {
  const lines: LoggedLine[] = [];
  let held: Promise<void> = Promise.resolve();
  const first = Promise.withResolvers<void>();
  const server = new Server();
  server.addService(engineGrpc.EngineService as never, {
    log: async (
      { request }: ServerUnaryCall<InstanceType<typeof engineProto.LogRequest>, unknown>,
      answer: sendUnaryData<unknown>,
    ) => {
      first.resolve();
      await held;
      lines.push({
        urn: request.getUrn(),
        text: request.getMessage(),
        severity: request.getSeverity(),
        ephemeral: request.getEphemeral(),
      });
      answer(null, new emptyProto.Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  onTestFinished(() => server.forceShutdown());
  return {
    address: `127.0.0.1:${port}`,
    lines,
    /** When a line is on its way, held or not. */
    asked: () => first.promise,
    /** Keeps every line from arriving until the answer is called. */
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
  };
}
