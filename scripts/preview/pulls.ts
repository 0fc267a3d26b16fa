import { readFile } from "node:fs/promises";
import { ProblemError } from "../../infra/errors.ts";
import { run } from "../setup/processes.mjs";
import { usage } from "../stack/arguments.ts";
import type { Pulls } from "./decide.ts";

/** Label of a pull request whose preview stays. */
export const keepLabel = "keep-preview";

/** More than a repository has open; a list of this length may have been cut, and then nothing is certain. */
const most = 1000;

/** One entry of a list: a number, a preview's name, or what `gh pr list --json` gives. */
type Entry = string | number | Pull;
interface Pull {
  number?: number;
  name?: string;
  state?: string;
  labels?: (string | { name?: string })[];
}

/**
 * Asks GitHub for the pull requests of the repository in the working directory. Only previews named
 * `pr-<number>` are theirs; of others this knows nothing.
 *
 * @throws {ProblemError} `PULLS_UNAVAILABLE`
 */
export async function pullsFromGitHub(directory: string): Promise<Pulls> {
  const [open, kept] = await Promise.all([
    listPulls(directory, ["--state", "open"]),
    listPulls(directory, ["--state", "all", "--label", keepLabel]),
  ]);
  const known = pullsOf([...open, ...kept]);
  return {
    isOpen: (name) => (/^pr-\d+$/.test(name) ? known.isOpen(name) : undefined),
    keeps: known.keeps,
  };
}

/**
 * Reads a list of everything that is open: JSON, or one number or name a line. What is not in it is closed.
 *
 * @throws {ProblemError} `USAGE`
 */
export async function pullsFromFile(file: string): Promise<Pulls> {
  const text = await readFile(file, "utf8").catch(() => {
    throw usage(`The list of open pull requests ${file} cannot be read`, "preview");
  });
  // An empty file is what a failed command leaves, and would have every preview taken away.
  if (text.trim() === "") {
    throw usage(`The list ${file} is empty; where none is open, write [] into it`, "preview");
  }
  return pullsOf(/^\s*[[{]/.test(text) ? jsonEntries(text, file) : lines(text));
}

export function pullsOf(entries: Entry[]): Pulls {
  const pulls = entries.map(pullOf);
  const open = new Set(pulls.filter((pull) => pull.open).map(({ name }) => name));
  const kept = new Set(pulls.filter((pull) => pull.keep).map(({ name }) => name));
  return { isOpen: (name) => open.has(name), keeps: (name) => kept.has(name) };
}

function pullOf(entry: Entry): { name: string; open: boolean; keep: boolean } {
  if (typeof entry !== "object") return { name: nameOf(entry), open: true, keep: false };
  const { number, name, state = "OPEN", labels = [] } = entry;
  return {
    name: nameOf(number ?? name ?? ""),
    open: state.toUpperCase() === "OPEN",
    keep: labels.some((label) => (typeof label === "string" ? label : label.name) === keepLabel),
  };
}

function nameOf(entry: string | number): string {
  return /^\d+$/.test(String(entry)) ? `pr-${entry}` : String(entry);
}

function lines(text: string): string[] {
  return text.split("\n").flatMap((line) => line.trim().replace(/^#/, "") || []);
}

function jsonEntries(text: string, file: string): Entry[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.every(isEntry)) return parsed;
  } catch {}
  throw usage(`The list ${file} is no JSON array of numbers, names or pull requests`, "preview");
}

function isEntry(entry: unknown): entry is Entry {
  if (typeof entry === "number" || typeof entry === "string") return true;
  if (typeof entry !== "object" || entry === null) return false;
  const { number, name, state, labels = [] } = entry as Record<string, unknown>;
  const named = typeof number === "number" || (typeof name === "string" && name !== "");
  return named && (state === undefined || typeof state === "string") && Array.isArray(labels);
}

async function listPulls(directory: string, filter: string[]): Promise<Pull[]> {
  const args = ["pr", "list", "--json", "number,labels,state", "--limit", String(most), ...filter];
  const { code, stdout, excerpt } = await run("gh", args, { cwd: directory, env: process.env });
  const pulls = code === 0 ? (JSON.parse(stdout) as Pull[]) : undefined;
  if (pulls && pulls.length < most) return pulls;
  throw new ProblemError(
    pulls
      ? `gh lists ${most} pull requests or more, so that some may be missing`
      : `gh could not list the pull requests: ${excerpt
          .trim()
          .split(/\s*\n\s*/)
          .join(" ")
          .replace(/[.\s]+$/, "")}`,
    "Run gh auth status in the repository's folder, or give --open-prs a file",
    "PULLS_UNAVAILABLE",
  );
}
