/** The inputs of command:local:Command, as the plugin's schema has them. */
import { isObject, type Properties, plain, unknown } from "./values.ts";

export interface CommandInputs {
  create?: string;
  update?: string;
  delete?: string;
  triggers?: unknown[];
  interpreter?: string[];
  dir?: string;
  environment?: Record<string, string>;
  stdin?: string;
  addPreviousOutputInEnv?: boolean;
  logging?: "stdout" | "stderr" | "stdoutAndStderr" | "none";
}

export interface Failure {
  property: string;
  reason: string;
}

const logging = ["stdout", "stderr", "stdoutAndStderr", "none"];
const isText = (value: unknown) => typeof value === "string";
const isTextList = (value: unknown) => Array.isArray(value) && value.every(isText);
const isTextMap = (value: unknown) => isObject(value) && Object.values(value).every(isText);

const kinds: Record<keyof CommandInputs, { is: (value: unknown) => boolean; name: string }> = {
  create: { is: isText, name: "a string" },
  update: { is: isText, name: "a string" },
  delete: { is: isText, name: "a string" },
  triggers: { is: Array.isArray, name: "a list" },
  interpreter: { is: isTextList, name: "a list of strings" },
  dir: { is: isText, name: "a string" },
  environment: { is: isTextMap, name: "a map of strings" },
  stdin: { is: isText, name: "a string" },
  addPreviousOutputInEnv: { is: (value) => typeof value === "boolean", name: "a boolean" },
  logging: {
    is: (value) => typeof value === "string" && logging.includes(value),
    name: `one of ${logging.join(", ")}`,
  },
};

export const inputNames = Object.keys(kinds) as (keyof CommandInputs)[];

/** What the real plugin has and this stand-in does not. */
const refused = ["assetPaths", "archivePaths"];

/** Whatever is wrong with the inputs, each failure naming its property. */
export function checkInputs(news: Properties): Failure[] {
  const failures: Failure[] = [];
  for (const [property, value] of Object.entries(news)) {
    const kind = Object.hasOwn(kinds, property)
      ? kinds[property as keyof CommandInputs]
      : undefined;
    if (refused.includes(property)) {
      failures.push({ property, reason: "not served by the stand-in: install the real plugin" });
    } else if (!kind) {
      failures.push({ property, reason: "not an input of command:local:Command" });
    } else if (plain(value) !== unknown && !hasUnknownInside(value) && !kind.is(plain(value))) {
      failures.push({ property, reason: `must be ${kind.name}` });
    }
  }
  return failures;
}

function hasUnknownInside(value: unknown): boolean {
  const opened = plain(value);
  if (Array.isArray(opened)) return opened.includes(unknown);
  return isObject(opened) && Object.values(opened).includes(unknown);
}

/** Checked inputs with the plugin's one default. */
export function withDefaults(news: Properties): Properties {
  return { addPreviousOutputInEnv: true, ...news };
}

/** The inputs in a bag of properties, secrets opened. */
export function readInputs(properties: Properties): CommandInputs {
  const entries = inputNames
    .filter((name) => properties[name] !== undefined && properties[name] !== null)
    .map((name) => [name, plain(properties[name])]);
  return Object.fromEntries(entries) as CommandInputs;
}
