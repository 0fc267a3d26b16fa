import { Server, ServerCredentials } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { clerkConvexPackage } from "./package.ts";
import { whenEngineIsGone } from "./protocol/engine-gone.ts";
import { ProviderService } from "./protocol/service.ts";

const largestMessage = 400 * 1024 * 1024;
const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-"));

const server = new Server({
  "grpc.max_receive_message_length": largestMessage,
  "grpc.max_send_message_length": largestMessage,
});
const service = new ProviderService(clerkConvexPackage, engineAddress);
server.addService(providerGrpc.ResourceProviderService, service.implementation());
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the port from the first line.
  process.stdout.write(`${port}\n`);
});

whenEngineIsGone(() => {
  service.cancelled.abort();
  process.exit();
});
