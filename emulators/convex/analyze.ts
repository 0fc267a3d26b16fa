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
  cronSpecs: { identifier: string; spec: CronSpec }[] | null;
  sourceMapped: null;
}

/** Intervals in seconds. Source: `CronSpec::from_exported_json` of the backend. */
interface CronSpec {
  /** `users.js:clear` */
  udfPath: string;
  /** A list in JSON. */
  udfArgs: string;
  cronSchedule: { type: string; seconds?: number } & Record<string, unknown>;
}

interface ExportedCron {
  name: string;
  args: unknown;
  schedule: { type: string; seconds?: number; minutes?: number; hours?: number };
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
    cronSpecs: path === "crons.js" ? cronSpecsOf(exports.default) : null,
    sourceMapped: null,
  };
}

function cronSpecsOf(crons: unknown): AnalyzedModule["cronSpecs"] {
  const { isCrons, ...exported } = crons as {
    isCrons?: boolean;
    crons: Record<string, ExportedCron>;
  };
  if (!isCrons)
    throw new TypeError("The default export of `convex/crons.js` is not a Crons object.");
  return Object.entries(exported.crons).map(([identifier, { name, args, schedule }]) => {
    const { seconds = 0, minutes = 0, hours = 0, ...others } = schedule;
    const interval = seconds + minutes * 60 + hours * 3600;
    return {
      identifier,
      spec: {
        udfPath: name.replace(":", ".js:"),
        udfArgs: JSON.stringify(args),
        cronSchedule: interval > 0 ? { ...others, seconds: interval } : others,
      },
    };
  });
}

function udfTypeOf(registered: Registered): AnalyzedFunction["udfType"] | undefined {
  if (typeof registered !== "function" && typeof registered !== "object") return undefined;
  if (registered.isQuery) return "Query";
  if (registered.isMutation) return "Mutation";
  if (registered.isAction) return "Action";
  return undefined;
}
