import { setTimeout as delay } from "node:timers/promises";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { recoverStack } from "../recover/recover.ts";
import { type Failure, failureOf } from "../stack/failure.ts";
import { holderOf, readLocks } from "../stack/locks.ts";
import type { Context } from "./context.ts";

/** A run of the engine failed; with the reasons that it reported before. */
export class EngineFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, cause: unknown) {
    super(failure.messages.join("\n"), { cause });
    this.failure = failure;
  }
}

/** Sorts whatever was thrown. */
export function sorted(error: unknown): Failure {
  return error instanceof EngineFailure ? error.failure : failureOf(error);
}

type Waiting = Pick<Context, "previews" | "waitMs" | "say" | "signal">;

/**
 * Runs the engine on a stack, after waiting for its lock.
 *
 * @throws {EngineFailure}
 */
export function runEngine<T>(
  stack: Stack,
  context: Waiting,
  operation: (onEvent: (event: EngineEvent) => void) => Promise<T>,
): Promise<T> {
  return whenFree(stack, context, async () => {
    const events: EngineEvent[] = [];
    try {
      return await operation((event) => events.push(event));
    } catch (error) {
      throw new EngineFailure(failureOf(error, events), error);
    }
  });
}

const longestPause = 5_000;

/**
 * Does something that needs a stack's lock, and waits while another run holds it. A lock whose run is dead
 * for certain is taken away first.
 *
 * @throws what the last attempt threw, once the time is up
 */
export async function whenFree<T>(
  stack: Stack,
  { previews, waitMs, say, signal }: Waiting,
  attempt: () => Promise<T>,
): Promise<T> {
  const stopAt = Date.now() + waitMs;
  let recovered = false;
  let told = false;
  for (let pause = 500; ; pause = Math.min(longestPause, pause * 2)) {
    try {
      return await attempt();
    } catch (error) {
      const { kind, messages } = sorted(error);
      if (kind !== "interrupted") throw error;
      if (!recovered && (await isAbandoned(stack))) {
        recovered = true;
        const options = { goneHosts: [], folder: previews.directory, signal, say };
        await recoverStack(stack, { ...options, onEvent: () => {} });
        continue;
      }
      const left = stopAt - Date.now();
      if (left <= 0) throw error;
      if (!told) say(messages.join(" "));
      told = true;
      // Two that were refused because of each other must not meet again.
      await delay(Math.min(left, pause * (0.5 + Math.random())), undefined, { signal });
    }
  }
}

async function isAbandoned(stack: Stack): Promise<boolean> {
  const locks = (await readLocks(stack)) ?? [];
  const holders = await Promise.all(locks.map(holderOf));
  return holders.length > 0 && holders.every((holder) => holder === "dead");
}
