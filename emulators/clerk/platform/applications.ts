import { randomBytes } from "node:crypto";
import {
  ClerkError,
  invalidDomain,
  invalidValue,
  missing,
  notFound,
  unsupported,
  wrongType,
} from "../errors.ts";
import { type Form, refuseOthers, requiredString, stringOf } from "../form.ts";
import type { InstanceOptions } from "../instance.ts";
import type { Domain, EnvironmentType, InstanceState } from "../state.ts";

// Parameters: clerk/openapi-specs, platform/beta.yml. Codes it does not give: clerk/cli, commands/deploy/errors.ts.

/** An application with its instances. Times are in milliseconds. */
export interface Application {
  id: string;
  name: string;
  instances: ApplicationInstance[];
}

export interface ApplicationInstance {
  state: InstanceState;
  createdAt: number;
  /** When its domain was last changed. */
  updatedAt: number;
}

export interface ApplicationsOptions {
  startInstance(options: InstanceOptions): Promise<InstanceState>;
  /** Ends an instance, with everything that belongs to it. */
  endInstance(id: string): Promise<void>;
  newId(prefix: string): string;
  now(): number;
}

const CREATE = new Set(["name", "domain", "environment_types", "template"]);
const CREATE_INSTANCE = new Set(["domain", "environment_type"]);
/** Documented, and not answered here. */
const ELSEWHERE = new Set(["proxy_path", "clone_instance_id"]);
/** The ones the specification names. What they set up is out of the emulator's sight. */
const TEMPLATES = ["b2b-saas", "b2c-saas", "waitlist"];

/** The applications of one workspace. */
export class Applications {
  /** Opens the Platform API. */
  readonly key = `ak_${randomBytes(24).toString("hex")}`;
  readonly #all = new Map<string, Application>();
  readonly #options: ApplicationsOptions;

  constructor(options: ApplicationsOptions) {
    this.#options = options;
  }

  get all(): Application[] {
    return [...this.#all.values()];
  }

  find(id: string): Application {
    const found = this.#all.get(id);
    if (found) return found;
    throw notFound(`No application was found with id ${id}`);
  }

  /** Names are not unique. */
  async create(form: Form): Promise<Application> {
    refuseOthers(form, CREATE, ELSEWHERE, "an application");
    const name = requiredString(form, "name");
    const types = readTypes(form);
    const template = stringOf(form, "template");
    if (template !== undefined && !TEMPLATES.includes(template)) {
      throw unsupported(`the template ${template}`);
    }
    const domain = form.domain === undefined ? undefined : this.#readDomain(form, "domain");
    if (types.includes("production") !== (domain !== undefined)) {
      throw unsupported("an application with a production instance or a domain, but not both");
    }
    const application: Application = { id: this.#options.newId("app_"), name, instances: [] };
    for (const type of types) await this.#addInstance(application, type, domain);
    this.#all.set(application.id, application);
    return application;
  }

  update(application: Application, form: Form): void {
    refuseOthers(form, new Set(["name"]), new Set(), "an application");
    if (form.name !== undefined) application.name = requiredString(form, "name");
  }

  async createInstance(application: Application, form: Form): Promise<ApplicationInstance> {
    refuseOthers(form, CREATE_INSTANCE, ELSEWHERE, "an instance");
    const type = stringOf(form, "environment_type") ?? "production";
    if (type !== "production") throw invalidValue("environment_type");
    if (form.domain === undefined) throw missing("domain");
    const domain = this.#readDomain(form, "domain");
    if (productionOf(application)) {
      const message = "This application already has a production instance.";
      throw new ClerkError(409, "production_instance_exists", message);
    }
    return this.#addInstance(application, type, domain);
  }

  /** Moves the production instance to another domain. */
  changeDomain(application: Application, form: Form): ApplicationInstance {
    refuseOthers(form, new Set(["name"]), ELSEWHERE, "a domain");
    const production = requireProduction(application);
    if (form.name === undefined) throw missing("name");
    domainOf(production).name = this.#readDomain(form, "name", production);
    production.updatedAt = this.#options.now();
    return production;
  }

  async delete(application: Application): Promise<void> {
    this.#all.delete(application.id);
    for (const { state } of application.instances) await this.#options.endInstance(state.id);
  }

  async #addInstance(
    application: Application,
    environmentType: EnvironmentType,
    domain: string | undefined,
  ): Promise<ApplicationInstance> {
    const named = environmentType === "production" && domain !== undefined ? { domain } : {};
    const state = await this.#options.startInstance({ environmentType, ...named });
    const at = this.#options.now();
    const instance = { state, createdAt: at, updatedAt: at };
    application.instances.push(instance);
    return instance;
  }

  #readDomain(form: Form, param: string, holder?: ApplicationInstance): string {
    const domain = requiredString(form, param);
    if (!/^(?:[a-z0-9-]+\.)+[a-z]{2,}$/.test(domain)) throw invalidDomain(param);
    const taken = this.all
      .map(productionOf)
      .some((other) => other && other !== holder && domainOf(other).name === domain);
    if (taken) {
      throw new ClerkError(400, "home_url_taken", "That home URL is taken by another instance.");
    }
    return domain;
  }
}

export function productionOf(application: Application): ApplicationInstance | undefined {
  return application.instances.find(({ state }) => state.environmentType === "production");
}

/** What becomes of requests about a domain that cannot be is not documented. */
export function requireProduction(application: Application): ApplicationInstance {
  const production = productionOf(application);
  if (production) return production;
  throw unsupported("questions about the domain of an application without a production instance");
}

/** The primary domain. */
export function domainOf({ state }: ApplicationInstance): Domain {
  const primary = state.domains.find(({ isSatellite }) => !isSatellite);
  if (primary) return primary;
  throw new Error("The instance has no primary domain. Give it one. (CLERK_EMULATOR)");
}

function readTypes(form: Form): EnvironmentType[] {
  const types: unknown = form.environment_types ?? ["development"];
  if (!Array.isArray(types)) throw wrongType("environment_types", "array of strings");
  if (types.length === 0) throw unsupported("an application without instances");
  const known = new Set<unknown>(["development", "production"]);
  if (!types.every((type) => known.delete(type))) throw invalidValue("environment_types");
  return types;
}
