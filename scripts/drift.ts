import { randomUUID } from "node:crypto";
import { appendFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import type { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { checkStack, type Finding } from "./drift/check.ts";
import { fixStack } from "./drift/fix.ts";
import { annotations, summary, withoutCommands } from "./drift/github.ts";
import { outcomeOf, renderJson, renderText } from "./drift/render.ts";
import { isPreviewStack } from "./preview/workspace.ts";
import { readArguments, usage } from "./stack/arguments.ts";
import { stackMissing } from "./stack/cli-errors.ts";
import { exitCodes, failureOf } from "./stack/failure.ts";
import { openProject, openStack } from "./stack/project.ts";

const help = `Compares what the vendors have with what the program and the settings declare.

Usage: npm run drift -- --stack NAME… | --all [--fix [--yes]] [--json] [--cwd FOLDER]

The answer is that of pulumi preview --refresh --expect-no-changes. Nothing is written, neither to
the state nor at a vendor. The stacks' settings, backend and credentials are those that the pulumi
CLI would use; the passphrase is taken from PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.

  --stack NAME  a stack to check; may be given more than once
  --all         check every stack of the project but previews, one after another
  --fix         bring what differs to what is declared: pulumi up --refresh on those resources alone,
                after a question. Resources that are no longer declared are deleted
  --yes         do not ask; needed for --fix without a terminal
  --json        print one JSON object: outcome, exitCode and, for each stack, what differs or failed;
                npm run --silent keeps npm's own lines away from it
  --cwd FOLDER  the project's folder (default: this project)
  --help        this text

In GitHub Actions it also writes annotations and the job's summary. Secrets are shown as [secret].

Exit codes; of several stacks the worst counts, and any error comes before 7:
  0   no drift
  1   anything that is none of the others
  2   wrong usage, no project in the folder, or --fix that nobody can confirm
  3   a credential is missing, refused or of another environment, or the passphrase is
  6   no such stack
  7   drift: changed at a vendor, or in the code or settings and not applied yet
  10  a vendor or the backend cannot be reached or does not answer, which says nothing of drift
  11  another run holds the stack, or one was killed: npm run recover
  12  the code in convex/ does not bundle
`;

const options = {
  stack: { type: "string", multiple: true },
  all: { type: "boolean" },
  fix: { type: "boolean" },
  yes: { type: "boolean" },
  json: { type: "boolean" },
  cwd: { type: "string" },
  help: { type: "boolean" },
} as const;

type Options = ReturnType<typeof readArguments<typeof options>>;

async function main(): Promise<number> {
  const given = readArguments(options, "drift");
  if (given.help) {
    process.stdout.write(help);
    return exitCodes.ok;
  }
  if ((given.stack === undefined) === (given.all === undefined)) {
    throw usage("Give --stack with a name, or --all", "drift");
  }
  if (given.yes && !given.fix) throw usage("--yes belongs to --fix", "drift");
  if (given.fix && !given.yes && !process.stdin.isTTY) {
    throw usage("--fix has nobody to ask without a terminal; give --yes to go ahead", "drift");
  }
  const project = await openProject({ directory: given.cwd });
  const findings: Finding[] = [];
  for (const name of await namesOf(project, given)) {
    findings.push(await examine(name, project, given));
  }
  await report(findings, given.json === true);
  return exitCodes[outcomeOf(findings)];
}

async function namesOf(project: LocalWorkspace, given: Options): Promise<string[]> {
  if (given.stack) return [...new Set(given.stack)];
  const stacks = await project.listStacks();
  const names: string[] = [];
  for (const { name } of stacks) if (!(await isPreviewStack(name, project))) names.push(name);
  if (names.length === 0) throw stackMissing("the project has none");
  return names;
}

async function examine(name: string, project: LocalWorkspace, given: Options): Promise<Finding> {
  const stack = await openStack(name, project);
  const found = await checkStack(stack);
  if (found.outcome !== "drift" || !given.fix) return found;
  process.stderr.write(shown([found], process.stderr));
  if (!given.yes && !(await confirm(`Bring these to what is declared in ${name}?`))) return found;
  return fixStack(stack, found.differences, (text) => process.stderr.write(text));
}

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-D is no answer, and no answer is no.
  const answer = await terminal.question(`${question} Type yes: `).catch(() => "");
  terminal.close();
  return answer.trim() === "yes";
}

const onGitHub = process.env.GITHUB_ACTIONS === "true";

function shown(findings: Finding[], stream: NodeJS.WriteStream): string {
  const text = renderText(findings, stream);
  return `${onGitHub ? withoutCommands(text, randomUUID()) : text}\n`;
}

async function report(findings: Finding[], json: boolean): Promise<void> {
  process.stdout.write(json ? `${renderJson(findings)}\n` : shown(findings, process.stdout));
  if (!onGitHub) return;
  // GitHub reads commands from both streams, and JSON has standard output for itself.
  for (const line of annotations(findings)) console.error(line);
  if (process.env.GITHUB_STEP_SUMMARY) {
    await appendFile(process.env.GITHUB_STEP_SUMMARY, summary(findings));
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const { kind, messages } = failureOf(error);
  console.error(messages.join("\n"));
  process.exitCode = exitCodes[kind];
}
