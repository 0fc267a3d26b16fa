import type { Operation, ResourceSpec } from "../resource.ts";
import { forgetCommand, importCommand } from "./commands.ts";
import type { EngineLog } from "./engine.ts";

/** What the engine says of one call on one resource, and what the plugin has ready for it. */
export interface Call<Vendors> {
  urn: string;
  spec: ResourceSpec;
  vendors: Vendors;
  log: EngineLog | undefined;
  /** Aborted when the engine cancels. */
  cancelled: AbortSignal;
  /** Seconds, 0 for none. */
  timeout: number;
}

/** Turns a call into what a handler is given, so that handlers need not know the protocol. */
export function operationOf<Vendors>(call: Call<Vendors>): Operation<Vendors> {
  const { urn, spec, vendors, log, cancelled, timeout } = call;
  const signals = [cancelled];
  if (timeout > 0) signals.push(AbortSignal.timeout(timeout * 1000));
  return {
    vendors,
    signal: AbortSignal.any(signals),
    progress: (line) => log?.progress(urn, line),
    info: (text) => log?.info(urn, text),
    warn: (line) => log?.warn(urn, line),
    importCommand: (id) => importCommand(urn, id, spec),
    forgetCommand: () => forgetCommand(urn),
  };
}
