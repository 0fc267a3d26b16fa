import type { PushedModule } from "./runtime.ts";

interface Index {
  name: string;
  fields: string[];
}

interface SchemaJson {
  tables: { tableName: string; indexes: { indexDescriptor: string; fields: string[] }[] }[];
  schemaValidation: boolean;
}

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

/** Difference of the database indexes, in the form of the push protocol. */
export function indexDiff(old: string | null, next: string | null) {
  const [before, after] = [indexesOf(old), indexesOf(next)];
  return {
    added_indexes: after.filter(missingIn(before)).map(database),
    removed_indexes: before.filter(missingIn(after)).map(database),
  };
}

/** What a push would do to tables and indexes; `sizes` are documents by table. */
export function predict(old: string | null, next: string | null, sizes: Record<string, number>) {
  const { added_indexes, removed_indexes } = indexDiff(old, next);
  const numDocs = ({ name }: { name: string }) => sizes[name.split(".")[0] ?? ""] ?? 0;
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
      ...added_indexes.map((index) => ({
        ...index,
        change: "added",
        needsBackfill: numDocs(index) > 0,
        numDocs: numDocs(index),
      })),
      ...removed_indexes.map((index) => ({
        ...index,
        change: "dropped",
        needsBackfill: false,
        numDocs: numDocs(index),
      })),
    ],
  };
}

function indexesOf(schema: string | null): Index[] {
  if (!schema) return [];
  return (JSON.parse(schema) as SchemaJson).tables.flatMap((table) =>
    table.indexes.map(({ indexDescriptor, fields }) => ({
      name: `${table.tableName}.${indexDescriptor}`,
      fields,
    })),
  );
}

function missingIn(list: Index[]) {
  return (index: Index) => !list.some((other) => JSON.stringify(other) === JSON.stringify(index));
}

function database({ name, fields }: Index) {
  return { name, type: "database", fields };
}
