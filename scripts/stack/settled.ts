import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { ProblemError } from "../../infra/errors.ts";
import { type Holder, holderOf, type Lock, readLocks } from "./locks.ts";
import { exportState } from "./state.ts";

/**
 * Refuses a stack whose state is not the last word: a run is changing it, or was killed while it did.
 *
 * @throws {ProblemError} `STACK_LOCKED`, `STACK_INTERRUPTED`, and those of {@link exportState}
 */
export async function requireSettled(stack: Stack): Promise<void> {
  for (const lock of (await readLocks(stack)) ?? []) {
    const holder = await holderOf(lock);
    if (holder === "dead") throw interrupted(stack, `it left its lock (${describeLock(lock)})`);
    throw lockedBy(stack, lock, holder);
  }
  const { deployment } = await exportState(stack);
  const pending = deployment.pending_operations?.length ?? 0;
  if (pending > 0) throw interrupted(stack, `it left ${pending} unfinished operations`);
}

/** The refusal of a stack whose lock may not be taken away. */
export function lockedBy(stack: Stack, lock: Lock, holder: Holder): ProblemError {
  return new ProblemError(
    `Stack ${stack.name} is locked by a run (${describeLock(lock)})`,
    holder === "living"
      ? "Wait for it to end, then run again"
      : `Wait for it to end; if that host is gone, run ${recoverCommand(stack)} --lock-host-is-gone ${lock.hostname}`,
    "STACK_LOCKED",
  );
}

/** `user@host, pid 1234, since 2026-01-02T03:04:05Z` */
export function describeLock({ username, hostname, pid, timestamp }: Lock): string {
  return `${username}@${hostname}, pid ${pid}, since ${timestamp.replace(/\.\d+/, "")}`;
}

function recoverCommand({ name }: Stack): string {
  return `npm run recover -- --stack ${name}`;
}

function interrupted(stack: Stack, what: string): ProblemError {
  return new ProblemError(
    `A run on stack ${stack.name} was killed: ${what}`,
    `Run ${recoverCommand(stack)}, then pulumi up`,
    "STACK_INTERRUPTED",
  );
}
