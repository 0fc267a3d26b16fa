import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { makeFunctionReference } from "convex/server";
import { type ConvexError, convexToJson, type JSONValue, jsonToConvex } from "convex/values";
import { convexTest } from "convex-test";
import { analyzeModules, type LoadedModules } from "./analyze.ts";
import type { Call, CallResult, WorkerInput } from "./runtime.ts";

/*
 * Runs one pushed bundle. A worker of its own gives the functions a process.env of their own, and
 * convex-test, which keeps its database in globals, one instance to itself.
 */

const { directory, paths, schemaPath } = workerData as WorkerInput;
const importFile = (file: string) => import(pathToFileURL(`${directory}/${file}`).href);

const modules: LoadedModules = {};
for (const path of paths) modules[path] = await importFile(path);
const schema = schemaPath ? (await importFile(schemaPath)).default : undefined;

const t = convexTest(schema, {
  "/convex/_generated/api.js": async () => ({}),
  ...Object.fromEntries(paths.map((path) => [`/convex/${path}`, async () => modules[path]])),
});
const port = parentPort;
if (!port) throw new Error("not a worker");
port.on("message", async (call: Call & { sequence: number }) => {
  const result = await answer(call).catch(failure);
  port.postMessage({ sequence: call.sequence, result });
});
port.postMessage({
  ready: analyzeModules(modules),
  schema: schema ? (schema as { export(): string }).export() : null,
});

async function answer(call: Call): Promise<CallResult> {
  switch (call.kind) {
    case "environment": {
      for (const name of Object.keys(process.env)) delete process.env[name];
      Object.assign(process.env, call.variables);
      return { ok: true, value: null };
    }
    case "function": {
      const caller = call.identity ? t.withIdentity(call.identity as never) : t;
      const reference = makeFunctionReference<never>(call.path);
      const args = jsonToConvex(call.args) as never;
      const value = await (caller[call.type] as (f: never, a: never) => Promise<unknown>)(
        reference as never,
        args,
      );
      return { ok: true, value: convexToJson((value ?? null) as never) };
    }
    case "http": {
      const { path, method, headers, body } = call;
      const response = await t.fetch(path, {
        method,
        headers,
        ...(body.byteLength > 0 && { body }),
      });
      return {
        ok: true,
        http: {
          status: response.status,
          headers: [...response.headers],
          body: await response.arrayBuffer(),
        },
      };
    }
    case "load":
      await load(call.rows);
      return { ok: true, value: null };
    case "rows":
      return { ok: true, value: (await dump(call.tables)) as JSONValue };
  }
}

function load(rows: Record<string, JSONValue[]>): Promise<void> {
  return t.run(async (ctx) => {
    for (const [table, documents] of Object.entries(rows)) {
      for (const document of documents) {
        await ctx.db.insert(table as never, jsonToConvex(document) as never);
      }
    }
  });
}

function dump(tables: string[]): Promise<Record<string, JSONValue[]>> {
  return t.run(async (ctx) => {
    const found: Record<string, JSONValue[]> = {};
    for (const table of tables) {
      const documents = await ctx.db.query(table as never).collect();
      found[table] = documents.map((document) => {
        const { _id, _creationTime, ...fields } = document as Record<string, never>;
        return convexToJson(fields as never);
      });
    }
    return found;
  });
}

function failure(error: unknown): CallResult {
  const message = error instanceof Error ? error.message : String(error);
  if (!isConvexError(error)) return { ok: false, message };
  // convex-test hands over the data as JSON text, as the platform's syscall does.
  const data = typeof error.data === "string" ? parsed(error.data) : error.data;
  return { ok: false, message, data: convexToJson(data as never) };
}

/** The bundle brings its own copy of the class, so the mark tells and not the class. */
function isConvexError(error: unknown): error is ConvexError<never> {
  return typeof error === "object" && error !== null && Symbol.for("ConvexError") in error;
}

function parsed(data: string): unknown {
  try {
    return jsonToConvex(JSON.parse(data));
  } catch {
    return data;
  }
}
