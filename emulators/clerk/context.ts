import type { SvixEmulator } from "../svix/index.ts";
import type { InstanceState } from "./state.ts";

/** What works on one instance: its state, identifiers, the time and the way out for events. */
export interface InstanceContext {
  readonly instance: InstanceState;
  readonly svix: SvixEmulator;
  newId(prefix: string): string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** The same, but later at each call, so that of two changes the newer one can be told. */
  tick(): number;
}

/** Sends a webhook event, if the instance has a Svix app. Returns the message's id. */
export function emit(context: InstanceContext, type: string, data: object): string | undefined {
  const { instance, svix } = context;
  if (instance.svixAppId === undefined) return undefined;
  const payload = {
    data,
    event_attributes: { http_request: { client_ip: "127.0.0.1", user_agent: "clerk-emulator" } },
    instance_id: instance.id,
    object: "event",
    timestamp: context.now(),
    type,
  };
  return svix.send(instance.svixAppId, { eventType: type, payload });
}
