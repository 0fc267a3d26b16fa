import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { createLocalStack } from "../../../scripts/local/stack.ts";

/** One of several that update a stack, such as a machine of CI. */
export interface Writer extends AsyncDisposable {
  stack: Stack;
  /** Holds up the program of the next update, and with it the lock that the update has by then. */
  hold(): Hold;
}

export interface Hold extends Disposable {
  /** @throws what the update throws, when it fails on the way */
  reached(update: Promise<unknown>): Promise<void>;
  /** Lets the program go on; so does the end of the scope. */
  release(): void;
}

export async function createWriter(
  name: string,
  environment: Record<string, string>,
  declare: () => Record<string, unknown>,
): Promise<Writer> {
  let gate = () => Promise.resolve();
  const program: PulumiFn = async () => {
    await gate();
    return declare();
  };
  const local = await createLocalStack({ name, environment, program });
  return {
    stack: local.stack,
    hold() {
      const reached = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      gate = () => {
        gate = () => Promise.resolve();
        reached.resolve();
        return released.promise;
      };
      return {
        reached: (update) => Promise.race([reached.promise, update.then(() => undefined)]),
        release: released.resolve,
        [Symbol.dispose]: released.resolve,
      };
    },
    [Symbol.asyncDispose]: local.remove,
  };
}
