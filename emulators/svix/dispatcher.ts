import { type Outcome, post } from "./post.ts";
import { DISABLE_AFTER, RESPONSE_TIMEOUT, retryDelay } from "./retry-schedule.ts";
import { validSecrets } from "./secret.ts";
import type { App, Attempt, Endpoint, Message } from "./state.ts";
import type { Store } from "./store.ts";

/** Delivers messages, keeps the log of attempts and plans the retries. */
export class Dispatcher {
  readonly #store: Store;
  readonly #timeoutMs: number;
  readonly #inFlight = new Set<Promise<void>>();

  constructor(store: Store, timeoutMs: number = RESPONSE_TIMEOUT) {
    this.#store = store;
    this.#timeoutMs = timeoutMs;
  }

  /** Starts delivering a message to every endpoint listening for it. */
  dispatch(app: App, message: Message): void {
    for (const endpoint of app.endpoints.values()) {
      if (listens(endpoint, message)) void this.#start(app, endpoint.id, message, "scheduled", 1);
    }
  }

  /** Tries once more, now, whatever the endpoint listens for. */
  resend(app: App, endpoint: Endpoint, message: Message): void {
    void this.#start(app, endpoint.id, message, "manual", 0);
  }

  /** Resolves once no attempt is under way. Retries still planned do not count. */
  async settled(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  #start(
    app: App,
    endpointId: string,
    message: Message,
    trigger: Attempt["trigger"],
    number: number,
  ): Promise<void> {
    const attempt = this.#attempt(app, endpointId, message, trigger, number).finally(() =>
      this.#inFlight.delete(attempt),
    );
    this.#inFlight.add(attempt);
    return attempt;
  }

  async #attempt(
    app: App,
    endpointId: string,
    message: Message,
    trigger: Attempt["trigger"],
    number: number,
  ): Promise<void> {
    const endpoint = this.#reachable(app, endpointId);
    if (!endpoint || (trigger === "scheduled" && !listens(endpoint, message))) return;
    const { clock } = this.#store;
    const at = clock.now();
    const { url } = endpoint;
    const outcome = await post(
      {
        url,
        id: message.id,
        body: message.body,
        secrets: validSecrets(endpoint, at),
        headers: endpoint.headers,
      },
      this.#timeoutMs,
    );
    const delay =
      outcome.succeeded || trigger === "manual" ? undefined : retryDelay(number, outcome);
    const nextAttemptAt = delay === undefined ? undefined : clock.now() + delay;
    const { succeeded, response, durationMs, status: responseStatusCode } = outcome;
    app.attempts.push({
      id: this.#store.newId("atmpt_"),
      appId: app.id,
      messageId: message.id,
      endpointId,
      ...{ url, number, trigger, succeeded, responseStatusCode, response, durationMs, at },
      nextAttemptAt,
    });
    if (nextAttemptAt !== undefined) {
      clock.schedule(nextAttemptAt, () => this.#retry(app, endpointId, message, number + 1));
    } else {
      judge(endpoint, outcome, trigger, clock.now());
    }
  }

  async #retry(app: App, endpointId: string, message: Message, number: number): Promise<void> {
    const delivered = app.attempts.some(
      (attempt) =>
        attempt.messageId === message.id &&
        attempt.endpointId === endpointId &&
        attempt.trigger === "manual" &&
        attempt.succeeded,
    );
    if (!delivered) await this.#start(app, endpointId, message, "scheduled", number);
  }

  /** The endpoint as it is now, unless it or its app was deleted or it was disabled. */
  #reachable(app: App, endpointId: string): Endpoint | undefined {
    const endpoint = this.#store.apps.get(app.id)?.endpoints.get(endpointId);
    return endpoint?.disabled ? undefined : endpoint;
  }
}

function listens(endpoint: Endpoint, message: Message): boolean {
  const { disabled, eventTypes, channels } = endpoint;
  if (disabled || (eventTypes !== null && !eventTypes.includes(message.eventType))) return false;
  return channels === null || channels.some((channel) => message.channels?.includes(channel));
}

/** A success clears an endpoint's name; running out of attempts for five days disables it. */
function judge(
  endpoint: Endpoint,
  outcome: Outcome,
  trigger: Attempt["trigger"],
  now: number,
): void {
  if (outcome.succeeded) {
    endpoint.failingSince = undefined;
  } else if (trigger === "scheduled") {
    const since = endpoint.failingSince;
    // A failure is forgiven after twice the time that would have disabled the endpoint.
    if (since === undefined || now - since > 2 * DISABLE_AFTER) endpoint.failingSince = now;
    else if (now - since > DISABLE_AFTER) endpoint.disabled = true;
  }
}
