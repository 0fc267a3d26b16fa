import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import language from "@pulumi/pulumi/proto/language_pb.js";

/** The exit code by which the SDK's runner says that it has told the user what is wrong. */
const toldAlready = 32;

/**
 * Runs a program to its end as the real host does: in a process of its own, by the runner of the SDK
 * that the program has installed. What it prints goes to the engine.
 * Source: `cmd/run` of `@pulumi/pulumi`, whose flags these are.
 */
export async function runProgram(
  request: InstanceType<typeof language.RunRequest>,
  engineAddress: string,
): Promise<InstanceType<typeof language.RunResponse>> {
  const info = request.getInfo();
  if (!info) throw new TypeError("the engine did not say where the program is");
  const directory = info.getProgramDirectory();
  const runner = createRequire(path.join(directory, "_")).resolve("@pulumi/pulumi/cmd/run");
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    parallel: String(request.getParallel()),
    pwd: directory,
  };
  const options = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  if (request.getDryrun()) options.push("--dry-run");
  const program = spawn(process.execPath, [runner, ...options, info.getEntryPoint()], {
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  });
  const [code] = (await once(program, "exit")) as [number | null];
  const response = new language.RunResponse();
  if (code === 0) return response;
  response.setError(`the program ended with ${code}`);
  return response.setBail(code === toldAlready);
}
