import { readdir, readFile, rm } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import path from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { ProblemError } from "../../infra/errors.ts";
import { isAlive, run } from "../setup/processes.mjs";

/** One run's hold on a stack; source: the CLI's `backend/diy/lock.go`. */
export interface Lock {
  file: string;
  pid: number;
  username: string;
  hostname: string;
  /** When the run took it, ISO 8601. */
  timestamp: string;
}

/** `unknown`: the lock is of another host, and nothing here can tell whether its run lives. */
export type Holder = "living" | "dead" | "unknown";

/**
 * The locks on a stack, or `undefined` when its backend is no folder: what a service, a bucket or a
 * database holds, only the CLI can tell.
 *
 * @throws {ProblemError} `STACK_LOCK_UNREADABLE`
 */
export async function readLocks({ name, workspace }: Stack): Promise<Lock[] | undefined> {
  const { url } = await workspace.whoAmI();
  if (!url?.startsWith("file://")) return undefined;
  const project = (await workspace.projectSettings()).name;
  const stackName = name.split("/").at(-1) ?? name;
  const folder = path.join(
    backendFolder(url, workspace.workDir),
    ".pulumi/locks/organization",
    project,
    stackName,
  );
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const held = files.filter((file) => file.endsWith(".json"));
  const locks = await Promise.all(held.map((file) => readLock(path.join(folder, file))));
  return locks.filter((lock) => lock !== undefined);
}

/** Source: `massageBlobPath` in the CLI's `backend/diy/backend.go`. */
export function backendFolder(url: string, workDir: string): string {
  const [location = ""] = url.slice("file://".length).split("?");
  if (location === "~") return homedir();
  if (location.startsWith("~/")) return path.join(homedir(), location.slice(2));
  return path.resolve(workDir, location);
}

/** `undefined` when it has been given up meanwhile. */
async function readLock(file: string): Promise<Lock | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const lock = { ...(JSON.parse(text) as Omit<Lock, "file">), file };
    if (lock.pid > 0 && lock.hostname !== "" && Date.parse(lock.timestamp) > 0) return lock;
  } catch {}
  throw new ProblemError(
    `The lock ${file} cannot be read, so nothing is known of who holds it`,
    "Make sure that no run is working on the stack, then run pulumi cancel",
    "STACK_LOCK_UNREADABLE",
  );
}

/** Takes a lock away with what the backend's file store keeps beside it. */
export async function removeLock({ file }: Lock): Promise<void> {
  await rm(file, { force: true });
  await rm(`${file}.attrs`, { force: true });
}

/** Whether the run that took a lock can still be working. In doubt it can. */
export async function holderOf(lock: Lock): Promise<Holder> {
  if (lock.hostname !== hostname()) return "unknown";
  if (!isAlive(lock.pid)) return "dead";
  return (await isAnother(lock)) ? "dead" : "living";
}

/** `ps` tells ages in whole seconds. */
const precisionMs = 2_000;

/**
 * Whether the process that has the lock's number now began after the lock was taken. A run of Pulumi
 * counts as the holder even so: the machine's clock may have been put forward since.
 */
async function isAnother({ pid, timestamp }: Lock): Promise<boolean> {
  const args = ["-o", "etime=", "-o", "comm=", "-p", String(pid)];
  const { code, stdout } = await run("ps", args, { env: process.env });
  const [age = "", command = ""] = stdout.trim().split(/\s+/, 2);
  const ageMs = elapsedMs(age);
  if (code !== 0 || ageMs === undefined || path.basename(command) === "pulumi") return false;
  return Date.now() - ageMs - precisionMs > Date.parse(timestamp);
}

/** Reads the form that POSIX gives the age of a process: `[[dd-]hh:]mm:ss`. */
export function elapsedMs(text: string): number | undefined {
  const [, days, hours, minutes, seconds] = /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)$/.exec(text) ?? [];
  if (minutes === undefined || seconds === undefined) return undefined;
  const wholeHours = Number(days ?? 0) * 24 + Number(hours ?? 0);
  return ((wholeHours * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
