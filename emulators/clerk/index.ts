import { Hono } from "hono";
import { idMaker } from "../ids.ts";
import type { RateLimit } from "../rate-limit.ts";
import { type EmulatorServer, serve } from "../server.ts";
import type { SvixEmulator } from "../svix/index.ts";
import { backendApi } from "./backend-api.ts";
import type { InstanceContext } from "./context.ts";
import { type ClerkInstance, type InstanceOptions, startInstance } from "./instance.ts";
import { platformApi } from "./platform/api.ts";
import { Applications } from "./platform/applications.ts";

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

/** What still exists in all instances, and the applications made through the Platform API, by id. */
export interface ClerkInventory {
  applications: { id: string; name: string }[];
  templates: { id: string; name: string; instanceId: string }[];
  users: { id: string; instanceId: string }[];
  svixApps: { id: string; instanceId: string }[];
}

/** A stand-in for Clerk; its URL is that of the Backend and Platform API, without `/v1`. */
export interface ClerkEmulator extends EmulatorServer {
  /** The first instance. */
  readonly instance: ClerkInstance;
  /** All that there are now, those of applications too. */
  readonly instances: readonly ClerkInstance[];
  /** Opens the Platform API, `ak_…`. */
  readonly platformKey: string;
  addInstance(options?: InstanceOptions): Promise<ClerkInstance>;
  inventory(): ClerkInventory;
}

export async function startClerkEmulator(options: ClerkOptions): Promise<ClerkEmulator> {
  const now = options.now ?? Date.now;
  const parts = { svix: options.svix, newId: idMaker("clerk"), now, tick: ticker(now) };
  const contexts: InstanceContext[] = [];
  const instances: ClerkInstance[] = [];

  async function start(instance: InstanceOptions) {
    const started = await startInstance(instance, parts);
    contexts.push(started.context);
    instances.push(started.handle);
    return started;
  }

  async function endInstance(id: string): Promise<void> {
    const index = instances.findIndex((instance) => instance.id === id);
    const [context] = contexts.splice(index, 1);
    const [handle] = instances.splice(index, 1);
    if (context?.instance.svixAppId) options.svix.deleteApp(context.instance.svixAppId);
    await handle?.frontendApi.close();
  }

  const applications = new Applications({
    ...{ endInstance, newId: parts.newId, now },
    startInstance: async (instance) => (await start(instance)).context.instance,
  });

  for (const instance of options.instances ?? [{}]) await start(instance);
  const [first] = instances;
  if (!first) throw new Error("No instance. Leave `instances` out or name one. (CLERK_EMULATOR)");

  const backend = backendApi({
    find: (secretKey) => contexts.find(({ instance }) => instance.secretKey === secretKey),
    rateLimit: options.rateLimit,
    now,
  });
  const server = await serve(new Hono().route("/", platformApi(applications)).route("/", backend));
  const closeServer = server.close;
  return Object.assign(server, {
    instance: first,
    instances,
    platformKey: applications.key,
    addInstance: async (instance: InstanceOptions = {}) => (await start(instance)).handle,
    inventory: () => ({
      applications: applications.all.map(({ id, name }) => ({ id, name })),
      ...inventory(contexts),
    }),
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

function inventory(contexts: InstanceContext[]): Omit<ClerkInventory, "applications"> {
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
