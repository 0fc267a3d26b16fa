import { CommandError, type EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { ProblemError } from "../../infra/errors.ts";
import { oneLine, problemOf } from "./cli-errors.ts";

/**
 * Exit codes of the scripts that work on stacks; stable. 0 to 7 mean what they mean in the Pulumi CLI,
 * source: its `exit_codes.go`.
 */
export const exitCodes = {
  ok: 0,
  other: 1,
  usage: 2,
  credentials: 3,
  stackMissing: 6,
  drift: 7,
  unreachable: 10,
  interrupted: 11,
  bundle: 12,
  remains: 13,
  expiring: 14,
} as const;

export type Outcome = keyof typeof exitCodes;
export type FailureKind = Exclude<Outcome, "ok" | "drift" | "remains" | "expiring">;

/** Why a stack could not be worked on. */
export interface Failure {
  kind: FailureKind;
  /** Each a problem, a remedy and a stable code; at least one. */
  messages: string[];
}

/** Worst first: what stays until a person acts comes before what another run may not meet. */
const severity: Outcome[] = [
  "other",
  "usage",
  "bundle",
  "stackMissing",
  "credentials",
  "interrupted",
  "unreachable",
  "remains",
  "expiring",
  "drift",
];

/** The outcome that stands for several: any error before drift, and drift before nothing. */
export function worst<T extends Outcome>(outcomes: T[]): T | "ok" {
  return (severity as T[]).find((outcome) => outcomes.includes(outcome)) ?? "ok";
}

const kinds: [RegExp, FailureKind][] = [
  [/^(USAGE|PROJECT_MISSING)$/, "usage"],
  [/^STACK_MISSING$/, "stackMissing"],
  [/^STACK_(LOCKED|LOCK_UNREADABLE|INTERRUPTED)$/, "interrupted"],
  [/^CONVEX_BUNDLE_FAILED$/, "bundle"],
  [/^CREDENTIAL_|^BACKEND_CREDENTIALS$|_(UNAUTHORIZED|FORBIDDEN)$/, "credentials"],
  [/^CLERK_(PUBLISHABLE_KEY_\w+|INSTANCE_KIND|WRONG_INSTANCE)$/, "credentials"],
  [/^CONVEX_(KEY_\w+|TOKEN_SCOPE|TARGET_AMBIGUOUS|WRONG_DEPLOYMENT)$/, "credentials"],
  [/^CONVEX_DEPLOYMENT_TYPE$/, "credentials"],
  [/_(RATE_LIMITED|UNAVAILABLE|UNREACHABLE|TIMEOUT|MALFORMED)$/, "unreachable"],
];

/** What a message's stable code, in brackets at its end, says of the kind of failure. */
export function kindOf(message: string): FailureKind {
  const code = /\[([A-Z][A-Z0-9_]+)\]\s*$/.exec(message)?.[1] ?? "";
  return kinds.find(([pattern]) => pattern.test(code))?.[1] ?? "other";
}

/**
 * Sorts a failure by its kind; of several reasons the worst gives it.
 *
 * @param error what was thrown, by this project or by the Automation API
 * @param events what the engine reported before that
 */
export function failureOf(error: unknown, events: EngineEvent[] = []): Failure {
  const messages = messagesOf(error, errorsIn(events));
  const kind = worst(messages.map(kindOf));
  return { kind: kind === "ok" ? "other" : kind, messages };
}

function messagesOf(error: unknown, diagnostics: string[]): string[] {
  if (error instanceof ProblemError) return [error.message];
  // The engine closes with "preview failed", which says nothing once a reason was given.
  const reasons = diagnostics
    .map((text) => oneLine(text).replace(/^(Preview|Update|Refresh) failed: /, ""))
    .filter((line) => !/^(preview|update|refresh) failed$/.test(line));
  if (reasons.length > 0) return [...new Set(reasons)];
  if (error instanceof CommandError) return [problemOf(error.message).message];
  const text = error instanceof Error ? error.message : String(error);
  return [
    new ProblemError(
      `The script failed unexpectedly: ${oneLine(text).replace(/[.\s]+$/, "")}`,
      "Report this with the command that led to it",
      "INTERNAL",
    ).message,
  ];
}

/** Errors only: the engine's debug messages hold secrets in the clear. */
function errorsIn(events: EngineEvent[]): string[] {
  return events.flatMap(({ diagnosticEvent: diagnostic }) =>
    diagnostic?.severity === "error" ? [diagnostic.message] : [],
  );
}
