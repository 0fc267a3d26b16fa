import type { HttpBindings } from "@hono/node-server";

/**
 * A misbehaviour injected into one answer.
 * `before` faults answer in place of the emulator (nothing takes effect);
 * `after` faults let the request take effect and then spoil the answer.
 */
export type Fault =
  | { kind: "status"; status: number; headers?: Record<string, string>; body?: string }
  | { kind: "reset"; when: "before" | "after" }
  | { kind: "hang"; when: "before" | "after" }
  | { kind: "truncate" }
  | { kind: "notJson" }
  | { kind: "trickle"; bytesPerSecond: number };

const never = new Promise<never>(() => {});

/** Answers in the emulator's stead, or `undefined` to let the request through. */
export async function applyBefore(
  fault: Fault,
  env: Partial<HttpBindings> | unknown,
): Promise<Response | undefined> {
  if (fault.kind === "status") {
    return new Response(fault.body ?? "", {
      status: fault.status,
      headers: { "content-type": "application/json", ...fault.headers },
    });
  }
  if (fault.kind === "reset" && fault.when === "before") return cut(env);
  if (fault.kind === "hang" && fault.when === "before") return never;
  return undefined;
}

/** Spoils an answer whose request has already taken effect. */
export async function applyAfter(
  fault: Fault,
  response: Response,
  env: Partial<HttpBindings> | unknown,
): Promise<Response> {
  switch (fault.kind) {
    case "reset":
      return cut(env);
    case "hang":
      return never;
    case "truncate": {
      const body = new Uint8Array(await response.arrayBuffer());
      return respond(response, body.slice(0, Math.floor(body.length / 2)));
    }
    case "notJson":
      return new Response("<html>Bad gateway</html>", {
        status: response.status,
        headers: { "content-type": "text/html" },
      });
    case "trickle":
      return respond(response, trickle(response, fault.bytesPerSecond));
    default:
      return response;
  }
}

function respond(
  original: Response,
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
): Response {
  return new Response(body, {
    status: original.status,
    headers: { "content-type": "application/json" },
  });
}

function trickle(response: Response, bytesPerSecond: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async start(controller) {
      const body = new Uint8Array(await response.arrayBuffer());
      for (const byte of body) {
        controller.enqueue(Uint8Array.of(byte));
        await new Promise((resolve) => setTimeout(resolve, 1000 / bytesPerSecond));
      }
      controller.close();
    },
  });
}

function cut(env: unknown): Promise<never> {
  (env as HttpBindings).incoming.socket.destroy();
  return never;
}
