import { spawn } from "node:child_process";
import { constants } from "node:os";

const forwarded = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * Runs the command in the foreground: same standard streams, signals passed on.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env its PATH is where `program` is looked for
 * @returns {Promise<number>} the exit code as a shell counts it: 128 and the signal's number when
 *   a signal ended it, 127 when there is no such program
 */
export function runForeground(program, args, env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: "inherit" });
    for (const signal of forwarded) {
      process.on(signal, () => {
        // A terminal sends its interrupt to the whole group; a second one would mean "at once".
        if (signal === "SIGINT" && process.stdin.isTTY) return;
        child.kill(signal);
      });
    }
    child.once("error", (error) => {
      process.stderr.write(`${program}: ${error.message}\n`);
      resolve(127);
    });
    child.once("close", (code, signal) => {
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
