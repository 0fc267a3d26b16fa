import { ApiException, type EndpointIn, type EndpointOut, type EndpointPatch, Svix } from "svix";
import { ProblemError } from "../errors.ts";
import { requireSafeUrl } from "../urls.ts";
import type { SvixLogin } from "./clerk.ts";
import { type CallOptions, callVendor, createOnce } from "./http.ts";
import {
  kindOfFailure,
  kindOfStatus,
  orUndefined,
  retryAfterOf,
  VendorError,
} from "./vendor-error.ts";

export const loginRefusedCode = "SVIX_LOGIN_REFUSED";

/** What a webhook endpoint declares. */
export interface EndpointSettings {
  /** Chosen by whoever made it; empty on endpoints made in the dashboard. */
  uid: string;
  url: string;
  eventTypes: string[];
  description: string;
  disabled: boolean;
}

export interface Endpoint extends EndpointSettings {
  /** `ep_…` */
  id: string;
  /** When it was made or last changed. */
  updatedAt: Date;
}

/** The endpoints of one application, behind an interface so that another source of them can step in. */
export interface WebhookEndpoints {
  get(idOrUid: string): Promise<Endpoint | undefined>;
  /** Signing secret, `whsec_…`. */
  getSecret(idOrUid: string): Promise<string>;
  list(): Promise<Endpoint[]>;
  findByUrl(url: string): Promise<Endpoint | undefined>;
  create(secret: string, settings: EndpointSettings): Promise<Endpoint>;
  update(id: string, settings: EndpointSettings): Promise<Endpoint>;
  /** Puts a new secret in place; the old one signs too for `gracePeriod` seconds (0–604800). */
  rotateSecret(id: string, secret: string, gracePeriod: number): Promise<void>;
  delete(id: string): Promise<void>;
}

/**
 * Exchanges a one-time login for the application's endpoints.
 *
 * @throws {ProblemError} `SVIX_LOGIN_REFUSED` when the login opens nothing of use
 * @throws {VendorError} among others `SVIX_UNAUTHORIZED` when the login was used before
 */
export async function openEndpoints(
  login: SvixLogin,
  signal: AbortSignal,
): Promise<WebhookEndpoints> {
  requireSafeUrl(login.serverUrl, "Svix server URL");
  const operation = "exchanging the one-time login";
  const token = await callVendor({ ...call(operation, signal), idempotent: false }, async () => {
    const response = await fetch(`${login.serverUrl}/api/v1/auth/one-time-token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ oneTimeToken: login.oneTimeToken }),
      redirect: "error",
      signal,
    });
    if (refusals.includes(response.status)) throw loginRefused(`status ${response.status}`);
    if (!response.ok) throw new ApiException(response.status, undefined, response.headers);
    const body = (await response.json()) as { token?: unknown; capabilities?: unknown };
    if (typeof body.token !== "string" || body.token === "") {
      throw new VendorError("Svix", operation, "malformed");
    }
    const lacking = lackingIn(body.capabilities);
    if (lacking.length > 0) throw loginRefused(`it lacks ${lacking.join(" and ")}`);
    return body.token;
  });
  return new SvixEndpoints(new Svix(token, sdkOptions(login.serverUrl)), login.appId, signal);
}

/** The exchange is Svix's own and undocumented, so a day may come on which it is not for us. */
const refusals = [403, 404, 410];
const needed = ["ManageEndpoint", "ViewEndpointSecret"];

/** An answer that does not list them is taken at its word: what is missing is refused when it is used. */
function lackingIn(capabilities: unknown): string[] {
  if (!Array.isArray(capabilities)) return [];
  return needed.filter((capability) => !capabilities.includes(capability));
}

function loginRefused(reason: string): ProblemError {
  return new ProblemError(
    `Svix does not let the Clerk secret key manage webhook endpoints (${reason})`,
    "Make the endpoint by hand in the Clerk dashboard, give its signing secret with pulumi config set --path --secret 'clerk-convex:webhook.secret', and run again: the README tells how",
    loginRefusedCode,
  );
}

/** The SDK's own retries are off: repeating a call is decided in one place. */
function sdkOptions(serverUrl: string) {
  return {
    serverUrl,
    retryScheduleInMs: [],
    fetch: (input: string | URL | Request, init?: RequestInit) =>
      fetch(input, { ...init, redirect: "error" }),
  };
}

class SvixEndpoints implements WebhookEndpoints {
  readonly #svix: Svix;
  readonly #appId: string;
  readonly #signal: AbortSignal;

  constructor(svix: Svix, appId: string, signal: AbortSignal) {
    this.#svix = svix;
    this.#appId = appId;
    this.#signal = signal;
  }

  async get(idOrUid: string): Promise<Endpoint | undefined> {
    const operation = `reading the webhook endpoint ${idOrUid}`;
    const found = await orUndefined(
      this.#call(operation, true, () => this.#svix.endpoint.get(this.#appId, idOrUid)),
    );
    return found && endpointOf(found, operation);
  }

  async getSecret(idOrUid: string): Promise<string> {
    const operation = `reading the signing secret of ${idOrUid}`;
    const { key } = await this.#call(operation, true, () =>
      this.#svix.endpoint.getSecret(this.#appId, idOrUid),
    );
    if (!key) throw new VendorError("Svix", operation, "malformed");
    return key;
  }

  async list(): Promise<Endpoint[]> {
    const found: Endpoint[] = [];
    for await (const page of this.#pages()) found.push(...page);
    return found;
  }

  async findByUrl(url: string): Promise<Endpoint | undefined> {
    for await (const page of this.#pages()) {
      const found = page.find((endpoint) => endpoint.url === url);
      if (found) return found;
    }
    return undefined;
  }

  async create(secret: string, settings: EndpointSettings): Promise<Endpoint> {
    const operation = `creating the webhook endpoint ${settings.uid}`;
    const body: EndpointIn = { secret, ...settings };
    return createOnce(
      async () =>
        endpointOf(
          await this.#call(operation, false, () => this.#svix.endpoint.create(this.#appId, body)),
          operation,
        ),
      () => this.get(settings.uid),
    );
  }

  async update(id: string, settings: EndpointSettings): Promise<Endpoint> {
    const operation = `updating the webhook endpoint ${id}`;
    const patch: EndpointPatch = { ...settings };
    return endpointOf(
      await this.#call(operation, true, () => this.#svix.endpoint.patch(this.#appId, id, patch)),
      operation,
    );
  }

  async rotateSecret(id: string, secret: string, gracePeriod: number): Promise<void> {
    await this.#call(`rotating the signing secret of ${id}`, false, () =>
      this.#svix.endpoint.rotateSecret(this.#appId, id, {
        key: secret,
        gracePeriodSeconds: gracePeriod,
      }),
    );
  }

  /** Deleting what is gone already is success. */
  async delete(id: string): Promise<void> {
    await orUndefined(
      this.#call(`deleting the webhook endpoint ${id}`, true, () =>
        this.#svix.endpoint.delete(this.#appId, id),
      ),
    );
  }

  async *#pages(): AsyncGenerator<Endpoint[]> {
    const operation = "listing the webhook endpoints";
    let iterator: string | null | undefined;
    do {
      const page = await this.#call(operation, true, () =>
        this.#svix.endpoint.list(this.#appId, { limit: 250, ...(iterator && { iterator }) }),
      );
      yield page.data.map((endpoint) => endpointOf(endpoint, operation));
      iterator = page.done ? undefined : page.iterator;
    } while (iterator);
  }

  #call<T>(operation: string, idempotent: boolean, request: () => Promise<T>): Promise<T> {
    return callVendor({ ...call(operation, this.#signal), idempotent }, request);
  }
}

function call(operation: string, signal: AbortSignal) {
  return { vendor: "Svix" as const, operation, signal, classify };
}

function classify(error: unknown, { operation }: CallOptions): VendorError {
  if (error instanceof VendorError) return error;
  if (error instanceof ApiException) {
    const retryAfter = retryAfterOf(error.headers["retry-after"]);
    const code = (error.body as { code?: unknown } | undefined)?.code;
    return new VendorError("Svix", operation, kindOfStatus(error.code), {
      status: error.code,
      ...(typeof code === "string" && { vendorCode: code }),
      ...(retryAfter !== undefined && { retryAfter }),
    });
  }
  return new VendorError("Svix", operation, kindOfFailure(error));
}

function endpointOf(endpoint: EndpointOut, operation: string): Endpoint {
  if (!endpoint.id) throw new VendorError("Svix", operation, "malformed");
  return {
    id: endpoint.id,
    uid: endpoint.uid ?? "",
    url: endpoint.url,
    eventTypes: [...(endpoint.eventTypes ?? [])].sort(),
    description: endpoint.description,
    disabled: endpoint.disabled ?? false,
    updatedAt: endpoint.updatedAt,
  };
}
