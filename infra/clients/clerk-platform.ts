import { requireSafeUrl } from "../urls.ts";
import { callVendor, classifierOf, createOnce, type JsonRequest, requestJson } from "./http.ts";
import { orUndefined, VendorError } from "./vendor-error.ts";

/** A Clerk application with its instances. Source: `PlatformApplicationResponse`. */
export interface Application {
  /** `app_…` */
  id: string;
  /** As people see it; not unique. */
  name: string;
  instances: ApplicationInstance[];
}

export interface ApplicationInstance {
  /** `ins_…` */
  id: string;
  /** `development` or `production`, at most one of each. */
  environmentType: string;
  publishableKey: string;
  secretKey: string;
}

/** What a new application declares. What is absent is left to Clerk. */
export interface ApplicationSettings {
  name: string;
  environmentTypes: string[];
  /** Of the production instance. */
  domain?: string | undefined;
  /** `b2b-saas`, `b2c-saas`, `waitlist`. */
  template?: string | undefined;
}

export interface ClerkPlatformOptions {
  /** `ak_…` */
  platformKey: string;
  /** API address without version, `https://api.clerk.com`. */
  apiUrl: string;
  signal: AbortSignal;
}

/** A request of {@link ClerkPlatformClient}, its path below that of the applications. */
interface Call {
  method?: JsonRequest["method"];
  path?: string;
  body?: object;
  idempotent?: boolean;
}

interface ApplicationAnswer {
  application_id?: string;
  name?: string;
  instances?: {
    instance_id?: string;
    environment_type?: string;
    publishable_key?: string;
    secret_key?: string;
  }[];
}

/**
 * The part of Clerk's Platform API (private beta) that makes and deletes applications. Every method throws
 * {@link VendorError}. Source: clerk/openapi-specs, platform/beta.yml.
 */
export class ClerkPlatformClient {
  readonly #options: ClerkPlatformOptions;

  constructor(options: ClerkPlatformOptions) {
    requireSafeUrl(options.apiUrl, "clerkApiUrl");
    this.#options = options;
  }

  /** With the keys of its instances. */
  async get(id: string): Promise<Application | undefined> {
    const operation = `reading the application ${id}`;
    const path = `${pathOf(id)}?include_secret_keys=true`;
    const found = await orUndefined(this.#call<ApplicationAnswer>(operation, { path }));
    if (!found) return undefined;
    return {
      id: required(found.application_id, operation),
      name: required(found.name, operation),
      instances: listOf(found.instances, operation).map((instance) => ({
        id: required(instance.instance_id, operation),
        environmentType: required(instance.environment_type, operation),
        publishableKey: required(instance.publishable_key, operation),
        secretKey: required(instance.secret_key, operation),
      })),
    };
  }

  /** Ids of all applications of a name. */
  async find(name: string): Promise<string[]> {
    const operation = "listing the applications";
    const all = listOf(await this.#call<ApplicationAnswer[]>(operation), operation);
    return all
      .filter((application) => application.name === name)
      .map((application) => required(application.application_id, operation));
  }

  /**
   * Makes an application of a name that none has. What an attempt without an answer may have made is found
   * again by that name.
   *
   * @returns its id
   */
  async create({ name, environmentTypes, domain, template }: ApplicationSettings): Promise<string> {
    const operation = `creating the application ${name}`;
    const body = { name, environment_types: environmentTypes, domain, template };
    return createOnce(
      async () => {
        const call = { method: "POST", body, idempotent: false } as const;
        const made = await this.#call<ApplicationAnswer>(operation, call);
        return required(made.application_id, operation);
      },
      async () => (await this.find(name))[0],
    );
  }

  async rename(id: string, name: string): Promise<void> {
    const call = { method: "PATCH", path: pathOf(id), body: { name } } as const;
    await this.#call(`renaming the application ${id}`, call);
  }

  /** An application has at most one. It starts with Clerk's own settings. */
  async createProductionInstance(id: string, domain: string): Promise<void> {
    const operation = `creating the production instance of ${id}`;
    const path = `${pathOf(id)}/instances`;
    const body = { domain, environment_type: "production" };
    await createOnce<unknown>(
      () => this.#call(operation, { method: "POST", path, body, idempotent: false }),
      async () => productionOf(await this.get(id)),
    );
  }

  /** The production instance's own domain; `undefined` while Clerk still sets it up. */
  async productionDomain(id: string): Promise<string | undefined> {
    const operation = `reading the domain of ${id}`;
    const { data } = await this.#call<{
      data?: { name?: string; is_satellite?: boolean; is_provider_domain?: boolean }[];
    }>(operation, { path: `${pathOf(id)}/domains` });
    const primary = listOf(data, operation).find(
      (domain) => !domain.is_satellite && !domain.is_provider_domain,
    );
    return primary && required(primary.name, operation);
  }

  async changeProductionDomain(id: string, name: string): Promise<void> {
    const call = { method: "PATCH", path: `${pathOf(id)}/domain`, body: { name } } as const;
    await this.#call(`changing the domain of ${id}`, call);
  }

  /** Deletes it with its instances and their users; one that is gone already is success. */
  async delete(id: string): Promise<void> {
    const call = { method: "DELETE", path: pathOf(id) } as const;
    await orUndefined(this.#call(`deleting the application ${id}`, call));
  }

  #call<T>(operation: string, call: Call = {}): Promise<T> {
    const { method = "GET", path = "", body, idempotent = true } = call;
    const { platformKey, apiUrl, signal } = this.#options;
    const options = { vendor: "Clerk Platform API", operation, idempotent, signal } as const;
    const authorization = `Bearer ${platformKey}`;
    return callVendor({ ...options, classify }, () =>
      requestJson<T>(`${apiUrl}/v1/platform/applications${path}`, {
        ...{ method, authorization, signal },
        ...(body && { body }),
      }),
    );
  }
}

/** The production instance, where there is one. */
export function productionOf(
  application: Application | undefined,
): ApplicationInstance | undefined {
  return application?.instances.find(({ environmentType }) => environmentType === "production");
}

const classify = classifierOf(
  (body) => (body as { errors?: { code?: unknown }[] } | undefined)?.errors?.[0]?.code,
);

function pathOf(id: string): string {
  return `/${encodeURIComponent(id)}`;
}

/** An empty id would name nothing and match anything, so it is treated as an unreadable answer. */
function required(value: string | undefined | null, operation: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new VendorError("Clerk Platform API", operation, "malformed");
}

function listOf<T>(data: T[] | undefined, operation: string): T[] {
  if (Array.isArray(data)) return data;
  throw new VendorError("Clerk Platform API", operation, "malformed");
}
