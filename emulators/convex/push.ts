import { promisify } from "node:util";
import zlib from "node:zlib";
import { type Context, Hono } from "hono";
import { markRead } from "../server.ts";
import { requireKey } from "./deploy-key.ts";
import { type Deployed, type DeploymentState, hashOf } from "./deployment.ts";
import { BackendError } from "./errors.ts";
import type { PushedModule } from "./runtime.ts";
import { evaluateSchema, indexDiff, predict } from "./schema.ts";

const decompress = promisify(zlib.brotliDecompress);

interface StartPush {
  adminKey: string;
  dryRun: boolean;
  appDefinition: {
    changedModules: PushedModule[];
    unchangedModuleHashes: { path: string; sha256: string }[];
    schema: PushedModule | null;
    udfServerVersion: string;
  };
  componentDefinitions: unknown[];
}

interface Pending {
  next: Deployed;
  environment: string;
  dryRun: boolean;
}

/** The push protocol of the CLI: hashes, evaluate, start, wait, finish. */
export function pushRoutes(deployment: DeploymentState): Hono {
  const app = new Hono();
  const pending = new Map<string, Pending>();
  let latest = 0;

  app.post("/get_config_hashes", async (c) => {
    markRead(c);
    authorise(deployment, c, await bodyOf(c));
    const { modules } = deployment.deployed;
    return c.json({
      config: { functions: "convex/", authInfo: [] },
      moduleHashes: modules.map((module) => ({
        path: module.path,
        hash: hashOf(module),
        environment: module.environment,
      })),
      udfServerVersion: modules.length > 0 ? udfServerVersion : null,
      nodeVersion: null,
    });
  });

  let udfServerVersion: string | null = null;

  app.post("/deploy2/evaluate_push", async (c) => {
    markRead(c);
    const request = await bodyOf<StartPush>(c);
    authorise(deployment, c, request);
    const schema = await evaluateSchema(request.appDefinition.schema);
    return c.json({
      schemaChange: schemaChangeOf(deployment.deployed.schema, schema, "evaluated"),
    });
  });

  app.post("/deploy2/evaluate_schema", async (c) => {
    markRead(c);
    const request = await bodyOf<StartPush>(c);
    authorise(deployment, c, request);
    const schema = await evaluateSchema(request.appDefinition.schema);
    const rows = await deployment.rows();
    const sizes = Object.fromEntries(
      Object.entries(rows).map(([table, documents]) => [table, documents.length]),
    );
    return c.json({
      componentSchemaEvaluations: { "": predict(deployment.deployed.schema, schema, sizes) },
      newComponentDefinitions: [],
    });
  });

  app.post("/deploy2/start_push", async (c) => {
    const request = await bodyOf<StartPush>(c);
    authorise(deployment, c, request);
    if (request.dryRun) markRead(c);
    if (request.componentDefinitions.length > 0) {
      throw new BackendError(501, "NotEmulated", "Components are not emulated");
    }
    const next = await deployment.prepare(
      modulesOf(deployment, request),
      request.appDefinition.schema,
    );
    udfServerVersion = request.appDefinition.udfServerVersion;
    latest += 1;
    const id = `push_${latest}`;
    const environment = JSON.stringify([...deployment.variables]);
    pending.set(id, { next, environment, dryRun: request.dryRun });
    return c.json({
      environmentVariables: Object.fromEntries(deployment.variables),
      externalDepsId: null,
      componentDefinitionPackages: {},
      appAuth: next.providers,
      analysis: { "": analysisOf(next, request.appDefinition.udfServerVersion) },
      app: {
        definitionPath: "",
        componentPath: "",
        args: {},
        childComponents: {},
        httpRoutes: { httpModuleRoutes: null, mounts: [] },
        exports: {},
      },
      schemaChange: schemaChangeOf(deployment.deployed.schema, next.schema, id),
    });
  });

  app.post("/deploy2/wait_for_schema", async (c) => {
    markRead(c);
    const request = await bodyOf<{
      adminKey: string;
      schemaChange: { schemaIds: Record<string, string> };
    }>(c);
    authorise(deployment, c, request);
    const id = request.schemaChange.schemaIds[""] ?? "";
    return c.json({ type: id === `push_${latest}` ? "complete" : "raceDetected" });
  });

  app.post("/deploy2/finish_push", async (c) => {
    const request = await bodyOf<{
      adminKey: string;
      dryRun: boolean;
      startPush: { schemaChange: { schemaIds: Record<string, string> } };
    }>(c);
    authorise(deployment, c, request);
    const id = request.startPush.schemaChange.schemaIds[""] ?? "";
    const push = pending.get(id);
    if (!push) throw new BackendError(400, "InvalidPush", "The push is not known");
    pending.delete(id);
    const diff = diffOf(deployment.deployed, push.next);
    if (request.dryRun) {
      markRead(c);
      await push.next.runtime?.stop();
      return c.json(diff);
    }
    if (push.environment !== JSON.stringify([...deployment.variables])) {
      await push.next.runtime?.stop();
      const message = "Environment variables have changed during push";
      throw new BackendError(400, "RaceDetected", message);
    }
    await deployment.replace(push.next);
    return c.json(diff);
  });

  app.post("/deploy2/report_push_completed", async (c) => {
    markRead(c);
    authorise(deployment, c, await bodyOf(c));
    return c.json({});
  });

  return app;
}

/** @throws {BackendError} 401 `BadAdminKey` for a wrong key, 403 `BadDeployKey` without one */
export function authorise(
  deployment: DeploymentState,
  context: Context,
  body: { adminKey?: string } = {},
): void {
  const header = context.req.header("authorization")?.replace(/^Convex /, "");
  requireKey(deployment, header ?? body.adminKey);
}

async function bodyOf<T extends object>(context: Context): Promise<T> {
  const bytes = Buffer.from(await context.req.arrayBuffer());
  const plain = context.req.header("content-encoding") === "br" ? await decompress(bytes) : bytes;
  try {
    return JSON.parse(plain.toString("utf8")) as T;
  } catch {
    throw new BackendError(400, "BadJsonBody", "The request body is not valid JSON");
  }
}

/** Unchanged modules are sent by hash only; their sources come from what is deployed. */
function modulesOf({ deployed }: DeploymentState, { appDefinition }: StartPush): PushedModule[] {
  const unchanged = appDefinition.unchangedModuleHashes.map(({ path, sha256 }) => {
    const known = deployed.modules.find((module) => module.path === path);
    if (known && hashOf(known) === sha256) return known;
    throw new BackendError(400, "UnknownModule", `Module ${path} is not deployed with that hash`);
  });
  return [...appDefinition.changedModules, ...unchanged];
}

function analysisOf(next: Deployed, serverVersion: string) {
  return {
    definition: {
      path: "",
      definitionType: { type: "app" },
      childComponents: [],
      httpMounts: {},
      exports: { type: "branch", branch: [] },
    },
    schema: next.schema === null ? null : JSON.parse(next.schema),
    functions: next.runtime?.modules ?? {},
    udfConfig: { serverVersion, importPhaseRngSeed: null, importPhaseUnixTimestamp: null },
  };
}

function schemaChangeOf(old: string | null, next: string | null, id: string) {
  return {
    allocatedComponentIds: {},
    schemaIds: { "": id },
    indexDiffs: { "": indexDiff(old, next) },
  };
}

function diffOf(old: Deployed, next: Deployed) {
  const providers = (of: Deployed) => of.providers.map((provider) => JSON.stringify(provider));
  const paths = (of: Deployed) => of.modules.map((module) => module.path);
  const without = (list: string[], other: string[]) => list.filter((item) => !other.includes(item));
  return {
    authDiff: {
      added: without(providers(next), providers(old)),
      removed: without(providers(old), providers(next)),
    },
    definitionDiffs: {},
    componentDiffs: {
      "": {
        diffType: { type: "modify" },
        moduleDiff: {
          added: without(paths(next), paths(old)),
          removed: without(paths(old), paths(next)),
        },
        udfConfigDiff: null,
        cronDiff: { added: [], updated: [], deleted: [] },
        indexDiff: indexDiff(old.schema, next.schema),
        schemaDiff:
          old.schema === next.schema
            ? null
            : { previous_schema: old.schema, next_schema: next.schema },
      },
    },
  };
}
