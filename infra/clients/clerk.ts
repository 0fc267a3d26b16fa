import { createClerkClient, type JwtTemplate as SdkTemplate } from "@clerk/backend";
import { isClerkAPIResponseError } from "@clerk/backend/errors";
import { requireSafeUrl, withoutTrailingSlash } from "../urls.ts";
import { type CallOptions, callVendor, createOnce } from "./http.ts";
import { kindOfFailure, kindOfStatus, orUndefined, VendorError } from "./vendor-error.ts";

/** A Clerk instance. Source: `GET /v1/instance`. */
export interface Instance {
  /** `ins_…` */
  id: string;
  environmentType: string;
}

/** The instance's primary domain. Source: `GET /v1/domains`, the one with `is_satellite: false`. */
export interface PrimaryDomain {
  name: string;
  /** Absolute URL without trailing slash; the `iss` of every token the instance signs. */
  frontendApiUrl: string;
}

/** What a JWT template declares. Durations in seconds. */
export interface JwtTemplateSettings {
  name: string;
  claims: Record<string, unknown>;
  lifetime: number;
  allowedClockSkew: number;
}

export interface JwtTemplate extends JwtTemplateSettings {
  /** `jtmp_…` */
  id: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** A one-time login to the instance's Svix application. The token is a secret. */
export interface SvixLogin {
  appId: string;
  oneTimeToken: string;
  /** API address of the Svix region that holds the application. */
  serverUrl: string;
}

export interface ClerkOptions {
  secretKey: string;
  /** Backend API address without version, `https://api.clerk.com`. */
  apiUrl: string;
  signal: AbortSignal;
}

/** Largest page the Backend API gives. */
const pageSize = 500;

/** The part of Clerk's Backend API that an environment needs. Every method throws {@link VendorError}. */
export class ClerkClient {
  readonly #sdk: ReturnType<typeof createClerkClient>;
  readonly #signal: AbortSignal;

  constructor({ secretKey, apiUrl, signal }: ClerkOptions) {
    requireSafeUrl(apiUrl, "clerkApiUrl");
    this.#sdk = createClerkClient({ secretKey, apiUrl, telemetry: { disabled: true } });
    this.#signal = signal;
  }

  async instance(): Promise<Instance> {
    const found = await this.#call("reading the instance", true, () => this.#sdk.instance.get());
    return {
      id: required(found?.id, "reading the instance"),
      environmentType: required(found.environmentType, "reading the instance"),
    };
  }

  async primaryDomain(): Promise<PrimaryDomain> {
    const operation = "reading the instance's domains";
    const { data } = await this.#call(operation, true, () => this.#sdk.domains.list());
    const primary = listOf(data, operation).find((domain) => !domain.isSatellite);
    if (!primary) throw new VendorError("Clerk", operation, "malformed");
    return {
      name: required(primary.name, operation),
      frontendApiUrl: withoutTrailingSlash(required(primary.frontendApiUrl, operation)),
    };
  }

  async getJwtTemplate(id: string): Promise<JwtTemplate | undefined> {
    const operation = `reading the JWT template ${id}`;
    const found = await orUndefined(
      this.#call(operation, true, () => this.#sdk.jwtTemplates.get(id)),
    );
    return found && templateOf(found, operation);
  }

  async findJwtTemplate(name: string): Promise<JwtTemplate | undefined> {
    const operation = "listing the JWT templates";
    for (let offset = 0; ; offset += pageSize) {
      const { data } = await this.#call(operation, true, () =>
        this.#sdk.jwtTemplates.list({ limit: pageSize, offset }),
      );
      const page = listOf(data, operation);
      const found = page.find((template) => template.name === name);
      if (found) return templateOf(found, operation);
      if (page.length < pageSize) return undefined;
    }
  }

  async createJwtTemplate(settings: JwtTemplateSettings): Promise<JwtTemplate> {
    const operation = `creating the JWT template ${settings.name}`;
    return createOnce(
      async () =>
        templateOf(
          await this.#call(operation, false, () => this.#sdk.jwtTemplates.create(settings)),
          operation,
        ),
      () => this.findJwtTemplate(settings.name),
    );
  }

  async updateJwtTemplate(id: string, settings: JwtTemplateSettings): Promise<JwtTemplate> {
    const operation = `updating the JWT template ${settings.name}`;
    const updated = await this.#call(operation, true, () =>
      this.#sdk.jwtTemplates.update({ templateId: id, ...settings }),
    );
    return templateOf(updated, operation);
  }

  /** Deleting what is gone already is success. */
  async deleteJwtTemplate(id: string): Promise<void> {
    await orUndefined(
      this.#call(`deleting the JWT template ${id}`, true, () => this.#sdk.jwtTemplates.delete(id)),
    );
  }

  /** Logs in to the instance's Svix application; `undefined` when the instance has none yet. */
  async svixLogin(): Promise<SvixLogin | undefined> {
    const operation = "asking for a Svix login";
    try {
      const { svix_url } = await this.#call(operation, true, () =>
        this.#sdk.webhooks.generateSvixAuthURL(),
      );
      return loginOf(svix_url, operation);
    } catch (error) {
      if (error instanceof VendorError && error.vendorCode === "svix_app_missing") return undefined;
      throw error;
    }
  }

  /** Makes the instance's Svix application; one that is there already is success. */
  async createSvixApp(): Promise<void> {
    try {
      await this.#call("creating the instance's Svix application", true, () =>
        this.#sdk.webhooks.createSvixApp(),
      );
    } catch (error) {
      if (!(error instanceof VendorError) || error.vendorCode !== "svix_app_exists") throw error;
    }
  }

  #call<T>(operation: string, idempotent: boolean, request: () => Promise<T>): Promise<T> {
    const options = { vendor: "Clerk", operation, idempotent, signal: this.#signal } as const;
    return callVendor({ ...options, classify }, request);
  }
}

function classify(error: unknown, { operation }: CallOptions): VendorError {
  if (isClerkAPIResponseError(error) && error.status) {
    return new VendorError("Clerk", operation, kindOfStatus(error.status), {
      status: error.status,
      ...(error.errors[0]?.code && { vendorCode: error.errors[0].code }),
      ...(error.retryAfter !== undefined && { retryAfter: error.retryAfter * 1000 }),
    });
  }
  return new VendorError("Clerk", operation, kindOfFailure(error));
}

function templateOf(template: SdkTemplate, operation: string): JwtTemplate {
  return {
    id: required(template?.id, operation),
    name: required(template.name, operation),
    claims: (template.claims ?? {}) as Record<string, unknown>,
    lifetime: template.lifetime,
    allowedClockSkew: template.allowedClockSkew,
    createdAt: template.createdAt,
  };
}

/** Source: the login link's fragment, `#key=<base64 JSON {appId, oneTimeToken, region, serverUrl?}>`. */
function loginOf(link: string, operation: string): SvixLogin {
  const key = new URLSearchParams(URL.parse(link)?.hash.slice(1)).get("key");
  let login: Partial<SvixLogin & { region: string }>;
  try {
    login = JSON.parse(Buffer.from(key ?? "", "base64").toString("utf8"));
  } catch {
    throw new VendorError("Clerk", operation, "malformed");
  }
  const serverUrl =
    login.serverUrl ?? (login.region && `https://api.${login.region}.svix.com`) ?? undefined;
  return {
    appId: required(login.appId, operation),
    oneTimeToken: required(login.oneTimeToken, operation),
    serverUrl: withoutTrailingSlash(
      requireSafeUrl(required(serverUrl, operation), "Svix server URL").href,
    ),
  };
}

/** An empty id would name nothing and match anything, so it is treated as an unreadable answer. */
function required(value: string | undefined | null, operation: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new VendorError("Clerk", operation, "malformed");
}

function listOf<T>(data: T[] | undefined, operation: string): T[] {
  if (Array.isArray(data)) return data;
  throw new VendorError("Clerk", operation, "malformed");
}
