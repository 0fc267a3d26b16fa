import { promisify } from "node:util";
import zlib from "node:zlib";
import { type Context, Hono } from "hono";
import { markRead } from "../server.ts";
import { keyOf, requireAction, requireKey } from "./deploy-key.ts";
import { type Deployed, type DeploymentState, hashOf } from "./deployment.ts";
import { BackendError } from "./errors.ts";
import { analysisOf, diffOf, schemaChangeOf } from "./push-answers.ts";
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

/** A push between start and finish. */
interface Pending {
  next: Deployed;
  environment: string;
  dryRun: boolean;
}

/** The push protocol of the CLI: hashes, evaluate, start, wait, finish. */
export function pushRoutes(deployment: DeploymentState): Hono {
  const app = new Hono();
  const pending = new Map<string, Pending>();
  let started = 0;

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
    started += 1;
    const id = `push_${started}`;
    if (!request.dryRun) await overtake(pending);
    pending.set(id, { next, environment: environmentOf(deployment), dryRun: request.dryRun });
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
    return c.json({ type: pending.has(id) ? "complete" : "raceDetected" });
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
    if (!push) {
      throw new BackendError(400, "RaceDetected", "Schema was overwritten by another push.");
    }
    pending.delete(id);
    const diff = diffOf(deployment.deployed, push.next);
    if (request.dryRun) {
      markRead(c);
      await push.next.runtime?.stop();
      return c.json(diff);
    }
    if (push.environment !== environmentOf(deployment)) {
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

/** A push that begins leaves those before it nothing to finish. */
async function overtake(pending: Map<string, Pending>): Promise<void> {
  for (const [id, { next, dryRun }] of pending) {
    if (dryRun) continue;
    pending.delete(id);
    await next.runtime?.stop();
  }
}

function environmentOf({ variables }: DeploymentState): string {
  return JSON.stringify([...variables].sort(([one], [other]) => (one < other ? -1 : 1)));
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
