import {
  type CodeFacts,
  type CronFacts,
  type FunctionFacts,
  type ModuleHashes,
  noSchema,
  type SchemaFacts,
} from "./convex-facts.ts";

/** What a push does to the indexes of the app's tables, each named `table.index`. */
export interface IndexChanges {
  added: { name: string; staged: boolean }[];
  removed: string[];
  /** No longer staged. */
  enabled: string[];
  /** Staged from now on. */
  disabled: string[];
}

export type Sign = "-" | "~" | "+";

/** In the order in which they are listed. */
const kinds = ["function", "http", "cron", "table", "index", "auth", "schema", "module"] as const;

export interface Change {
  sign: Sign;
  kind: (typeof kinds)[number];
  name: string;
  /** What of it changes, or how it is. */
  detail: string[];
}

/** What a push of code would change, in a fixed order: what goes first, then what changes and comes. */
export function planOf(
  before: CodeFacts,
  after: CodeFacts,
  indexes = indexChanges(before.schema, after.schema),
): Change[] {
  const changes = [
    ...functionChanges(before, after),
    ...routeChanges(before, after),
    ...cronChanges(before, after),
    ...tableChanges(before.schema, after.schema),
    ...describeIndexes(indexes),
    ...providerChanges(before, after),
  ];
  return [...changes, ...moduleChanges(before, after)].sort(
    (one, other) =>
      signs.indexOf(one.sign) - signs.indexOf(other.sign) ||
      kinds.indexOf(one.kind) - kinds.indexOf(other.kind) ||
      (one.name < other.name ? -1 : 1),
  );
}

const signs: Sign[] = ["-", "~", "+"];

/** `~ users:seen (mutation): code` */
export function lineOf({ sign, kind, name, detail }: Change): string {
  const named = kind === "function" ? name : `${kind} ${name}`;
  return `${sign} ${named}${detail.length > 0 ? `: ${detail.join(", ")}` : ""}`;
}

/** Names of modules by what became of them, without those that only hold shared code. */
export function compareModules(before: ModuleHashes, after: ModuleHashes): Record<Sign, string[]> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const differing = names.filter((name) => before[name] !== after[name]);
  // A shared part is named by a hash, and those that import it differ with it.
  const own = differing.filter((name) => !name.startsWith("_deps/"));
  const signOf = (name: string) => (!(name in after) ? "-" : name in before ? "~" : "+");
  const { "-": gone = [], "~": changed = [], "+": added = [] } = Object.groupBy(own, signOf);
  return { "-": gone, "~": changed, "+": added };
}

function functionChanges(before: CodeFacts, after: CodeFacts): Change[] {
  const known = ({ functions }: CodeFacts) =>
    functions.filter(({ module }) => !after.unread.includes(module));
  return compare(known(before), known(after), {
    kind: "function",
    name: ({ name, visibility, type }) =>
      `${name} (${visibility === "internal" ? "internal " : ""}${type})`,
    key: ({ name }) => name,
    detail: (old, next) => {
      const differing = ["type", "visibility", "arguments", "returns"] as const;
      const found = differing.filter((part) => old[part] !== next[part]);
      if (found.length > 0) return found.map((part) => (part === "type" ? "kind" : part));
      return codeOf(next.module, before, after);
    },
  } satisfies Comparison<FunctionFacts>);
}

function routeChanges(before: CodeFacts, after: CodeFacts): Change[] {
  if (after.unread.includes("http.js")) return [];
  return compare(before.routes, after.routes, {
    kind: "http",
    name: (route) => route,
    key: (route) => route,
    detail: () => codeOf("http.js", before, after),
  });
}

function cronChanges(before: CodeFacts, after: CodeFacts): Change[] {
  if (after.unread.includes("crons.js")) return [];
  return compare(before.crons, after.crons, {
    kind: "cron",
    name: ({ name }) => name,
    key: ({ name }) => name,
    detail: (old, next) =>
      (["schedule", "function", "arguments"] as const).filter((part) => old[part] !== next[part]),
  } satisfies Comparison<CronFacts>);
}

function tableChanges(before = noSchema, after?: SchemaFacts): Change[] {
  if (!after) return [];
  const tables = compare(Object.entries(before.tables), Object.entries(after.tables), {
    kind: "table",
    name: ([table]) => table,
    key: ([table]) => table,
    detail: ([, old], [, next]) => (old === next ? [] : ["fields"]),
  });
  // A schema that comes or goes brings its validation along.
  if (before.validation === after.validation || before === noSchema || after === noSchema) {
    return tables;
  }
  const detail = [after.validation ? "on" : "off"];
  return [...tables, { sign: "~", kind: "schema", name: "validation", detail }];
}

function providerChanges(before: CodeFacts, after: CodeFacts): Change[] {
  if (after.unread.includes("auth.config.js")) return [];
  return compare(before.providers, after.providers, {
    kind: "auth",
    name: ({ label }) => label,
    key: ({ key }) => key,
    detail: () => [],
  });
}

/** Modules that differ and declare nothing, or nothing that differs. */
function moduleChanges(before: CodeFacts, after: CodeFacts): Change[] {
  const told = new Set([...before.functions, ...after.functions].map(({ module }) => module));
  const main = (facts: "routes" | "crons" | "providers") =>
    before[facts].length + after[facts].length > 0;
  if (main("routes")) told.add("http.js");
  if (cronChanges(before, after).length > 0) told.add("crons.js");
  if (providerChanges(before, after).length > 0) told.add("auth.config.js");
  for (const module of after.unread) told.delete(module);
  const differing = compareModules(before.modules, after.modules);
  return signs.flatMap((sign) =>
    differing[sign]
      .filter((module) => !told.has(module))
      .map((name) => ({ sign, kind: "module", name, detail: sign === "~" ? ["code"] : [] })),
  );
}

function codeOf(module: string, before: CodeFacts, after: CodeFacts): string[] {
  return before.modules[module] === after.modules[module] ? [] : ["code"];
}

/** The same as the backend finds, told by the two schemas alone. */
function indexChanges(before = noSchema, after: SchemaFacts = before): IndexChanges {
  const [old, next] = [before.indexes, after.indexes];
  const same = (name: string) => old[name]?.definition === next[name]?.definition;
  const differing = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  const replaced = differing.filter((name) => !same(name));
  const turned = differing.filter((name) => same(name) && old[name]?.staged !== next[name]?.staged);
  return {
    removed: replaced.filter((name) => name in old),
    added: replaced.flatMap((name) => (next[name] ? [{ name, staged: next[name].staged }] : [])),
    enabled: turned.filter((name) => old[name]?.staged),
    disabled: turned.filter((name) => next[name]?.staged),
  };
}

function describeIndexes({ added, removed, enabled, disabled }: IndexChanges): Change[] {
  const change = (sign: Sign, name: string, ...detail: string[]): Change => {
    return { sign, kind: "index", name, detail };
  };
  const isAdded = (name: string) => added.some((index) => index.name === name);
  return [
    ...removed.map((name) => (isAdded(name) ? change("~", name, "fields") : change("-", name))),
    ...added
      .filter(({ name }) => !removed.includes(name))
      .map(({ name, staged }) => change("+", name, ...(staged ? ["staged"] : []))),
    ...enabled.map((name) => change("~", name, "enabled")),
    ...disabled.map((name) => change("~", name, "staged")),
  ];
}

interface Comparison<T> {
  kind: Change["kind"];
  name(item: T): string;
  key(item: T): string;
  /** Empty when the two are the same. */
  detail(old: T, next: T): string[];
}

function compare<T>(before: T[], after: T[], { kind, name, key, detail }: Comparison<T>): Change[] {
  const old = new Map(before.map((item) => [key(item), item]));
  const next = new Map(after.map((item) => [key(item), item]));
  const gone = [...old].filter(([found]) => !next.has(found)).map(([, item]) => item);
  const kept = [...next].flatMap(([found, item]): Change[] => {
    const previous = old.get(found);
    if (previous === undefined) return [{ sign: "+", kind, name: name(item), detail: [] }];
    const differing = detail(previous, item);
    return differing.length > 0 ? [{ sign: "~", kind, name: name(item), detail: differing }] : [];
  });
  return [
    ...gone.map((item): Change => ({ sign: "-", kind, name: name(item), detail: [] })),
    ...kept,
  ];
}
