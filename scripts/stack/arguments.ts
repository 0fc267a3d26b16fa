import { type ParseArgsConfig, parseArgs } from "node:util";
import { ProblemError } from "../../infra/errors.ts";

/**
 * Reads a command line of options only.
 *
 * @param args default: what the process was given
 * @throws {ProblemError} `USAGE`
 */
export function readArguments<T extends NonNullable<ParseArgsConfig["options"]>>(
  options: T,
  script: string,
  args: string[] = process.argv.slice(2),
) {
  try {
    return parseArgs({ args, options, allowPositionals: false }).values;
  } catch (error) {
    // The first sentence names the argument; what follows is about positionals, which there are none of.
    const [problem = ""] = (error as Error).message.split(". ");
    throw usage(problem.replace(/\.$/, ""), script);
  }
}

/** @param problem one sentence without its full stop */
export function usage(problem: string, script: string): ProblemError {
  return new ProblemError(problem, `See npm run ${script} -- --help`, "USAGE");
}
