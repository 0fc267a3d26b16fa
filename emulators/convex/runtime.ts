import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import type { JSONValue } from "convex/values";
import type { AnalyzedModule } from "./analyze.ts";

/** A module as the CLI pushes it. */
export interface PushedModule {
  path: string;
  source: string;
  sourceMap?: string | undefined;
  environment: string;
}

export interface WorkerInput {
  directory: string;
  paths: string[];
  schemaPath: string | undefined;
}

export type Call =
  | { kind: "environment"; variables: Record<string, string> }
  | {
      kind: "function";
      type: "query" | "mutation" | "action";
      path: string;
      args: JSONValue;
      identity: Record<string, JSONValue> | undefined;
    }
  | {
      kind: "http";
      path: string;
      method: string;
      headers: [string, string][];
      body: ArrayBuffer;
    }
  | { kind: "load"; rows: Record<string, JSONValue[]> }
  | { kind: "rows"; tables: string[] };

export type CallResult =
  | { ok: true; value: JSONValue }
  | { ok: true; http: { status: number; headers: [string, string][]; body: ArrayBuffer } }
  | { ok: false; message: string; data?: JSONValue };

interface Ready {
  ready: Record<string, AnalyzedModule>;
  schema: string | null;
}

/** A pushed bundle that runs, in a thread and a folder of its own. Calls are answered one at a time. */
export class Runtime {
  readonly modules: Record<string, AnalyzedModule>;
  /** The schema's own JSON, `null` without one. */
  readonly schema: string | null;
  readonly #worker: Worker;
  readonly #directory: string;
  readonly #waiting = new Map<number, (result: CallResult) => void>();
  #queue: Promise<unknown> = Promise.resolve();
  #sequence = 0;

  private constructor(worker: Worker, directory: string, ready: Ready) {
    this.#worker = worker;
    this.#directory = directory;
    this.modules = ready.ready;
    this.schema = ready.schema;
    worker.on("message", ({ sequence, result }: { sequence: number; result: CallResult }) => {
      this.#waiting.get(sequence)?.(result);
      this.#waiting.delete(sequence);
    });
  }

  /**
   * Writes and imports a bundle.
   *
   * @throws the error that importing it raised
   */
  static async start(
    modules: PushedModule[],
    schema: PushedModule | null,
    variables: Record<string, string>,
  ): Promise<Runtime> {
    const directory = await mkdtemp(path.join(tmpdir(), "convex-emulator-"));
    await writeFile(path.join(directory, "package.json"), '{"type":"module"}');
    const schemaPath = schema ? "__schema.js" : undefined;
    const files = modules.map(({ path: file, source }) => [file, source] as const);
    for (const [file, source] of schema ? [...files, ["__schema.js", schema.source]] : files) {
      const target = path.join(directory, file as string);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, source as string);
    }
    const workerData: WorkerInput = {
      directory,
      paths: modules.map((module) => module.path),
      schemaPath,
    };
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData,
      env: variables,
      stdout: true,
      stderr: true,
    });
    // What functions log stays with the deployment, as it does in the vendor's dashboard.
    worker.stdout.resume();
    worker.stderr.resume();
    try {
      const ready = await new Promise<Ready>((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      });
      return new Runtime(worker, directory, ready);
    } catch (error) {
      await worker.terminate();
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  call(call: Call): Promise<CallResult> {
    const result = this.#queue.then(() => this.#send(call));
    this.#queue = result;
    return result;
  }

  async stop(): Promise<void> {
    await this.#queue;
    await this.#worker.terminate();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #send(call: Call): Promise<CallResult> {
    const sequence = this.#sequence++;
    return new Promise((resolve) => {
      this.#waiting.set(sequence, resolve);
      this.#worker.postMessage({ ...call, sequence });
    });
  }
}
