import { createHash } from "node:crypto";
import { jsonToConvex } from "convex/values";
import { requireSafeUrl } from "../urls.ts";
import { classifyConvex } from "./convex.ts";
import type { PushRequest } from "./convex-bundle.ts";
import {
  type CodeFacts,
  type CronFacts,
  cronOf,
  type FunctionFacts,
  functionOf,
  type ModuleHashes,
  noSchema,
  providerOf,
  type RawProvider,
  schemaOf,
} from "./convex-facts.ts";
import type { IndexChanges } from "./convex-plan.ts";
import type { DeploymentAccess } from "./convex-target.ts";
import { callVendor, requestJson } from "./http.ts";
import { VendorError } from "./vendor-error.ts";

/** The code of one Convex deployment, looked at with its key. Every method throws {@link VendorError}. */
export class ConvexCodeClient {
  readonly #access: DeploymentAccess;
  readonly #signal: AbortSignal;

  constructor(access: DeploymentAccess, signal: AbortSignal) {
    requireSafeUrl(access.url, "Convex deployment URL");
    this.#access = access;
    this.#signal = signal;
  }

  /** Source: `POST /api/get_config_hashes`, as the `convex` CLI calls it. */
  async moduleHashes(): Promise<ModuleHashes> {
    const operation = "reading the deployed modules";
    const { moduleHashes } = await this.#post<{
      moduleHashes?: { path: string; hash: string; environment?: string | null }[];
    }>(operation, "/api/get_config_hashes", {
      adminKey: this.#access.adminKey,
      version: "1.0.0",
    });
    if (!Array.isArray(moduleHashes)) throw new VendorError("Convex", operation, "malformed");
    return Object.fromEntries(
      moduleHashes.map(({ path, hash, environment }) => [
        path,
        `${environment ?? "isolate"}:${hash}`,
      ]),
    );
  }

  /**
   * SHA-256 of the schema in force, empty without one. The backend gives it in a form of its own, so it
   * compares with another answer of this method and nothing else.
   */
  async schemaHash(): Promise<string> {
    const schema = await this.#schema();
    return schema === undefined ? "" : createHash("sha256").update(schema).digest("hex");
  }

  /**
   * All that the code in force declares.
   *
   * @param variables of the deployment; their values are taken out of the providers' labels
   */
  async facts(variables: ReadonlyMap<string, string>): Promise<CodeFacts> {
    const [modules, { functions, routes }, schema, providers] = await Promise.all([
      this.moduleHashes(),
      this.#functions(),
      this.#schema(),
      this.#providers(),
    ]);
    const shown = (text: string) => withoutValues(text, variables);
    return {
      modules,
      functions,
      routes,
      crons: "crons.js" in modules ? await this.#crons() : [],
      schema: schema === undefined ? noSchema : schemaOf(schema),
      providers: providers.map((provider) => providerOf(provider, (text) => text, shown)),
      unread: [],
    };
  }

  /**
   * Has the deployment try a push: it evaluates code, schema and auth config as for a real one, and leaves
   * nothing behind. A `start_push` with `dryRun` would not do: it puts its schema in the place of that of
   * another push under way, and the `finish_push` after it tells nothing.
   * Source: `POST /api/deploy2/evaluate_push`, `deploy_config2.rs` of the backend.
   */
  async evaluatePush(request: PushRequest): Promise<IndexChanges> {
    const operation = "trying the push";
    const body = { ...request, adminKey: this.#access.adminKey, dryRun: true };
    const { schemaChange } = await this.#post<{
      schemaChange?: { indexDiffs?: Record<string, SerializedIndexDiff> };
    }>(operation, "/api/deploy2/evaluate_push", body, true);
    if (!schemaChange) throw new VendorError("Convex", operation, "malformed");
    const { added_indexes, removed_indexes, enabled_indexes, disabled_indexes } = schemaChange
      .indexDiffs?.[""] ?? { added_indexes: [], removed_indexes: [] };
    return {
      added: added_indexes.map(({ name, staged = false }) => ({ name, staged })),
      removed: removed_indexes.map(({ name }) => name),
      enabled: enabled_indexes?.map(({ name }) => name) ?? [],
      disabled: disabled_indexes?.map(({ name }) => name) ?? [],
    };
  }

  /** Source: the system query that `convex function-spec` makes. */
  async #functions(): Promise<{ functions: FunctionFacts[]; routes: string[] }> {
    const operation = "reading the deployed functions";
    const value = await this.#query(operation, "_system/cli/modules:apiSpec");
    if (!Array.isArray(value)) throw new VendorError("Convex", operation, "malformed");
    const functions: FunctionFacts[] = [];
    const routes: string[] = [];
    for (const entry of value as ApiSpec[]) {
      if (entry.functionType === "HttpAction") routes.push(`${entry.method} ${entry.path}`);
      else {
        const [module = "", name = ""] = entry.identifier.split(":");
        const type = entry.functionType.toLowerCase() as FunctionFacts["type"];
        const facts = { type, visibility: entry.visibility.kind };
        const types = { arguments: entry.args, returns: entry.returns };
        functions.push(functionOf(module, name, facts, types));
      }
    }
    return { functions, routes };
  }

  /** Source: the system query that the dashboard makes. */
  async #schema(): Promise<string | undefined> {
    const operation = "reading the deployed schema";
    const value = await this.#query(operation, "_system/frontend/getSchemas");
    if (typeof value !== "object" || value === null) {
      throw new VendorError("Convex", operation, "malformed");
    }
    const { active } = value as { active?: unknown };
    return typeof active === "string" ? active : undefined;
  }

  /** Source: the system query that the dashboard makes; with an `auth.config` the CLI's call omits them. */
  async #providers(): Promise<RawProvider[]> {
    const operation = "reading the deployed auth providers";
    const value = await this.#query(operation, "_system/frontend/listAuthProviders");
    if (!Array.isArray(value)) throw new VendorError("Convex", operation, "malformed");
    return value as RawProvider[];
  }

  /** Source: the system query that the dashboard makes. */
  async #crons(): Promise<CronFacts[]> {
    const operation = "reading the deployed crons";
    const value = await this.#query(operation, "_system/frontend/listCronJobs");
    if (!Array.isArray(value)) throw new VendorError("Convex", operation, "malformed");
    return (jsonToConvex(value) as unknown as CronJob[]).map(({ name, cronSpec }) => {
      const { cronExpr, ...schedule } = cronSpec.cronSchedule;
      return cronOf(name, {
        name: cronSpec.udfPath,
        args: JSON.parse(Buffer.from(cronSpec.udfArgs).toString("utf8")) as unknown,
        schedule: { ...schedule, ...(cronExpr !== undefined && { cron: cronExpr }) },
      });
    });
  }

  async #query(operation: string, path: string): Promise<unknown> {
    const body = { path, args: {}, format: "convex_encoded_json" };
    const { value } = await this.#post<{ value?: unknown }>(operation, "/api/query", body);
    return value;
  }

  #post<T>(operation: string, path: string, body: object, compressed = false): Promise<T> {
    const { url, adminKey } = this.#access;
    const options = {
      vendor: "Convex",
      operation,
      // None of these changes anything.
      idempotent: true,
      signal: this.#signal,
      classify: classifyConvex,
    } as const;
    const authorization = `Convex ${adminKey}`;
    const request = {
      method: "POST",
      authorization,
      body,
      compressed,
      signal: this.#signal,
    } as const;
    return callVendor(options, () => requestJson<T>(`${url}${path}`, request));
  }
}

type ApiSpec =
  | { functionType: "HttpAction"; method: string; path: string }
  | {
      functionType: "Query" | "Mutation" | "Action";
      /** `users.js:current` */
      identifier: string;
      visibility: { kind: "public" | "internal" };
      args?: unknown;
      returns?: unknown;
    };

interface CronJob {
  name: string;
  cronSpec: {
    udfPath: string;
    /** A list in JSON. */
    udfArgs: ArrayBuffer;
    cronSchedule: { type: string; cronExpr?: string } & Record<string, unknown>;
  };
}

interface SerializedIndexDiff {
  added_indexes: { name: string; staged?: boolean }[];
  removed_indexes: { name: string }[];
  enabled_indexes?: { name: string }[];
  disabled_indexes?: { name: string }[];
}

/** Shorter ones are rarely secrets and would garble the rest; source: the CLI's own redaction. */
const shortestValue = 8;

function withoutValues(text: string, variables: ReadonlyMap<string, string>): string {
  return [...variables]
    .filter(([, value]) => value.length >= shortestValue)
    .sort(([, one], [, other]) => other.length - one.length)
    .reduce((masked, [name, value]) => masked.replaceAll(value, `$${name}`), text);
}
