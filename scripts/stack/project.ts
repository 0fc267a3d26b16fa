import { existsSync } from "node:fs";
import path from "node:path";
import { LocalWorkspace, type PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { ProblemError } from "../../infra/errors.ts";
import { declareEnvironment } from "../../infra/program.ts";
import { projectRoot } from "../../infra/project.ts";

/** The program of `infra/index.ts`, which runs once in a process, as one that runs any number of times. */
export const environmentProgram: PulumiFn = async () => declareEnvironment();

export interface ProjectOptions {
  /** Folder with Pulumi.yaml. Default: this project. */
  directory?: string | undefined;
  /** Added to the environment of the CLI, the engine and the plugins. */
  environment?: Record<string, string>;
  /** Default: the one of `infra/index.ts`, run in this process, so that no language host is needed. */
  program?: PulumiFn;
}

/**
 * A project folder as the Pulumi CLI finds it: its Pulumi.yaml, its stacks' settings and the backend
 * that is logged in to or named in the environment. No file of it is written, and which stack is
 * selected for the person working there stays as it is.
 *
 * @throws {ProblemError} `PROJECT_MISSING`
 */
export async function openProject({
  directory = projectRoot,
  environment = {},
  program = environmentProgram,
}: ProjectOptions): Promise<LocalWorkspace> {
  const workDir = path.resolve(directory);
  if (!existsSync(path.join(workDir, "Pulumi.yaml"))) {
    throw new ProblemError(
      `${workDir} holds no Pulumi project`,
      "Run it in the project's folder, or name that with --cwd",
      "PROJECT_MISSING",
    );
  }
  const workspace = await LocalWorkspace.create({
    workDir,
    program,
    envVars: { PULUMI_SKIP_UPDATE_CHECK: "true", ...environment },
  });
  // Each command names its stack anyway.
  workspace.selectStack = async () => {};
  return workspace;
}

/** A stack of a project; that it exists is found out by the first command that needs it. */
export function openStack(name: string, project: LocalWorkspace): Promise<Stack> {
  return Stack.select(name, project);
}
