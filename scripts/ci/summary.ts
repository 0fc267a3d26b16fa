import { appendFile } from "node:fs/promises";

/** GitHub drops a step's summary whole when it is over 1 MiB. */
const longest = 900 * 1024;

/**
 * Adds a section to the summary of the job that runs, which GitHub shows with the run and links from
 * the pull request. Does nothing outside GitHub.
 *
 * @param output text of a command, shown as it is
 */
export async function addToSummary(title: string, output: string): Promise<void> {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (file) await appendFile(file, section(title, output));
}

/** The section as Markdown; the start of an output that is too long for a summary is left out. */
export function section(title: string, output: string): string {
  const bytes = Buffer.from(output.trim());
  const shown =
    bytes.length > longest ? `…\n${bytes.subarray(bytes.length - longest)}` : bytes.toString();
  const runs = shown.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return `### ${title}\n\n${fence}\n${shown}\n${fence}\n\n`;
}
