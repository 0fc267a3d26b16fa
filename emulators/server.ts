import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Context, Env, Hono } from "hono";
import { applyAfter, applyBefore, type Fault } from "./faults.ts";

/** One request an emulator answered, in arrival order. Never holds headers or bodies. */
export interface RecordedRequest {
  method: string;
  /** Path without query string. */
  path: string;
  /** HTTP status sent, or 0 while pending or when the connection was cut. */
  status: number;
  /** True when the request may have changed vendor state: every method but GET and HEAD, less the POSTs marked by {@link markRead}. */
  write: boolean;
}

/** A listening emulator. Bound to 127.0.0.1 on a port the system chose. */
export interface EmulatorServer {
  /** Base URL without trailing slash, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Every request so far; clear it with `requests.length = 0`. */
  readonly requests: RecordedRequest[];
  /**
   * Decides per request whether to misbehave; `undefined` answers normally. The request waits for it, so
   * that something else can happen first.
   */
  fault:
    | ((request: { method: string; path: string }) => Fault | undefined | Promise<undefined>)
    | undefined;
  close(): Promise<void>;
}

const readRequests = new WeakSet<Request>();

/** Marks a POST as one that changes nothing (a look-up, a token exchange, a dry run). */
export function markRead<E extends Env>(context: Context<E>): void {
  readRequests.add(context.req.raw);
}

/** Serves a Hono app on loopback, recording each request and applying injected faults. */
export async function serve<E extends Env>(app: Hono<E>): Promise<EmulatorServer> {
  const requests: RecordedRequest[] = [];
  const emulator: { fault: EmulatorServer["fault"] } = { fault: undefined };

  const listener = getRequestListener(
    async (request, env) => {
      const path = new URL(request.url).pathname;
      const record: RecordedRequest = { method: request.method, path, status: 0, write: false };
      requests.push(record);
      const fault = await emulator.fault?.({ method: request.method, path });
      const early = fault && (await applyBefore(fault, env));
      if (early) {
        record.status = early.status;
        return early;
      }
      const response = await app.fetch(request, env as E["Bindings"]);
      record.write = !["GET", "HEAD"].includes(request.method) && !readRequests.has(request);
      record.status = response.status;
      return fault ? applyAfter(fault, response, env) : response;
    },
    { overrideGlobalObjects: false },
  );

  const server = createServer(listener);
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return Object.assign(emulator, {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => closeServer(server),
  });
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
