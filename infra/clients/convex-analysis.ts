import { spawn } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { digestOf, type PushRequest } from "./convex-bundle.ts";
import {
  type CodeFacts,
  cronOf,
  type FunctionFacts,
  functionOf,
  noSchema,
  providerOf,
  type RawCron,
  type RawProvider,
  schemaOf,
} from "./convex-facts.ts";

export interface AnalyzerInput {
  /** In the order in which they are loaded. */
  files: string[];
  /** Names of the variables that the code finds set; all there could be when absent. */
  variables?: string[];
}

/** `exports` is absent when the module does not load where it was tried. */
export interface AnalyzerOutput {
  file: string;
  exports: ModuleExports | undefined;
}

export interface ModuleExports {
  functions: (Pick<FunctionFacts, "type" | "visibility"> & {
    name: string;
    arguments: unknown;
    returns: unknown;
  })[];
  routes?: string[];
  crons?: Record<string, RawCron>;
  schema?: string;
  providers?: RawProvider[];
}

/**
 * Tells what a bundle declares by loading it in a process of its own: with an empty environment, no right
 * to read or write other files or to start programs, and limited time. In place of each variable's value
 * the code finds `$` and its name.
 *
 * @param variables those set on the target; absent while it is not known, when any name is taken for set
 * @param longest milliseconds; a bundle loads in a fraction of it
 */
export async function analyzeBundle(
  request: PushRequest,
  signal: AbortSignal,
  variables?: ReadonlyMap<string, string>,
  longest = 10_000,
): Promise<CodeFacts> {
  const { changedModules, schema } = request.appDefinition;
  const modules = [...changedModules, ...(schema ? [{ ...schema, path: "schema.js" }] : [])];
  const files = modules.map((module) => module.path).filter((file) => !file.startsWith("_deps/"));
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "clerkconvex-")));
  try {
    await write(folder, "package.json", '{"type":"module"}');
    const input: AnalyzerInput = { files, ...(variables && { variables: [...variables.keys()] }) };
    await write(folder, "input.json", JSON.stringify(input));
    for (const module of modules) {
      await write(folder, path.join("modules", module.path), module.source);
    }
    const loaded = await load(folder, signal, longest);
    return factsOf(request, files, loaded, variables ?? new Map());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function factsOf(
  request: PushRequest,
  files: string[],
  loaded: Map<string, ModuleExports>,
  variables: ReadonlyMap<string, string>,
): CodeFacts {
  const meant = (text: string) =>
    text.replace(/\$(\w+)/g, (named, name: string) => variables.get(name) ?? named);
  const schema = loaded.get("schema.js")?.schema;
  const providers = loaded.get("auth.config.js")?.providers ?? [];
  const hasSchema = request.appDefinition.schema !== null;
  return {
    modules: digestOf(request).modules,
    functions: [...loaded].flatMap(([file, { functions }]) =>
      functions.map(({ name, ...found }) => functionOf(file, name, found, found)),
    ),
    routes: loaded.get("http.js")?.routes ?? [],
    crons: Object.entries(loaded.get("crons.js")?.crons ?? {}).map(([name, cron]) =>
      cronOf(name, cron),
    ),
    schema: schema === undefined ? (hasSchema ? undefined : noSchema) : schemaOf(schema),
    providers: providers.map((provider) => providerOf(provider, meant, (text) => text)),
    unread: files.filter((file) => !loaded.has(file)),
  };
}

/** Exports by module, without those that could not be loaded. */
async function load(
  folder: string,
  signal: AbortSignal,
  timeout: number,
): Promise<Map<string, ModuleExports>> {
  const analyzer = path.join(import.meta.dirname, "convex-analyzer.ts");
  const rights = ["--permission", `--allow-fs-read=${folder}/*`, `--allow-fs-read=${analyzer}`];
  const child = spawn(process.execPath, [...rights, analyzer, folder], {
    env: {},
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    timeout,
    killSignal: "SIGKILL",
    signal,
  });
  const loaded = new Map<string, ModuleExports>();
  child.on("message", ({ file, exports }: AnalyzerOutput) => {
    if (exports) loaded.set(file, exports);
  });
  await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return loaded;
}

async function write(folder: string, file: string, text: string): Promise<void> {
  const target = path.join(folder, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
}
