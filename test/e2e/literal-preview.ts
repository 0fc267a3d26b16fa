import { createRequire } from "node:module";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { run } from "../../scripts/setup/processes.mjs";
import { environmentProgram } from "../../scripts/stack/project.ts";

const require = createRequire(import.meta.url);
/** What the Automation API itself serves inline programs with; it has no types. */
const { LanguageServer } = require("@pulumi/pulumi/automation/server.js") as {
  LanguageServer: new (program: PulumiFn) => UntypedServiceImplementation;
};
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb.js") as {
  LanguageRuntimeService: ServiceDefinition;
};

/**
 * Exit code of the literal command, run as its own process. The program is served to it as a language
 * host would, since a CLI built from Go modules has none.
 */
export async function literalPreview(
  { name, workspace }: Stack,
  program: PulumiFn = environmentProgram,
): Promise<number | undefined> {
  const server = new Server();
  server.addService(LanguageRuntimeService, new LanguageServer(program));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const where = ["--stack", name, "--non-interactive", "--client", `127.0.0.1:${port}`];
  const args = ["preview", "--refresh", "--expect-no-changes", ...where];
  const { code } = await run("pulumi", args, {
    cwd: workspace.workDir,
    env: { ...process.env, ...workspace.envVars },
  });
  server.forceShutdown();
  return code;
}
