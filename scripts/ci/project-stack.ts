import path from "node:path";
import {
  ConcurrentUpdateError,
  LocalWorkspace,
  type Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation/index.js";
import { ProblemError } from "../../infra/errors.ts";
import { environmentProgram } from "../local/stack.ts";

const projectFolder = path.resolve(import.meta.dirname, "../..");

/** A stack of this project, in the backend that the environment names and with its `Pulumi.<name>.yaml`. */
export async function openProjectStack(name: string): Promise<Stack> {
  return LocalWorkspace.selectStack(
    { stackName: name, projectName: "clerk-convex", program: environmentProgram },
    { workDir: projectFolder, envVars: { PULUMI_SKIP_UPDATE_CHECK: "true" } },
  );
}

/** What went wrong with a stack, without the output that has been shown by then. */
export function stackProblem(name: string, error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof ConcurrentUpdateError) {
    return new ProblemError(
      `Somebody else is updating ${name}`,
      `Wait and run again; if nobody is, because a run was killed, run pulumi cancel --stack ${name} first`,
      "STACK_LOCKED",
      { cause: error },
    );
  }
  if (error instanceof StackNotFoundError) {
    return new ProblemError(
      `There is no stack ${name} in this backend`,
      `Check PULUMI_BACKEND_URL, or make the stack with pulumi stack init ${name}`,
      "STACK_MISSING",
      { cause: error },
    );
  }
  const said = /error: (.*\S)/.exec(error instanceof Error ? error.message : String(error))?.[1];
  return new ProblemError(
    `Pulumi failed with ${name}${said ? `: ${withoutPassword(said)}` : ""}`,
    "Mend what Pulumi names, in its output above if there is any",
    "PULUMI_FAILED",
    { cause: error },
  );
}

/** Pulumi repeats the address of a backend that it cannot log in to. */
function withoutPassword(text: string): string {
  return text.replace(/(\/\/[^\s/@:]*):[^\s/@]*@/g, "$1:****@");
}
