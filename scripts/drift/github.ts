import type { Finding } from "./check.ts";
import { header, plain, type Row, rowsOf, titleOf } from "./render.ts";

/*
 * What GitHub Actions shows of a run.
 * Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */

/** GitHub keeps ten annotations of a kind for each step, so there is one for a resource, not a property. */
export function annotations(findings: Finding[]): string[] {
  return findings.flatMap((finding) => {
    if (finding.outcome === "ok") return [];
    if (finding.outcome === "failed") {
      return finding.failure.messages.map((message) =>
        command("error", titleOf(finding), plain(message)),
      );
    }
    return finding.differences.map((difference) =>
      command(
        "warning",
        `Drift in ${finding.stack}: ${difference.name}`,
        rowsOf(difference).map(sentence).join("\n"),
      ),
    );
  });
}

function sentence({ property, declared, actual, changed }: Row): string {
  return `${property || "resource"}: declared ${declared}, actual ${actual} (${changed})`;
}

function command(level: "warning" | "error", title: string, message: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** The job's summary, in Markdown. */
export function summary(findings: Finding[]): string {
  const parts = findings.map((finding) => {
    const title = `### ${escapeCell(titleOf(finding))}`;
    if (finding.outcome === "ok") return title;
    if (finding.outcome === "failed") {
      const list = finding.failure.messages.map((message) => `- ${escapeCell(plain(message))}`);
      return [title, "", ...list].join("\n");
    }
    const rows = [header, ...finding.differences.flatMap(rowsOf)].map(
      (row) => `| ${Object.values(row).map(escapeCell).join(" | ")} |`,
    );
    const [head, ...body] = rows;
    const rule = `|${" --- |".repeat(Object.keys(header).length)}`;
    return [title, "", head, rule, ...body].join("\n");
  });
  return `## Drift\n\n${parts.join("\n\n")}\n`;
}

const longest = 200;

/** Text that is neither Markdown nor HTML, whatever a vendor holds. */
function escapeCell(text: string): string {
  const short = text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
  return short.replace(/[\\`*_{}[\]<>()#!|&~$@]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Output between the two lines is never taken for a command, whatever a vendor holds.
 *
 * @param token unguessable
 */
export function withoutCommands(text: string, token: string): string {
  return `::stop-commands::${token}\n${text}\n::${token}::`;
}
