import { ProblemError } from "../../infra/errors.ts";

/** The CLI's own errors come as text without codes; each pattern is looked for in what it said. */
const known: [RegExp, (said: string) => ProblemError][] = [
  [
    /spawn pulumi ENOENT/,
    () =>
      new ProblemError(
        "The pulumi CLI is not on PATH",
        'Use npm run, or run eval "$(node scripts/setup.mjs)" in this shell first',
        "PULUMI_MISSING",
      ),
  ],
  [
    /currently locked by|Another update is currently in progress/,
    (said) =>
      new ProblemError(
        `Another run holds the stack's lock${heldBy(said)}`,
        "Wait for it to end; if it was killed, run npm run recover with the stack's name",
        "STACK_LOCKED",
      ),
  ],
  [/no stack named/, stackMissing],
  [
    /passphrase/i,
    (said) =>
      new ProblemError(
        `The stack's secrets cannot be opened: ${said}`,
        "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the stack's passphrase",
        "CREDENTIAL_PASSPHRASE",
      ),
  ],
  [
    /PULUMI_ACCESS_TOKEN|access token|unauthori[sz]ed|\[40[13]\]/i,
    (said) =>
      new ProblemError(
        `The backend does not let this run in: ${said}`,
        "Run pulumi login, or set PULUMI_ACCESS_TOKEN or the bucket's credentials",
        "BACKEND_CREDENTIALS",
      ),
  ],
  [
    /dial tcp|no such host|connection refused|i\/o timeout|TLS handshake/,
    (said) =>
      new ProblemError(
        `The backend cannot be reached: ${said}`,
        "Check the network and the backend's address (PULUMI_BACKEND_URL), then run again",
        "BACKEND_UNREACHABLE",
      ),
  ],
];

/** Makes of what the CLI printed, or of the Automation API's account of it, an error for people. */
export function problemOf(text: string): ProblemError {
  const errors = [...new Set(text.match(/^error: .*(?:\n {2}.*)*/gm))];
  const lines = errors.map((line) => oneLine(line.replace(/^error: /, "")));
  const said = lines.join("; ").replace(/[.\s]+$/, "");
  const [, make] = known.find(([pattern]) => pattern.test(said || text)) ?? [];
  if (make) return make(said);
  return new ProblemError(
    `Pulumi failed: ${said || oneLine(text).replace(/[.\s]+$/, "") || "it did not say why"}`,
    "Mend what it names and run again",
    "PULUMI_FAILED",
  );
}

/** @param why one clause, such as `no stack named 'dev' found` */
export function stackMissing(why: string): ProblemError {
  return new ProblemError(
    `There is no such stack: ${why}`,
    "See pulumi stack ls, and that PULUMI_BACKEND_URL is the backend that holds it",
    "STACK_MISSING",
  );
}

export function oneLine(text: string): string {
  return text
    .trim()
    .split(/\s*\n\s*/)
    .join(" ");
}

function heldBy(said: string): string {
  const holders = [...said.matchAll(/created by (\S+ \(pid \d+\) at \S+)/g)].map(([, who]) => who);
  return holders.length === 0 ? "" : ` (${holders.join(", ")})`;
}
