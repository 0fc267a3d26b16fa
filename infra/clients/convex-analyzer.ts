import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { AnalyzerInput, AnalyzerOutput, ModuleExports } from "./convex-analysis.ts";
import type { RawProvider } from "./convex-facts.ts";

/*
 * Loads the modules of a bundle and tells what they export, as the backend does during a push. It is the
 * whole of a process of its own, which holds no secret and may read nothing but the bundle.
 */

/** What the convex package leaves on what it makes; source: `analyze.rs` of the backend. */
interface Registered {
  isQuery?: boolean;
  isMutation?: boolean;
  isAction?: boolean;
  isInternal?: boolean;
  exportArgs?(): string;
  exportReturns?(): string;
}

/** Default exports that mean something, by the module that they are looked for in. */
interface Mains {
  "http.js": { getRoutes(): [path: string, method: string, handler: unknown][] };
  "crons.js": { export(): string };
  "schema.js": { export(): string };
  "auth.config.js": { providers: RawProvider[] };
}

const folder = process.argv[2] ?? "";
const { files, variables } = JSON.parse(
  readFileSync(path.join(folder, "input.json"), "utf8"),
) as AnalyzerInput;

for (const file of files) {
  // A push fails when the auth config reads a variable that is not set, so for it all of them are.
  process.env = environment(file === "auth.config.js" ? undefined : variables);
  await tell({ file, exports: await exportsOf(file).catch(() => undefined) });
}
process.exit();

function tell(output: AnalyzerOutput): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(output, undefined, {}, () => resolve());
  });
}

/** Every variable that is set reads as `$` and its own name. */
function environment(names: string[] | undefined): NodeJS.ProcessEnv {
  const get = (_: object, name: string | symbol) =>
    typeof name === "string" && (names?.includes(name) ?? true) ? `$${name}` : undefined;
  return new Proxy<NodeJS.ProcessEnv>({}, { get });
}

async function exportsOf(file: string): Promise<ModuleExports> {
  const url = pathToFileURL(path.join(folder, "modules", file));
  const exported = (await import(url.href)) as Record<string, unknown>;
  return { functions: functionsOf(exported), ...mainOf(file, exported.default) };
}

function functionsOf(exported: Record<string, unknown>): ModuleExports["functions"] {
  return Object.entries(exported as Record<string, Registered | null>).flatMap(
    ([name, registered]) => {
      const type = registered && typeOf(registered);
      if (!type) return [];
      return {
        name,
        type,
        visibility: registered.isInternal ? "internal" : "public",
        arguments: JSON.parse(registered.exportArgs?.() ?? "null") as unknown,
        returns: JSON.parse(registered.exportReturns?.() ?? "null") as unknown,
      };
    },
  );
}

function typeOf(registered: Registered): "query" | "mutation" | "action" | undefined {
  if (registered.isQuery) return "query";
  if (registered.isMutation) return "mutation";
  return registered.isAction ? "action" : undefined;
}

function mainOf(file: string, main: unknown): Partial<ModuleExports> {
  switch (file) {
    case "http.js": {
      const routes = (main as Mains["http.js"]).getRoutes();
      return { routes: routes.map(([route, method]) => `${method} ${route}`) };
    }
    case "crons.js":
      return { crons: JSON.parse((main as Mains["crons.js"]).export()) };
    case "schema.js":
      return { schema: (main as Mains["schema.js"]).export() };
    case "auth.config.js":
      return { providers: JSON.parse(JSON.stringify((main as Mains["auth.config.js"]).providers)) };
    default:
      return {};
  }
}
