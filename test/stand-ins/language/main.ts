/** The stand-in's process: serves on a loopback port, which it prints for the engine to read. */
import { Server, ServerCredentials, type sendUnaryData } from "@grpc/grpc-js";
import languageService from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { runProgram } from "./run.ts";

const engineAddress = process.argv.slice(2).find((arg) => /^[^-].*:\d+$/.test(arg)) ?? "";

const server = new Server();
server.addService(languageService.LanguageRuntimeService, {
  getPluginInfo: (_: unknown, answer: sendUnaryData<unknown>) =>
    answer(null, new plugin.PluginInfo().setVersion("0.0.0")),
  // Plugins are named in Pulumi.yaml or found on PATH, so the engine has nothing to fetch.
  getRequiredPackages: (_: unknown, answer: sendUnaryData<unknown>) =>
    answer(null, new language.GetRequiredPackagesResponse()),
  run: (
    { request }: { request: InstanceType<typeof language.RunRequest> },
    answer: sendUnaryData<unknown>,
  ) => {
    runProgram(request, engineAddress).then((response) => answer(null, response), answer);
  },
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
