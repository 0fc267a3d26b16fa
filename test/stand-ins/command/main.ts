/**
 * The stand-in's process: serves on a loopback port, which it prints for the engine to read.
 * Its argument is the engine's own address, for log lines.
 */
import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { whenEngineIsGone } from "../../../infra/provider/protocol/engine-gone.ts";
import { commandService } from "./service.ts";

/** As large a message as the engine itself takes. */
const messageLimit = 400 * 1024 * 1024;

const engineAddress = process.argv.slice(2).find((arg) => /^[^-].*:\d+$/.test(arg));
const engine = engineAddress
  ? new engineService.EngineClient(engineAddress, credentials.createInsecure())
  : undefined;

function log(urn: string) {
  return (line: string) => {
    const request = new engineProto.LogRequest()
      .setSeverity(engineProto.LogSeverity.INFO)
      .setUrn(urn)
      .setMessage(line)
      .setEphemeral(true);
    // A lost log line is no reason to fail the command that printed it.
    engine?.log(request, () => {});
  };
}

const server = new Server({
  "grpc.max_receive_message_length": messageLimit,
  "grpc.max_send_message_length": messageLimit,
});
server.addService(providerService.ResourceProviderService, commandService(log));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});

whenEngineIsGone(() => process.exit());
