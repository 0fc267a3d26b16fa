import { Webhook } from "svix";
import { isLoopback } from "./loopback.ts";

/** What became of one POST. */
export interface Outcome {
  succeeded: boolean;
  /** HTTP status, or 0 when none came. */
  status: number;
  /** The answer's body, or why there was none. */
  response: string;
  timedOut: boolean;
  retryAfterMs: number | undefined;
  durationMs: number;
}

/** A message on its way to an endpoint. */
export interface Delivery {
  url: string;
  id: string;
  body: string;
  /** Every one of them signs. */
  secrets: string[];
  headers: Record<string, string>;
  /** Defaults to now, in real time: receivers compare it with their own clock. */
  timestamp?: Date;
}

const MAX_RESPONSE_LENGTH = 20_000;

/** Signs and sends a delivery. Redirects are not followed, and nothing leaves this machine. */
export async function post(delivery: Delivery, timeoutMs: number): Promise<Outcome> {
  const startedAt = Date.now();
  const failed = (response: string, timedOut = false): Outcome => ({
    succeeded: false,
    status: 0,
    response,
    timedOut,
    retryAfterMs: undefined,
    durationMs: Date.now() - startedAt,
  });
  if (!isLoopback(new URL(delivery.url))) {
    return failed(
      "Refused by the Svix emulator: it delivers to loopback addresses only. " +
        "Give the endpoint a URL on 127.0.0.1.",
    );
  }
  try {
    const response = await fetch(delivery.url, {
      method: "POST",
      headers: signedHeaders(delivery),
      body: delivery.body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return {
      succeeded: response.ok,
      status: response.status,
      response: (await response.text()).slice(0, MAX_RESPONSE_LENGTH),
      timedOut: false,
      retryAfterMs: retryAfter(response.headers.get("retry-after")),
      durationMs: Date.now() - startedAt,
    };
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") {
      return failed(`No response within ${timeoutMs} ms`, true);
    }
    return failed(reasonOf(error));
  }
}

function signedHeaders(delivery: Delivery): Record<string, string> {
  const timestamp = delivery.timestamp ?? new Date();
  const signatures = delivery.secrets.map((secret) =>
    new Webhook(secret).sign(delivery.id, timestamp, delivery.body),
  );
  return {
    "user-agent": "Svix-Webhooks",
    "content-type": "application/json",
    "svix-id": delivery.id,
    "svix-timestamp": String(Math.floor(timestamp.getTime() / 1000)),
    "svix-signature": signatures.join(" "),
    ...delivery.headers,
  };
}

function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (!Number.isNaN(seconds)) return Math.ceil(seconds) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
