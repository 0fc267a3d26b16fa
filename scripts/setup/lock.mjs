import { link, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "./processes.mjs";

const beatMs = 2_000;
const staleMs = 15_000;
const retryMs = 200;

/**
 * Runs `body` while no other process holds the same lock file. A holder that died is noticed
 * by its process id, or by its missing heartbeat where ids mean nothing (another container).
 * @template T
 * @param {string} file in a folder that exists
 * @param {() => Promise<T>} body
 * @param {(holder: string) => void} [waiting] called once when another holds it
 * @returns {Promise<T>}
 */
export async function withLock(file, body, waiting) {
  let told = false;
  while (!(await take(file))) {
    if (await isStale(file)) {
      await discard(file);
      continue;
    }
    if (!told) waiting?.(await readFile(file, "utf8").catch(() => "another process"));
    told = true;
    await delay(retryMs);
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, beatMs);
  beat.unref();
  try {
    return await body();
  } finally {
    clearInterval(beat);
    await rm(file, { force: true });
  }
}

/** @param {string} file */
async function take(file) {
  try {
    const handle = await open(file, "wx");
    await handle.writeFile(`${hostname()} ${process.pid}`);
    await handle.close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** @param {string} file */
async function isStale(file) {
  try {
    if (Date.now() - (await stat(file)).mtimeMs > staleMs) return true;
    const [host, pid] = (await readFile(file, "utf8")).split(" ");
    return host === hostname() && pid !== undefined && !isAlive(Number(pid));
  } catch {
    return false;
  }
}

/**
 * Two waiters may both see a dead lock, and the second would take away the first one's new
 * lock; so what was taken away is looked at again and put back if it lives.
 * @param {string} file
 */
async function discard(file) {
  const aside = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if (!(await isStale(aside))) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}
