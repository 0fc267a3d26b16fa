import { spawn } from "node:child_process";
import type { CommandInputs } from "./inputs.ts";

/** What a run printed, one final newline taken off each. */
export interface Output {
  stdout: string;
  stderr: string;
}

/**
 * Runs one command as the real plugin does: by the interpreter (`/bin/sh -c` unless given), with
 * the plugin's own environment under the resource's, and the output of the run before in
 * PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR.
 * @throws Error naming exit status, command and all it printed, when it fails
 */
export function runCommand(
  command: string,
  inputs: CommandInputs,
  previous: Output,
  { log, signal }: { log: (line: string) => void; signal: AbortSignal },
): Promise<Output> {
  const [program = "/bin/sh", ...args] = [
    ...(inputs.interpreter?.length ? inputs.interpreter : ["/bin/sh", "-c"]),
    command,
  ];
  const env = { ...process.env, ...inputs.environment, ...previousOutput(inputs, previous) };
  const collected = { stdout: "", stderr: "", both: "" };

  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env,
      signal,
      killSignal: "SIGKILL",
      ...(inputs.dir === undefined ? {} : { cwd: inputs.dir }),
    });
    const fail = (status: string) =>
      reject(new Error(`${status}: running ${JSON.stringify(command)}:\n${collected.both}`));
    for (const name of ["stdout", "stderr"] as const) {
      let rest = "";
      child[name].setEncoding("utf8").on("data", (text: string) => {
        collected[name] += text;
        collected.both += text;
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        if (isLogged(inputs, name)) lines.forEach(log);
      });
      child[name].on("end", () => {
        if (rest !== "" && isLogged(inputs, name)) log(rest);
      });
    }
    child.once("error", (error) => fail(error.message));
    child.once("close", (code, signal) => {
      if (code !== 0) return fail(signal ? `signal: ${signal}` : `exit status ${code}`);
      resolve({ stdout: trim(collected.stdout), stderr: trim(collected.stderr) });
    });
    // A command that never reads its input closes the pipe early; its exit code says how it went.
    child.stdin.on("error", () => {});
    child.stdin.end(inputs.stdin ?? "");
  });
}

function previousOutput(inputs: CommandInputs, previous: Output): Record<string, string> {
  if (inputs.addPreviousOutputInEnv === false) return {};
  return {
    ...(previous.stdout === "" ? {} : { PULUMI_COMMAND_STDOUT: previous.stdout }),
    ...(previous.stderr === "" ? {} : { PULUMI_COMMAND_STDERR: previous.stderr }),
  };
}

function isLogged(inputs: CommandInputs, stream: "stdout" | "stderr"): boolean {
  const chosen = inputs.logging ?? "stdoutAndStderr";
  return chosen === "stdoutAndStderr" || chosen === stream;
}

function trim(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}
