import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { ProblemError } from "../../infra/errors.ts";
import { holderOf, type Lock, readLocks, removeLock } from "../stack/locks.ts";
import { describeLock, lockedBy } from "../stack/settled.ts";
import {
  type ExportedState,
  exportState,
  type PendingOperation,
  type StateResource,
} from "../stack/state.ts";
import { finders, vendorsOf } from "./finders.ts";
import { type Decision, decide } from "./pending.ts";

export interface RecoveryOptions {
  /** Hosts of which the person says that no run of theirs can live. */
  goneHosts: string[];
  /** Where the state is put aside. Default: the folder that the stack's project is in. */
  folder?: string;
  signal: AbortSignal;
  /** Told of each step, one sentence at a time. */
  say(sentence: string): void;
  onEvent(event: EngineEvent): void;
}

/**
 * Frees a stack from a run that was killed: takes its lock away and settles what it had begun. Everything
 * is looked at before anything is changed, and the state is put aside first.
 *
 * @returns whether there was anything to do
 * @throws {ProblemError} `STACK_LOCKED` when the holder lives or may live; nothing is changed then
 */
export async function recoverStack(stack: Stack, options: RecoveryOptions): Promise<boolean> {
  const { goneHosts, signal, say, onEvent } = options;
  const locks = (await readLocks(stack)) ?? [];
  for (const lock of locks) await requireGone(stack, lock, goneHosts);
  const state = await exportState(stack);
  const pending = state.deployment.pending_operations ?? [];
  if (locks.length === 0 && pending.length === 0) return false;

  const began = locks.length === 0 ? undefined : Math.min(...locks.map(takenAt));
  const decisions = await decideAll(stack, pending, began, signal);
  say(`The state as it was found is kept in ${await putAside(stack, state, options.folder)}.`);
  for (const lock of locks) {
    // Not by pulumi cancel, which takes away whatever lock is there by then.
    await removeLock(lock);
    say(`Took away the lock of ${describeLock(lock)}.`);
  }
  if (pending.length > 0) await settle(stack, state, decisions, onEvent);
  for (const { operation, explanation } of decisions) {
    const name = operation.resource.urn.split("::").at(-1);
    say(`${name}, killed while ${operation.type}: ${explanation}.`);
  }
  return true;
}

async function requireGone(stack: Stack, lock: Lock, goneHosts: string[]): Promise<void> {
  const holder = await holderOf(lock);
  if (holder === "living" || (holder === "unknown" && !goneHosts.includes(lock.hostname))) {
    throw lockedBy(stack, lock, holder);
  }
}

function takenAt({ timestamp }: Lock): number {
  return Date.parse(timestamp);
}

async function decideAll(
  stack: Stack,
  operations: PendingOperation[],
  began: number | undefined,
  signal: AbortSignal,
): Promise<Decision[]> {
  const finderOf = ({ type, resource }: PendingOperation) =>
    type === "creating" ? finders[resource.type] : undefined;
  const vendors = operations.some(finderOf) ? await vendorsOf(stack, signal) : undefined;
  return Promise.all(
    operations.map((operation) =>
      decide(operation, vendors && finderOf(operation)?.(vendors), began),
    ),
  );
}

async function putAside(
  { name, workspace }: Stack,
  state: ExportedState,
  parent = workspace.workDir,
): Promise<string> {
  const folder = path.join(parent, ".pulumi-recovery");
  const time = new Date().toISOString().replaceAll(":", "-");
  const file = path.join(folder, `${name.replaceAll("/", "-")}-${time}.json`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify(state, null, 2), { mode: 0o600, flag: "wx" });
  return file;
}

/** The import clears whatever is pending, and the engine itself keeps other runs out meanwhile. */
async function settle(
  stack: Stack,
  state: ExportedState,
  decisions: Decision[],
  onEvent: (event: EngineEvent) => void,
): Promise<void> {
  // Without its lock, another run may have begun and ended: what it wrote must not be overwritten.
  if (!isDeepStrictEqual(await exportState(stack), state)) throw overtaken(stack);
  const made = decisions.flatMap(({ operation, id }): StateResource[] =>
    id === undefined ? [] : [{ ...operation.resource, id }],
  );
  const resources = [...(state.deployment.resources ?? []), ...made];
  const deployment = { ...state.deployment, resources, pending_operations: [] };
  await stack.importStack({ ...state, deployment });
  // What the vendor gave them is not in the state yet.
  if (made.length > 0) await stack.refresh({ target: made.map(({ urn }) => urn), onEvent });
}

function overtaken({ name }: Stack): ProblemError {
  return new ProblemError(
    `Another run has worked on stack ${name} since the killed one`,
    "Wait for it to end, then run this again",
    "STACK_LOCKED",
  );
}
