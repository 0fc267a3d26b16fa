import { ProblemError } from "./errors.ts";
import { builtInVariables, variableLimits } from "./vendor-rules.ts";

/** What Convex would refuse of one environment variable. Never repeats its value. */
export function problemsOfVariable(name: string, value: unknown): ProblemError[] {
  const problems: ProblemError[] = [];
  const { nameLength, valueBytes } = variableLimits;
  if (!/^[A-Za-z_]\w*$/.test(name) || name.length > nameLength) {
    problems.push(
      new ProblemError(
        `${name} is no name of a variable`,
        `Use a letter or underscore, then letters, digits and underscores, at most ${nameLength}`,
        "VARIABLE_NAME",
      ),
    );
  }
  if (builtInVariables.includes(name)) {
    problems.push(
      new ProblemError(`Convex sets ${name} itself`, "Leave it out", "VARIABLE_BUILT_IN"),
    );
  }
  if (typeof value === "string" && Buffer.byteLength(value) > valueBytes) {
    problems.push(
      new ProblemError(
        `The value of ${name} is longer than ${valueBytes} bytes`,
        "Shorten it, or keep it in a table or file storage",
        "VARIABLE_SIZE",
      ),
    );
  }
  return problems;
}

/**
 * What Convex would refuse of a deployment's variables taken together. Values that are not known count
 * nothing.
 *
 * @param holder who has them, as the sentence's subject with its verb: `The program declares`
 */
export function problemsTogether(
  variables: Iterable<readonly [string, unknown]>,
  holder: string,
): ProblemError[] {
  const entries = [...variables];
  const bytes = entries.reduce(
    (sum, [name, value]) =>
      sum + Buffer.byteLength(name) + (typeof value === "string" ? Buffer.byteLength(value) : 0),
    0,
  );
  const { count, totalBytes } = variableLimits;
  const problems: ProblemError[] = [];
  if (entries.length > count) {
    problems.push(
      new ProblemError(
        `${holder} ${entries.length} variables, and a deployment takes ${count}`,
        "Leave some out, or put several values into one",
        "VARIABLE_COUNT",
      ),
    );
  }
  if (bytes > totalBytes) {
    problems.push(
      new ProblemError(
        `${holder} ${bytes} bytes of variables, names and values, and a deployment takes ${totalBytes}`,
        "Shorten them, or keep what is large in a table or file storage",
        "VARIABLE_TOTAL",
      ),
    );
  }
  return problems;
}
