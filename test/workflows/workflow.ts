import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { isScalar, parseDocument, visit } from "yaml";

/** The parts of a GitHub workflow that this project's have. */
export interface Workflow {
  file: string;
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  env?: unknown;
  jobs: Record<string, Job>;
  /** Each action, such as `actions/checkout@…`, with the comment behind it. */
  actions: { uses: string; comment: string }[];
}

export interface Job {
  if?: string;
  "timeout-minutes"?: number;
  permissions?: Record<string, string>;
  environment?: string;
  env?: unknown;
  concurrency?: { group?: string; "cancel-in-progress"?: boolean };
  steps: Step[];
}

export interface Step {
  uses?: string;
  with?: Record<string, unknown>;
  run?: string;
  env?: Record<string, string>;
}

const folder = path.resolve(import.meta.dirname, "../../.github/workflows");

export function readWorkflows(): Workflow[] {
  return readdirSync(folder).map((file) => {
    const document = parseDocument(readFileSync(path.join(folder, file), "utf8"));
    const actions: Workflow["actions"] = [];
    visit(document, {
      Pair(_key, { key, value }) {
        if (!isScalar(key) || key.value !== "uses" || !isScalar(value)) return;
        actions.push({ uses: String(value.value), comment: value.comment?.trim() ?? "" });
      },
    });
    return { file, ...document.toJS(), actions };
  });
}

export function readJob(file: string, name: string): Job {
  const job = readWorkflows().find((workflow) => workflow.file === file)?.jobs[name];
  if (!job) throw new Error(`there is no job ${name} in ${file}`);
  return job;
}
