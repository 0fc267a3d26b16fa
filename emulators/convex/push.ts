import { promisify } from "node:util";
import zlib from "node:zlib";
import { type Context, Hono } from "hono";
import { markRead } from "../server.ts";
import { keyOf, requireAction, requireKey } from "./deploy-key.ts";
import { type Deployed, type DeploymentState, hashOf } from "./deployment.ts";
import { BackendError } from "./errors.ts";
import { PendingPushes } from "./pending-pushes.ts";
import { analysisOf, authInfoOf, diffOf, noDiff, schemaChangeOf } from "./push-answers.ts";
import type { PushedModule } from "./runtime.ts";
import { evaluateSchema, predict } from "./schema.ts";

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

/** The push protocol of the CLI: hashes, evaluate, start, wait, finish. */
export function pushRoutes(deployment: DeploymentState): Hono {
  const app = new Hono();
  const pending = new PendingPushes(deployment);

  app.post("/get_config_hashes", async (c) => {
    markRead(c);
    authorise(deployment, c, await bodyOf(c));
    const { modules } = deployment.deployed;
    return c.json({
      // Providers of an `auth.config` are left out. Source: `get_with_module_metadata` of the backend.
      config: { functions: "convex/" },
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
    const next = await prepare(deployment, request);
    await next.runtime?.stop();
    return c.json({
      schemaChange: schemaChangeOf(deployment.deployed.schema, next.schema, "evaluated"),
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
    const next = await prepare(deployment, request);
    udfServerVersion = request.appDefinition.udfServerVersion;
    const { schemaId, changed } = pending.submit(next.schema);
    if (request.dryRun && !changed) markRead(c);
    const storageKey = pending.keep(next, schemaId);
    return c.json({
      environmentVariables: Object.fromEntries(deployment.variables),
      externalDepsId: null,
      componentDefinitionPackages: { "": { storageKey } },
      appAuth: authInfoOf(next.providers),
      analysis: { "": analysisOf(next, request.appDefinition.udfServerVersion) },
      app: {
        definitionPath: "",
        componentPath: "",
        args: {},
        childComponents: {},
        httpRoutes: { httpModuleRoutes: null, mounts: [] },
        exports: {},
      },
      schemaChange: schemaChangeOf(deployment.deployed.schema, next.schema, schemaId),
    });
  });

  app.post("/deploy2/wait_for_schema", async (c) => {
    markRead(c);
    const request = await bodyOf<{
      adminKey: string;
      schemaChange: { schemaIds: Record<string, string | null> };
    }>(c);
    authorise(deployment, c, request);
    const id = request.schemaChange.schemaIds[""] ?? null;
    return c.json({ type: pending.isOverwritten(id) ? "raceDetected" : "complete" });
  });

  app.post("/deploy2/finish_push", async (c) => {
    const request = await bodyOf<{
      adminKey: string;
      dryRun: boolean;
      startPush: { componentDefinitionPackages: Record<string, { storageKey: string }> };
    }>(c);
    authorise(deployment, c, request);
    if (request.dryRun) {
      // The backend tells nothing here: what a dry run changed is rolled back before it is compared.
      markRead(c);
      return c.json(noDiff);
    }
    const before = deployment.deployed;
    await pending.finish(request.startPush.componentDefinitionPackages[""]?.storageKey ?? "");
    return c.json(diffOf(before, deployment.deployed));
  });

  app.post("/deploy2/report_push_completed", async (c) => {
    markRead(c);
    authorise(deployment, c, await bodyOf(c));
    return c.json({});
  });

  return app;
}

/** @throws {BackendError} 401 `BadAdminKey`, 403 `BadDeployKey` or 403 `OperationNotPermitted` */
function authorise(
  deployment: DeploymentState,
  context: Context,
  body: { adminKey?: string },
): void {
  requireAction(requireKey(deployment, keyOf(context) ?? body.adminKey), "deployment:deploy");
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

/** @throws {BackendError} as a push is refused for its code, its auth config or what is not emulated */
function prepare(deployment: DeploymentState, request: StartPush): Promise<Deployed> {
  if (request.componentDefinitions.length > 0) {
    throw new BackendError(501, "NotEmulated", "Components are not emulated");
  }
  return deployment.prepare(modulesOf(deployment, request), request.appDefinition.schema);
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
