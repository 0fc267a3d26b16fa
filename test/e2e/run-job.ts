import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { readJob } from "../workflows/workflow.ts";

export interface JobRun {
  /** Exit code of the first step that failed, else 0. */
  exitCode: number;
  /** What GitHub would have in its log. */
  log: string;
  /** What GitHub would show as the job's summary. */
  summary: string;
}

export interface JobContext {
  directory: string;
  /** What the runner's environment holds besides what the job gives to its steps. */
  environment: Record<string, string>;
  /** Expressions' values, such as `matrix.stack`. A secret that is not here is empty, as on GitHub. */
  values: Record<string, string>;
}

/** Runs the steps of a workflow's job as GitHub's runner does, less the checkout. */
export async function runJob(
  file: string,
  name: string,
  { directory, environment, values }: JobContext,
): Promise<JobRun> {
  const summaryFile = path.join(directory, "summary.md");
  await writeFile(summaryFile, "");
  const { PATH = "", HOME = "" } = process.env;
  const github = { CI: "true", GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summaryFile };
  const inherited = { PATH, HOME, ...github, ...environment };
  let log = "";
  let exitCode = 0;
  for (const { run, env = {} } of readJob(file, name).steps) {
    if (run === undefined) continue;
    const own = Object.entries(env).map(([key, value]) => [key, evaluate(value, values)]);
    const step = spawn("bash", ["-e", "-c", run], {
      cwd: directory,
      env: { ...inherited, ...Object.fromEntries(own) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, err, [code]] = await Promise.all([
      text(step.stdout),
      text(step.stderr),
      once(step, "exit"),
    ]);
    log += out + err;
    exitCode = code;
    if (code !== 0) break;
  }
  return { exitCode, log, summary: await readFile(summaryFile, "utf8") };
}

function evaluate(value: string, values: Record<string, string>): string {
  return value.replace(/\$\{\{ (.*?) \}\}/g, (_all, expression: string) => {
    const found = values[expression] ?? (expression.startsWith("secrets.") ? "" : undefined);
    if (found === undefined) throw new Error(`no value is given for ${expression}`);
    return found;
  });
}
