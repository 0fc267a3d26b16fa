import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

const excerptLines = 12;

/**
 * Every executable of a name on a PATH, in its order.
 * @param {string} name
 * @param {string | undefined} path
 * @returns {string[]}
 */
export function onPath(name, path) {
  return (path ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .filter(isExecutable);
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * @typedef {object} Outcome
 * @property {number | undefined} code exit code; undefined when it could not start or was ended
 * @property {string} stdout
 * @property {string} excerpt what both outputs say first and last, for an error message
 */

/**
 * Runs a program to its end without standard input, keeping what it prints.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env: Readonly<Record<string, string | undefined>>, limitMs?: number }} options
 * @returns {Promise<Outcome>}
 */
export function run(program, args, { cwd, env, limitMs }) {
  return new Promise((resolve) => {
    let stdout = "";
    let all = "";
    const child = spawn(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(limitMs === undefined ? {} : { timeout: limitMs, killSignal: "SIGKILL" }),
    });
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      all += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      all += text;
    });
    child.once("error", (error) => resolve({ code: undefined, stdout, excerpt: error.message }));
    child.once("close", (code) =>
      resolve({ code: code ?? undefined, stdout, excerpt: excerpt(all) }),
    );
  });
}

/**
 * The first and the last lines of a text: npm says the reason first, most others last.
 * @param {string} text
 */
export function excerpt(text) {
  const lines = text
    .trim()
    .split("\n")
    .filter((line) => line.trim() !== "");
  if (lines.length <= 2 * excerptLines) return lines.join("\n");
  return [...lines.slice(0, excerptLines), "…", ...lines.slice(-excerptLines)].join("\n");
}
