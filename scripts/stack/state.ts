import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { run } from "../setup/processes.mjs";
import { problemOf } from "./cli-errors.ts";

/** A resource as the state has it; secrets are encrypted. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  retainOnDelete?: boolean;
}

/** Something that a run had begun and not ended when it was killed. */
export interface PendingOperation {
  type: "creating" | "updating" | "deleting" | "reading" | "importing";
  resource: StateResource;
}

/** What `pulumi stack export` gives; source: apitype's `UntypedDeployment` and `DeploymentV3`. */
export interface ExportedState {
  version: number;
  deployment: { resources?: StateResource[]; pending_operations?: PendingOperation[] };
}

/**
 * Reads the state without opening its secrets, as the Automation API's own export would.
 *
 * @throws {ProblemError} `STACK_MISSING`, and others that {@link problemOf} knows
 */
export async function exportState({ name, workspace }: Stack): Promise<ExportedState> {
  const args = ["stack", "export", "--stack", name, "--non-interactive"];
  const { code, stdout, excerpt } = await run("pulumi", args, {
    cwd: workspace.workDir,
    env: { ...process.env, ...workspace.envVars },
  });
  if (code === 0) return JSON.parse(stdout) as ExportedState;
  throw problemOf(excerpt);
}
