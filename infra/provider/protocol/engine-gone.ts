import { fstatSync } from "node:fs";

/**
 * Calls back when the engine that started this process is gone. One that was killed cannot ask its
 * plugins to end, and what they did afterwards would never be in the state. The engine holds the other
 * end of standard input, which closes with it; a process started by hand has no engine there.
 */
export function whenEngineIsGone(end: () => void): void {
  const input = fstatSync(process.stdin.fd);
  if (input.isFIFO() || input.isSocket()) process.stdin.resume().once("end", end);
}
