import { createHash, randomBytes } from "node:crypto";
import type { JSONValue } from "convex/values";
import { type AuthProvider, evaluateAuthConfig } from "./auth-config.ts";
import { BackendError } from "./errors.ts";
import { type PushedModule, Runtime } from "./runtime.ts";
import { tablesOf } from "./schema.ts";

export type DeploymentKind = "prod" | "dev" | "preview" | "selfHosted";

/** A variable to set, or to remove when its value is null. */
export interface VariableChange {
  name: string;
  value: string | null;
}

/** What one push left: sources, hashes, providers and the thread that runs it. */
export interface Deployed {
  modules: PushedModule[];
  providers: AuthProvider[];
  runtime: Runtime | undefined;
  schema: string | null;
}

const limits = { count: 512, valueBytes: 8192 };
const builtIn = ["CONVEX_CLOUD_URL", "CONVEX_SITE_URL"];
const nothing: Deployed = { modules: [], providers: [], runtime: undefined, schema: null };

/** The state of one deployment, apart from how it is reached over HTTP. */
export class DeploymentState {
  readonly name: string;
  readonly kind: DeploymentKind;
  readonly deployKey: string;
  readonly variables = new Map<string, string>();
  url = "";
  siteUrl = "";
  deployed: Deployed = nothing;
  /** Finished pushes that changed the deployment. */
  pushes = 0;

  constructor(name: string, kind: DeploymentKind) {
    this.name = name;
    this.kind = kind;
    const prefix = kind === "selfHosted" ? name : `${kind}:${name}`;
    this.deployKey = `${prefix}|${randomBytes(24).toString("hex")}`;
  }

  /** Variables as functions see them. */
  environment(): Record<string, string> {
    return {
      ...Object.fromEntries(this.variables),
      CONVEX_CLOUD_URL: this.url,
      CONVEX_SITE_URL: this.siteUrl,
    };
  }

  /**
   * Applies all changes or none, and evaluates the deployed auth config again.
   *
   * @throws {BackendError} as the backend does for names, sizes, counts and a broken auth config
   */
  async changeVariables(changes: VariableChange[]): Promise<void> {
    const next = new Map(this.variables);
    for (const { name, value } of changes) {
      checkName(name);
      if (value === null) next.delete(name);
      else {
        checkValue(name, value);
        next.set(name, value);
      }
    }
    if (next.size > limits.count) {
      const message = `Your deployment cannot have more than ${limits.count} environment variables.`;
      throw new BackendError(400, "TooManyEnvVars", message);
    }
    const environment = { ...this.environment(), ...Object.fromEntries(next) };
    for (const name of this.variables.keys()) if (!next.has(name)) delete environment[name];
    const providers = await evaluateAuthConfig(authModuleOf(this.deployed.modules), environment);
    this.variables.clear();
    for (const [name, value] of next) this.variables.set(name, value);
    this.deployed.providers = providers;
    await this.deployed.runtime?.call({ kind: "environment", variables: this.environment() });
  }

  /** Evaluates and starts a bundle beside the one in force. */
  async prepare(modules: PushedModule[], schema: PushedModule | null): Promise<Deployed> {
    const providers = await evaluateAuthConfig(authModuleOf(modules), this.environment());
    const functions = modules.filter((module) => module.path !== authConfigPath);
    if (functions.length === 0 && schema === null) return { ...nothing, modules, providers };
    const rows = await this.rows();
    try {
      const runtime = await Runtime.start(functions, schema, this.environment(), rows);
      return { modules, providers, runtime, schema: runtime.schema };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new BackendError(
        400,
        "InvalidModules",
        `Loading the pushed modules encountered the following error:\n${reason}`,
      );
    }
  }

  async replace(next: Deployed): Promise<void> {
    const previous = this.deployed;
    this.#kept = { ...this.#kept, ...(await this.rows()) };
    this.deployed = next;
    this.pushes += 1;
    await previous.runtime?.stop();
  }

  /** Every document by table, without ids and creation times. */
  async rows(): Promise<Record<string, JSONValue[]>> {
    const { runtime, schema } = this.deployed;
    if (!runtime) return this.#kept;
    const result = await runtime.call({ kind: "rows", tables: tablesOf(schema) });
    if (result.ok && "value" in result) return result.value as Record<string, JSONValue[]>;
    throw new Error("the rows could not be read");
  }

  /** Data outlives a push that takes every function away. */
  #kept: Record<string, JSONValue[]> = {};
}

export const authConfigPath = "auth.config.js";

export function authModuleOf(modules: PushedModule[]): PushedModule | undefined {
  return modules.find((module) => module.path === authConfigPath);
}

/** Source: the CLI's own hash of a module, sha256 of source then source map. */
export function hashOf({ source, sourceMap }: PushedModule): string {
  return createHash("sha256")
    .update(source)
    .update(sourceMap ?? "")
    .digest("hex");
}

function checkName(name: string): void {
  if (builtIn.includes(name)) {
    const message = `Environment variable with name "${name}" is built-in and cannot be overridden`;
    throw new BackendError(400, "EnvVarNameForbidden", message);
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(name)) {
    const message = `Environment variable name "${name.slice(0, 64)}" must start with a letter or underscore and contain only letters, numbers, and underscores`;
    throw new BackendError(400, "EnvVarNameInvalid", message);
  }
}

function checkValue(name: string, value: string): void {
  if (Buffer.byteLength(value) <= limits.valueBytes) return;
  const message = `Environment variable "${name}" is larger than the maximum of ${limits.valueBytes} bytes`;
  throw new BackendError(400, "EnvVarTooLarge", message);
}
