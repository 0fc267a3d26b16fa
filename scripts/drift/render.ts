import { styleText } from "node:util";
import { exitCodes, type Outcome, worst } from "../stack/failure.ts";
import type { Finding } from "./check.ts";
import type { Origin, ResourceDifference, Shown } from "./classify.ts";

/** One line of a table: a property, or a whole resource. */
export interface Row {
  resource: string;
  property: string;
  declared: string;
  actual: string;
  changed: string;
}

export const header: Row = {
  resource: "resource",
  property: "property",
  declared: "declared",
  actual: "actual",
  changed: "changed",
};

const origins: Record<Origin, string> = { vendor: "at the vendor", program: "not applied yet" };

/** What a whole resource is, by what `pulumi up` would do with it. */
const whole: Record<string, [declared: string, actual: string]> = {
  create: ["there", "missing"],
  delete: ["absent", "there"],
};

export function rowsOf({ name, operation, origin, properties }: ResourceDifference): Row[] {
  if (properties.length === 0) {
    const [declared, actual] = whole[operation] ?? [operation, ""];
    return [{ resource: name, property: "", declared, actual, changed: origins[origin] }];
  }
  return properties.map((property) => ({
    resource: operation === "replace" ? `${name} (to be replaced)` : name,
    property: plain(property.path),
    declared: textOf(property.declared),
    actual: textOf(property.actual),
    changed: origins[property.origin],
  }));
}

/** A value on one line: what a vendor holds may be of any length and have any character in it. */
export function textOf(value: Shown | undefined): string {
  if (value === undefined) return "(none)";
  return plain(typeof value === "string" ? value : JSON.stringify(value));
}

/** Shows control and formatting characters as escapes, so that none acts on a terminal or a log. */
export function plain(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

const widest = 48;

/** Where people read: the findings, each in a paragraph. Colour only where the stream shows it. */
export function renderText(findings: Finding[], stream: NodeJS.WriteStream): string {
  const paint = (colour: "green" | "yellow" | "red" | "dim", text: string) =>
    styleText(colour, text, { stream });
  return findings
    .map((finding) => {
      if (finding.outcome === "ok") return paint("green", titleOf(finding));
      if (finding.outcome === "failed") {
        const lines = finding.failure.messages.map((message) => `  ${plain(message)}`);
        return [paint("red", titleOf(finding)), ...lines].join("\n");
      }
      const [head, ...rows] = tableOf([header, ...finding.differences.flatMap(rowsOf)]);
      return [
        paint("yellow", titleOf(finding)),
        `  ${paint("dim", head ?? "")}`,
        ...rows.map((row) => `  ${row}`),
      ].join("\n");
    })
    .join("\n\n");
}

/** One line that says how a stack is. */
export function titleOf(finding: Finding): string {
  switch (finding.outcome) {
    case "ok":
      return `${finding.stack}: no drift`;
    case "failed":
      return `${finding.stack}: not checked`;
    case "drift": {
      const { length } = finding.differences;
      return `${finding.stack}: drift in ${length} ${length === 1 ? "resource" : "resources"}`;
    }
  }
}

function tableOf(rows: Row[]): string[] {
  const cells = rows.map((row) => Object.values(row).map(cut));
  const widths = Object.keys(header).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function cut(text: string): string {
  return text.length <= widest ? text : `${text.slice(0, widest - 1)}…`;
}

/** The outcome of a whole run. */
export function outcomeOf(findings: Finding[]): Outcome {
  return worst(
    findings.map((finding) =>
      finding.outcome === "failed" ? finding.failure.kind : finding.outcome,
    ),
  );
}

/** Where programs read: one JSON object. */
export function renderJson(findings: Finding[]): string {
  const outcome = outcomeOf(findings);
  return JSON.stringify({ outcome, exitCode: exitCodes[outcome], stacks: findings }, null, 2);
}
