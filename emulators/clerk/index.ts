import { idMaker } from "../ids.ts";
import type { RateLimit } from "../rate-limit.ts";
import { type EmulatorServer, serve } from "../server.ts";
import type { SvixEmulator } from "../svix/index.ts";
import { backendApi } from "./backend-api.ts";
import type { InstanceContext } from "./context.ts";
import { type ClerkInstance, type InstanceOptions, startInstance } from "./instance.ts";

export type { ClerkInstance, ClerkUser, InstanceOptions } from "./instance.ts";

export interface ClerkOptions {
  /** Where webhooks are kept and delivered from. */
  svix: SvixEmulator;
  /** One development instance by default. */
  instances?: readonly InstanceOptions[];
  /** In place of Clerk's limits of 100 (development) and 1000 requests in 10 s. */
  rateLimit?: RateLimit | "none";
  /** Milliseconds since the epoch; real time by default. */
  now?: () => number;
}

/** What still exists in all instances, by id. */
export interface ClerkInventory {
  templates: { id: string; name: string; instanceId: string }[];
  users: { id: string; instanceId: string }[];
  svixApps: { id: string; instanceId: string }[];
}

/** A stand-in for Clerk; its URL is that of the Backend API, without `/v1`. */
export interface ClerkEmulator extends EmulatorServer {
  /** The first instance. */
  readonly instance: ClerkInstance;
  readonly instances: readonly ClerkInstance[];
  addInstance(options?: InstanceOptions): Promise<ClerkInstance>;
  inventory(): ClerkInventory;
}

export async function startClerkEmulator(options: ClerkOptions): Promise<ClerkEmulator> {
  const now = options.now ?? Date.now;
  const parts = { svix: options.svix, newId: idMaker("clerk"), now, tick: ticker(now) };
  const contexts: InstanceContext[] = [];
  const instances: ClerkInstance[] = [];

  async function addInstance(instance: InstanceOptions = {}): Promise<ClerkInstance> {
    const { context, handle } = await startInstance(instance, parts);
    contexts.push(context);
    instances.push(handle);
    return handle;
  }

  for (const instance of options.instances ?? [{}]) await addInstance(instance);
  const [first] = instances;
  if (!first) throw new Error("No instance. Leave `instances` out or name one. (CLERK_EMULATOR)");

  const server = await serve(
    backendApi({
      find: (secretKey) => contexts.find(({ instance }) => instance.secretKey === secretKey),
      rateLimit: options.rateLimit,
      now,
    }),
  );
  const closeServer = server.close;
  return Object.assign(server, {
    instance: first,
    instances,
    addInstance,
    inventory: () => inventory(contexts),
    async close(): Promise<void> {
      await Promise.all([
        closeServer(),
        ...instances.map(({ frontendApi }) => frontendApi.close()),
      ]);
    },
  });
}

/** The time, but never the same twice. */
function ticker(now: () => number): () => number {
  let last = 0;
  return () => {
    last = Math.max(now(), last + 1);
    return last;
  };
}

function inventory(contexts: InstanceContext[]): ClerkInventory {
  const all = contexts.map(({ instance }) => instance);
  return {
    templates: all.flatMap((instance) =>
      [...instance.templates.values()].map(({ id, name }) => ({
        id,
        name,
        instanceId: instance.id,
      })),
    ),
    users: all.flatMap((instance) =>
      [...instance.users.keys()].map((id) => ({ id, instanceId: instance.id })),
    ),
    svixApps: all.flatMap(({ svixAppId, id: instanceId }) =>
      svixAppId === undefined ? [] : [{ id: svixAppId, instanceId }],
    ),
  };
}
