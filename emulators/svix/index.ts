import { type RealTime, VendorClock } from "../clock.ts";
import type { RateLimit } from "../rate-limit.ts";
import { type EmulatorServer, serve } from "../server.ts";
import { svixApi } from "./api.ts";
import { ALL_CAPABILITIES, type Capability } from "./auth.ts";
import { Dispatcher } from "./dispatcher.ts";
import { CLERK_EVENT_TYPES } from "./event-types.ts";
import { createMessage } from "./messages.ts";
import { type Outcome, post } from "./post.ts";
import { RESPONSE_TIMEOUT } from "./retry-schedule.ts";
import { validSecrets } from "./secret.ts";
import type { App, Attempt, Endpoint, Message } from "./state.ts";
import { Store } from "./store.ts";

export type { RealTime } from "../clock.ts";
export type { Capability } from "./auth.ts";
export type { Outcome } from "./post.ts";
export { RETRY_SCHEDULE } from "./retry-schedule.ts";
export type { Attempt } from "./state.ts";

export interface SvixOptions {
  /** Event types of the environment; Clerk's by default. */
  eventTypes?: readonly string[];
  /** What one-time tokens give the right to; everything by default. */
  capabilities?: readonly Capability[];
  /** Requests per token; none are refused by default. */
  rateLimit?: RateLimit;
  /** Lets retries happen by themselves. By default they wait for {@link SvixEmulator.advance}. */
  realTime?: RealTime;
  /** How long an endpoint may take to answer, in real milliseconds; Svix's 15 000 by default. */
  responseTimeoutMs?: number;
}

/** What still exists, by id. */
export interface SvixInventory {
  apps: { id: string; uid: string | null }[];
  endpoints: { id: string; uid: string | null; appId: string; url: string }[];
}

/** A delivery made outside the log, to repeat, reorder or forge one. */
export interface RawDelivery {
  endpointId: string;
  /** `svix-id`; that of an earlier message to repeat it. */
  messageId: string;
  /** Sent as it is when a string. */
  payload: unknown;
  /** Defaults to now. */
  timestamp?: Date;
  /** Signs in place of the endpoint's own. */
  secret?: string;
}

/** A stand-in for the Svix environment Clerk runs its webhooks in. */
export interface SvixEmulator extends EmulatorServer {
  /** The environment's API key. */
  readonly token: string;
  createApp(name: string, uid?: string): { id: string };
  /** Deletes an app with its endpoints; returns false when there is none. */
  deleteApp(appId: string): boolean;
  /** A token as in a dashboard link, to be exchanged once. */
  oneTimeToken(appId: string): string;
  /** Sends a message to an app's endpoints; returns its id. */
  send(appId: string, message: { eventType: string; payload: object; eventId?: string }): string;
  /** The log of attempts over all apps, oldest first. */
  attempts(): readonly Attempt[];
  /** Milliseconds since the epoch on the emulator's own clock. */
  now(): number;
  /** Moves that clock on, making on the way the attempts that fall due, and waits for them. */
  advance(ms: number): Promise<void>;
  /** Resolves once no attempt is under way. */
  settled(): Promise<void>;
  deliverRaw(delivery: RawDelivery): Promise<Outcome>;
  inventory(): SvixInventory;
}

export async function startSvixEmulator(options: SvixOptions = {}): Promise<SvixEmulator> {
  const clock = new VendorClock(options.realTime);
  const timeoutMs = options.responseTimeoutMs ?? RESPONSE_TIMEOUT;
  const store = new Store(
    clock,
    options.eventTypes ?? CLERK_EVENT_TYPES,
    options.capabilities ?? ALL_CAPABILITIES,
  );
  const dispatcher = new Dispatcher(store, timeoutMs);
  const server = await serve(svixApi({ store, dispatcher }, options.rateLimit));
  const closeServer = server.close;

  return Object.assign(server, {
    token: store.tokens.environment,
    createApp: (name: string, uid?: string): App =>
      store.createApp({ name, uid: uid ?? null, throttleRate: null, metadata: {} }),
    deleteApp(appId: string): boolean {
      const app = store.apps.get(appId);
      if (app) store.deleteApp(app);
      return app !== undefined;
    },
    oneTimeToken: (appId: string) =>
      store.tokens.issueOneTime(store.app(appId).id, store.capabilities),
    send: (appId: string, message: object): string =>
      createMessage(store, dispatcher, store.app(appId), { ...message }).id,
    attempts: () => [...store.apps.values()].flatMap((app) => app.attempts),
    now: () => clock.now(),
    async advance(ms: number): Promise<void> {
      await dispatcher.settled();
      await clock.advance(ms);
    },
    settled: () => dispatcher.settled(),
    deliverRaw: (delivery: RawDelivery) => deliverRaw(store, delivery, timeoutMs),
    inventory: () => inventory(store),
    async close(): Promise<void> {
      clock.stop();
      await closeServer();
    },
  });
}

function deliverRaw(store: Store, delivery: RawDelivery, timeoutMs: number): Promise<Outcome> {
  const { endpointId, messageId, payload, timestamp, secret } = delivery;
  const endpoint = [...store.apps.values()]
    .map((app): Endpoint | undefined => app.endpoints.get(endpointId))
    .find((found) => found !== undefined);
  if (!endpoint) {
    throw new Error(
      `No endpoint ${endpointId}. Name one of inventory().endpoints. (SVIX_EMULATOR)`,
    );
  }
  const body: Message["body"] = typeof payload === "string" ? payload : JSON.stringify(payload);
  const secrets = secret === undefined ? validSecrets(endpoint, store.clock.now()) : [secret];
  const { url, headers } = endpoint;
  const when = timestamp === undefined ? {} : { timestamp };
  return post({ url, id: messageId, body, secrets, headers, ...when }, timeoutMs);
}

function inventory(store: Store): SvixInventory {
  const apps = [...store.apps.values()];
  return {
    apps: apps.map(({ id, uid }) => ({ id, uid })),
    endpoints: apps.flatMap((app) =>
      [...app.endpoints.values()].map(({ id, uid, url }) => ({ id, uid, appId: app.id, url })),
    ),
  };
}
