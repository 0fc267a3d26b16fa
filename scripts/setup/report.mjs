/**
 * A step under way.
 * @typedef {object} Progress
 * @property {(detail: string) => void} update shows how far it is
 * @property {() => void} end takes the progress line away
 */

/**
 * @typedef {object} Report
 * @property {(what: string, version: string, how: string) => void} found one line: which way it went
 * @property {(text: string) => void} note something the person should know
 * @property {(text: string) => Progress} step begins a long step
 */

const everyMs = 250;
const plainEveryMs = 10_000;

/**
 * Writes to a stream: a line redrawn in place on a terminal, a line now and then elsewhere.
 * @param {{ write(text: string): unknown, isTTY?: boolean | undefined }} stream
 * @param {{ quiet?: boolean, env?: Readonly<Record<string, string | undefined>> }} [options]
 *   `quiet` leaves only notes
 * @returns {Report}
 */
export function createReport(stream, { quiet = false, env = process.env } = {}) {
  const terminal = stream.isTTY === true && env.TERM !== "dumb";
  const colour = terminal && !env.NO_COLOR;
  /** @param {string} code @param {string} text */
  const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

  return {
    found(what, version, how) {
      if (quiet) return;
      stream.write(`${paint("32", what.padEnd(14))} ${version.padEnd(9)} ${how}\n`);
    },
    note(text) {
      stream.write(`${paint("33", "note")} ${text}\n`);
    },
    step(text) {
      const started = performance.now();
      let detail = "";
      const line = () =>
        `${text} ${elapsed(performance.now() - started)}${detail === "" ? "" : `, ${detail}`}`;
      if (quiet) return { update() {}, end() {} };
      if (!terminal) stream.write(`${text} …\n`);
      const draw = () => stream.write(terminal ? `\r\u001b[2K${line()}` : `${line()}\n`);
      const timer = setInterval(draw, terminal ? everyMs : plainEveryMs);
      timer.unref();
      return {
        update(now) {
          detail = now;
        },
        end() {
          clearInterval(timer);
          if (terminal) stream.write("\r\u001b[2K");
        },
      };
    },
  };
}

/**
 * @param {number} ms
 * @returns {string} `7s`, `2m05s`
 */
export function elapsed(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s`;
}
