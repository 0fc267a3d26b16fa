import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import { environmentProgram } from "../stack/project.ts";

const pluginFolder = path.resolve(import.meta.dirname, "../../infra/provider");

/** A stack on a file backend of its own, run through the Automation API. */
export interface LocalStack {
  readonly stack: Stack;
  /** Holds the backend and the stack's configuration; gone after {@link LocalStack.remove}. */
  readonly folder: string;
  /** Protects secrets in the state. */
  readonly passphrase: string;
  remove(): Promise<void>;
}

export interface LocalStackOptions {
  name?: string;
  /** Environment of the engine and its plugins. */
  environment: Record<string, string>;
  /** The program; by default the one of `infra/index.ts`. */
  program?: PulumiFn;
  /** Settings by key, where a dot leads into an object: `clerk-convex:target.kind`. */
  config?: Record<string, string>;
}

export async function createLocalStack({
  name = "local",
  environment,
  program = environmentProgram,
  config = { "clerk-convex:target.kind": "development" },
}: LocalStackOptions): Promise<LocalStack> {
  const folder = await mkdtemp(path.join(tmpdir(), "clerk-convex-stack-"));
  const passphrase = "local stacks hold nothing worth guarding";
  const remove = () => rm(folder, { recursive: true, force: true });
  await writeFile(
    path.join(folder, "Pulumi.yaml"),
    JSON.stringify({
      name: "clerk-convex",
      runtime: "nodejs",
      plugins: { providers: [{ name: "clerkconvex", path: pluginFolder }] },
    }),
  );
  const stack = await LocalWorkspace.createStack(
    { stackName: name, projectName: "clerk-convex", program },
    {
      workDir: folder,
      envVars: {
        PULUMI_CONFIG_PASSPHRASE: passphrase,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // Whatever backend this machine is logged in to stays out of it.
        PULUMI_BACKEND_URL: `file://${folder}`,
        ...environment,
      },
    },
  ).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  for (const [key, value] of Object.entries(config)) await stack.setConfig(key, { value }, true);
  return { stack, folder, passphrase, remove };
}
