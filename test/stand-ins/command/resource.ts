/** What the plugin does with one command:local:Command, without a word of the wire protocol. */
import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { inputNames, readInputs } from "./inputs.ts";
import { type Output, runCommand } from "./run.ts";
import { holdsSecret, holdsUnknown, type Properties, plain, secret, unknown } from "./values.ts";

/** Passes a line the command printed on to whoever watches. */
export type Log = (line: string) => void;

export interface Change {
  property: string;
  kind: "add" | "delete" | "update";
  /** A trigger replaces the resource; any other input updates it. */
  replace: boolean;
}

/** The inputs that differ. One that became secret differs: its old plain value is in the state. */
export function changes(olds: Properties, news: Properties): Change[] {
  return inputNames
    .filter((property) => !isDeepStrictEqual(olds[property], news[property]))
    .map((property) => ({
      property,
      kind:
        olds[property] === undefined ? "add" : news[property] === undefined ? "delete" : "update",
      replace: property === "triggers",
    }));
}

/** Runs the create command, if there is one. */
export async function create(
  name: string,
  news: Properties,
  log: Log,
  signal: AbortSignal,
): Promise<{ id: string; properties: Properties }> {
  const inputs = readInputs(news);
  const nothing = { stdout: "", stderr: "" };
  const output =
    inputs.create === undefined
      ? nothing
      : await runCommand(inputs.create, inputs, nothing, { log, signal });
  return { id: name + randomBytes(4).toString("hex"), properties: state(news, output) };
}

/** Runs the update command, or the create command where there is none. */
export async function update(
  olds: Properties,
  news: Properties,
  log: Log,
  signal: AbortSignal,
): Promise<Properties> {
  const inputs = readInputs(news);
  const command = inputs.update ?? inputs.create;
  const previous = readOutput(olds);
  const output =
    command === undefined ? previous : await runCommand(command, inputs, previous, { log, signal });
  return state(news, output);
}

/** Runs the delete command, if there is one. */
export async function remove(properties: Properties, log: Log, signal: AbortSignal): Promise<void> {
  const inputs = readInputs(properties);
  if (inputs.delete === undefined) return;
  await runCommand(inputs.delete, inputs, readOutput(properties), { log, signal });
}

/** What a preview can say: the inputs, and outputs nobody knows yet. */
export function foreseen(news: Properties): Properties {
  return state(news, { stdout: unknown, stderr: unknown });
}

/** Every output depends on every input, so one secret input makes both outputs secret. */
function state(news: Properties, { stdout, stderr }: Record<keyof Output, unknown>): Properties {
  const wrap = holdsSecret(news) ? secret : (value: unknown) => value;
  return { ...news, stdout: wrap(stdout), stderr: wrap(stderr) };
}

function readOutput(properties: Properties): Output {
  const { stdout, stderr } = properties;
  if (holdsUnknown(stdout) || holdsUnknown(stderr)) return { stdout: "", stderr: "" };
  return { stdout: String(plain(stdout ?? "")), stderr: String(plain(stderr ?? "")) };
}
