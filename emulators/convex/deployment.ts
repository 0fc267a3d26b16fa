import { createHash, randomBytes } from "node:crypto";
import type { JSONValue } from "convex/values";
import type { VendorClock } from "../clock.ts";
import { type AuthProvider, evaluateAuthConfig } from "./auth-config.ts";
import { BackendError } from "./errors.ts";
import { KeyRing } from "./key-ring.ts";
import { type Call, type CallResult, type PushedModule, Runtime } from "./runtime.ts";
import { tablesOf } from "./schema.ts";

/** Source: `DeploymentType` of the Management API. */
export type CloudKind = "prod" | "dev" | "preview" | "custom";
export type DeploymentKind = CloudKind | "selfHosted";

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

const limits = { count: 512, nameLength: 256, valueBytes: 8192, totalBytes: 512 * 1024 };
const builtIn = ["CONVEX_CLOUD_URL", "CONVEX_SITE_URL"];
const nothing: Deployed = { modules: [], providers: [], runtime: undefined, schema: null };

/** The state of one deployment, apart from how it is reached over HTTP. */
export class DeploymentState {
  readonly name: string;
  kind: DeploymentKind;
  /** The key it is born with, which is never taken back. */
  readonly deployKey: string;
  /** Whether an access token, rather than a key of the deployment, gives access to it. */
  admits: (token: string) => boolean = () => false;
  /** Keys minted for it later. */
  readonly keys: KeyRing;
  readonly variables = new Map<string, string>();
  url = "";
  siteUrl = "";
  deployed: Deployed = nothing;
  /** That of a push under way. */
  pendingSchema: string | null = null;
  /** Finished pushes that changed the deployment. */
  pushes = 0;
  /** Milliseconds since the epoch. */
  lastDeployTime: number | null = null;
  readonly #clock: VendorClock;

  constructor(name: string, kind: DeploymentKind, clock: VendorClock, nextId: () => number) {
    this.name = name;
    this.kind = kind;
    this.#clock = clock;
    const prefix = () => (this.kind === "selfHosted" ? name : `${this.kind}:${name}`);
    this.deployKey = `${prefix()}|${randomBytes(24).toString("hex")}`;
    this.keys = new KeyRing(prefix, clock, nextId);
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
  changeVariables(changes: VariableChange[]): Promise<void> {
    const changed = this.#changing.then(() => this.#change(changes));
    this.#changing = changed.catch(() => {});
    return changed;
  }

  async #change(changes: VariableChange[]): Promise<void> {
    const next = new Map(this.variables);
    for (const { name, value } of changes) {
      checkName(name);
      if (value !== null) checkValue(value);
    }
    for (const { name, value } of changes) if (value === null) next.delete(name);
    for (const { name, value } of changes) if (value !== null) next.set(name, value);
    checkTotal(next);
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
    try {
      const runtime = await Runtime.start(functions, schema, this.environment());
      this.#started.add(runtime);
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

  /** Puts a prepared bundle in force. Calls that come meanwhile wait, so that none is lost. */
  replace(next: Deployed): Promise<void> {
    this.#replacing = this.#replacing.then(async () => {
      const previous = this.deployed;
      this.#kept = { ...this.#kept, ...(await this.rows()) };
      await next.runtime?.call({ kind: "environment", variables: this.environment() });
      await next.runtime?.call({ kind: "load", rows: this.#kept });
      this.deployed = next;
      this.pushes += 1;
      this.lastDeployTime = this.#clock.now();
      await previous.runtime?.stop();
    });
    return this.#replacing;
  }

  /** Stops every bundle, those of pushes that never finished too. */
  async stop(): Promise<void> {
    await this.#replacing;
    await Promise.all([...this.#started].map((runtime) => runtime.stop()));
  }

  /** Calls the code in force. */
  async call(call: Call): Promise<CallResult> {
    await this.#replacing;
    const { runtime } = this.deployed;
    return runtime ? runtime.call(call) : { ok: false, message: "no code is deployed" };
  }

  /** Every document by table, without ids and creation times. */
  async rows(): Promise<Record<string, JSONValue[]>> {
    const { runtime, schema } = this.deployed;
    if (!runtime) return this.#kept;
    const result = await runtime.call({ kind: "rows", tables: tablesOf(schema) });
    if (result.ok && "value" in result) return result.value as Record<string, JSONValue[]>;
    throw new Error("the rows could not be read");
  }

  /** Changes are transactions: each sees what the one before it left. */
  #changing: Promise<void> = Promise.resolve();
  /** Data outlives a push that takes every function away. */
  #kept: Record<string, JSONValue[]> = {};
  #replacing: Promise<void> = Promise.resolve();
  readonly #started = new Set<Runtime>();
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

// Source of codes and words: `environment_variables.rs` of the backend.
function checkName(name: string): void {
  if (!/^[A-Za-z_]+[A-Za-z0-9_]*$/.test(name)) {
    const message = `The environment variable name ${name} is invalid. Environment variable names must begin with a letter and may only include characters a-z, A-Z, 0-9, and underscores.`;
    throw new BackendError(400, "EnvironmentVariableNameInvalid", message);
  }
  if (name.length > limits.nameLength) {
    const message = `The environment variable name ${name} is too long. Environment variable names must be less than ${limits.nameLength}.`;
    throw new BackendError(400, "EnvironmentVariableNameTooLong", message);
  }
  if (builtIn.includes(name)) {
    const message = `Environment variable with name "${name}" is built-in and cannot be overridden`;
    throw new BackendError(400, "EnvVarNameForbidden", message);
  }
}

function checkValue(value: string): void {
  const bytes = Buffer.byteLength(value);
  if (bytes <= limits.valueBytes) return;
  // The missing parenthesis is the backend's own.
  const message = `The environment variable value is ${bytes} bytes, which is too large. (max size: ${limits.valueBytes}`;
  throw new BackendError(400, "EnvironmentVariableValueTooLarge", message);
}

function checkTotal(variables: ReadonlyMap<string, string>): void {
  if (variables.size > limits.count) {
    const message = `The environment variable limit (${limits.count}) has been met.`;
    throw new BackendError(400, "EnvVarLimitMet", message);
  }
  const bytes = [...variables].reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (bytes <= limits.totalBytes) return;
  const message = `The total size of all environment variables (${bytes} bytes) exceeds the limit (${limits.totalBytes} bytes).`;
  throw new BackendError(400, "EnvVarTotalSizeLimitMet", message);
}
