import { isDeepStrictEqual } from "node:util";
import type { PushedModule } from "./runtime.ts";

/** An index in the form of the push protocol. */
interface Index {
  /** `table.index` */
  name: string;
  type: "database" | "search" | "vector";
  staged: boolean;
  [definition: string]: unknown;
}

type IndexJson = { indexDescriptor: string } & Record<string, unknown>;

interface SchemaJson {
  tables: ({ tableName: string } & Partial<Record<keyof typeof indexLists, IndexJson[]>>)[];
  schemaValidation: boolean;
}

const indexLists = {
  indexes: { type: "database", staged: false },
  stagedDbIndexes: { type: "database", staged: true },
  searchIndexes: { type: "search", staged: false },
  stagedSearchIndexes: { type: "search", staged: true },
  vectorIndexes: { type: "vector", staged: false },
  stagedVectorIndexes: { type: "vector", staged: true },
} as const;

/** Evaluates a bundled schema; its JSON as text, `null` without one. */
export async function evaluateSchema(module: PushedModule | null): Promise<string | null> {
  if (module === null) return null;
  const source = Buffer.from(module.source).toString("base64");
  const { default: schema } = await import(`data:text/javascript;base64,${source}`);
  return (schema as { export(): string }).export();
}

export function tablesOf(schema: string | null): string[] {
  return schema ? (JSON.parse(schema) as SchemaJson).tables.map((table) => table.tableName) : [];
}

/** Difference of the indexes. Source: `get_index_diff` in the backend's `bootstrap_model/index.rs`. */
export function indexDiff(old: string | null, next: string | null) {
  const [before, after] = [indexesOf(old), indexesOf(next)];
  const turned = after.filter((index) => hasIn(before, { ...index, staged: !index.staged }));
  const rest = (list: Index[], other: Index[]) =>
    list.filter((index) => !hasIn(other, index) && !turned.some(({ name }) => name === index.name));
  return {
    added_indexes: rest(after, before),
    removed_indexes: rest(before, after),
    enabled_indexes: turned.filter(({ staged }) => !staged),
    disabled_indexes: turned.filter(({ staged }) => staged),
  };
}

/** What a push would do to tables and indexes; `sizes` are documents by table. */
export function predict(old: string | null, next: string | null, sizes: Record<string, number>) {
  const { added_indexes, removed_indexes, enabled_indexes, disabled_indexes } = indexDiff(
    old,
    next,
  );
  const predicted = (change: string) => (index: Index) => {
    const numDocs = sizes[index.name.split(".")[0] ?? ""] ?? 0;
    return { ...index, change, needsBackfill: change === "added" && numDocs > 0, numDocs };
  };
  return {
    definitionPath: "",
    schemaValidation: next !== null && (JSON.parse(next) as SchemaJson).schemaValidation,
    tables: tablesOf(next).map((name) => ({
      name,
      outcome: old === next ? "supersetOfEnforced" : "mustWalk",
      numDocs: sizes[name] ?? 0,
      sizeBytes: 0,
    })),
    indexes: [
      ...added_indexes.map(predicted("added")),
      ...removed_indexes.map(predicted("dropped")),
      ...enabled_indexes.map(predicted("enabled")),
      ...disabled_indexes.map(predicted("disabled")),
    ],
  };
}

function indexesOf(schema: string | null): Index[] {
  if (!schema) return [];
  return (JSON.parse(schema) as SchemaJson).tables.flatMap((table) =>
    Object.entries(indexLists).flatMap(([list, kind]) =>
      (table[list as keyof typeof indexLists] ?? []).map(({ indexDescriptor, ...definition }) => ({
        name: `${table.tableName}.${indexDescriptor}`,
        ...kind,
        ...definition,
      })),
    ),
  );
}

function hasIn(list: Index[], index: Index): boolean {
  return list.some((other) => isDeepStrictEqual(other, index));
}
