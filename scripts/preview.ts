import { type Context, openContext } from "./preview/context.ts";
import { downPreview } from "./preview/down.ts";
import { durationOf } from "./preview/duration.ts";
import { sorted } from "./preview/engine.ts";
import { help } from "./preview/help.ts";
import { listPreviews } from "./preview/list.ts";
import { pullsFromFile, pullsFromGitHub } from "./preview/pulls.ts";
import { renderDown, renderList, renderSweep, renderUp } from "./preview/render.ts";
import { type SweepResult, sweepPreviews } from "./preview/sweep.ts";
import { upPreview } from "./preview/up.ts";
import { readArguments, usage } from "./stack/arguments.ts";
import { exitCodes, type Outcome, worst } from "./stack/failure.ts";

const options = {
  name: { type: "string" },
  "expires-in": { type: "string" },
  seed: { type: "string" },
  keep: { type: "boolean" },
  "no-keep": { type: "boolean" },
  "own-template": { type: "boolean" },
  "older-than": { type: "string" },
  "open-prs": { type: "string" },
  yes: { type: "boolean" },
  project: { type: "string" },
  wait: { type: "string" },
  json: { type: "boolean" },
  cwd: { type: "string" },
  help: { type: "boolean" },
} as const;

const common: string[] = ["project", "wait", "json", "cwd", "help"];
const own: Record<string, string[]> = {
  up: ["name", "expires-in", "seed", "keep", "no-keep", "own-template"],
  down: ["name"],
  list: [],
  sweep: ["older-than", "open-prs", "yes"],
};

type Given = ReturnType<typeof readArguments<typeof options>>;

/** What a command found out, for people and for programs. */
interface Answer {
  outcome: Outcome;
  text: string;
  result: object;
}

const commands: Record<string, (given: Given, context: Context) => Promise<Answer>> = {
  async up(given, context) {
    if (given.keep && given["no-keep"]) throw usage("Give --keep or --no-keep", "preview");
    const result = await upPreview(
      {
        name: given.name,
        expiresIn: durationOf(given["expires-in"], "--expires-in"),
        seed: given.seed,
        keep: given["no-keep"] ? false : given.keep,
        ownTemplate: given["own-template"] === true,
      },
      context,
    );
    return { outcome: "ok", text: renderUp(result), result };
  },
  async down({ name }, context) {
    const result = await downPreview(name, context);
    return { outcome: result.outcome, text: renderDown(result), result };
  },
  async list(_given, context) {
    const result = await listPreviews(context);
    return { outcome: "ok", text: renderList(result), result };
  },
  async sweep(given, context) {
    const olderThan = durationOf(given["older-than"], "--older-than");
    const list = given["open-prs"];
    if (olderThan === undefined && list === undefined) {
      throw usage("Give --older-than, --open-prs or both", "preview");
    }
    const { directory } = context.previews;
    const pulls = () => (list === "gh" ? pullsFromGitHub(directory) : pullsFromFile(list ?? ""));
    const result = await sweepPreviews(
      { olderThan, pulls: list === undefined ? undefined : pulls, yes: given.yes === true },
      context,
    );
    return { outcome: outcomeOf(result), text: renderSweep(result), result };
  },
};

function outcomeOf({ previews }: SweepResult): Outcome {
  return worst(previews.flatMap(({ down, failure }) => failure?.kind ?? down?.outcome ?? []));
}

async function main([command = "", ...args]: string[]): Promise<number> {
  const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (args.includes("--help") || command === "--help") {
    process.stdout.write(help);
    return exitCodes.ok;
  }
  if (!run) throw usage(`Give one of ${Object.keys(commands).join(", ")}`, "preview");
  const given = readArguments(options, "preview", args);
  const wrong = Object.keys(given).find(
    (key) => ![...common, ...(own[command] ?? [])].includes(key),
  );
  if (wrong !== undefined) throw usage(`--${wrong} is no option of ${command}`, "preview");
  const progress = (text: string) => void process.stderr.write(text);
  await using context = await openContext({
    directory: given.cwd,
    convexProject: given.project,
    waitMs: durationOf(given.wait ?? "10m", "--wait"),
    say: (sentence) => progress(`${sentence}\n`),
    onOutput: progress,
  });
  const { outcome, text, result } = await run(given, context);
  const exitCode = exitCodes[outcome];
  console.log(given.json ? JSON.stringify({ outcome, exitCode, ...result }, null, 2) : text);
  return exitCode;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { kind, messages } = sorted(error);
  const exitCode = exitCodes[kind];
  console.error(messages.join("\n"));
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify({ outcome: kind, exitCode, messages }, null, 2));
  }
  process.exitCode = exitCode;
}
