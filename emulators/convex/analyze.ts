/** Imported modules by path. */
export type LoadedModules = Record<string, Record<string, unknown>>;

export interface AnalyzedFunction {
  name: string;
  pos: null;
  udfType: "Query" | "Mutation" | "Action";
  visibility: { kind: "public" | "internal" };
  args: string | null;
  returns: string | null;
}

/** What the backend learns of a module by importing it; shape as the CLI reads it. */
export interface AnalyzedModule {
  functions: AnalyzedFunction[];
  httpRoutes: { route: { path: string; method: string } }[] | null;
  cronSpecs: null;
  sourceMapped: null;
}

interface Registered {
  isQuery?: boolean;
  isMutation?: boolean;
  isAction?: boolean;
  isPublic?: boolean;
  exportArgs?(): string;
  exportReturns?(): string;
}

/** Finds functions and HTTP routes among the exports. */
export function analyzeModules(modules: LoadedModules): Record<string, AnalyzedModule> {
  return Object.fromEntries(
    Object.entries(modules)
      .filter(([path]) => !path.startsWith("_deps/"))
      .map(([path, exports]) => [path, analyze(path, exports)]),
  );
}

function analyze(path: string, exports: Record<string, unknown>): AnalyzedModule {
  const functions: AnalyzedFunction[] = [];
  for (const [name, exported] of Object.entries(exports)) {
    const registered = exported as Registered | null | undefined;
    const udfType = registered && udfTypeOf(registered);
    if (!registered || !udfType) continue;
    functions.push({
      name,
      pos: null,
      udfType,
      visibility: { kind: registered.isPublic ? "public" : "internal" },
      args: registered.exportArgs?.() ?? null,
      returns: registered.exportReturns?.() ?? null,
    });
  }
  const router = exports.default as
    | { isRouter?: boolean; getRoutes(): [string, string, unknown][] }
    | undefined;
  const routes = path === "http.js" && router?.isRouter ? router.getRoutes() : null;
  return {
    functions,
    httpRoutes: routes?.map(([route, method]) => ({ route: { path: route, method } })) ?? null,
    cronSpecs: null,
    sourceMapped: null,
  };
}

function udfTypeOf(registered: Registered): AnalyzedFunction["udfType"] | undefined {
  if (typeof registered !== "function" && typeof registered !== "object") return undefined;
  if (registered.isQuery) return "Query";
  if (registered.isMutation) return "Mutation";
  if (registered.isAction) return "Action";
  return undefined;
}
