import { parseArgs } from "node:util";
import { ProblemError } from "../infra/errors.ts";
import { addToSummary } from "./ci/summary.ts";
import { problemOf } from "./stack/cli-errors.ts";
import { openProject, openStack } from "./stack/project.ts";

const help = `Usage: npm run ci -- plan|up --stack NAME

What .github/workflows/up.yml does with one stack. The backend and the keys come from the environment,
the settings from Pulumi.NAME.yaml. The output is added to the summary of the job, too.

  plan    previews: shows what up would do, and changes nothing
  up      brings the stack up without asking

  --help  this text

Exit codes: 0 done, 1 failed, 2 wrong usage.`;

const titles = { plan: "Plan of", up: "Update of" };

async function main(args: string[]): Promise<number> {
  const request = read(args);
  if (typeof request === "number") return request;
  const { command, name } = request;
  let shown = "";
  const show = (text: string) => {
    shown += text;
    process.stdout.write(text);
  };
  try {
    const stack = await openStack(name, await openProject({}));
    await (command === "plan"
      ? stack.preview({ diff: true, onOutput: show, onError: show })
      : stack.up({ onOutput: show, onError: show }));
    return 0;
  } catch (error) {
    const problem = error instanceof ProblemError ? error : problemOf(String(error));
    show(`\n${problem.message}\n`);
    return 1;
  } finally {
    await addToSummary(`${titles[command]} \`${name}\``, shown);
  }
}

/** The exit code instead, when there is nothing to do. */
function read(args: string[]): { command: keyof typeof titles; name: string } | number {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { stack: { type: "string" }, help: { type: "boolean" } },
      allowPositionals: true,
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    const [command, ...rest] = positionals;
    if (rest.length > 0 || (command !== "plan" && command !== "up") || !values.stack) {
      throw new Error("one of plan and up is wanted, and a stack");
    }
    return { command, name: values.stack };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    console.error(new ProblemError(problem, "See npm run ci -- --help", "USAGE").message);
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
