/** What is deployed, by module path; a value is `<environment>:<sha256 of source and source map>`. */
export type ModuleHashes = Record<string, string>;

/**
 * What code declares: that of a folder before it is pushed, or that in force on a deployment. Texts named
 * canonical compare by equality and are not meant to be read.
 */
export interface CodeFacts {
  modules: ModuleHashes;
  functions: FunctionFacts[];
  /** `POST /path`, a prefix route with `*` at the end. */
  routes: string[];
  crons: CronFacts[];
  /** `undefined` when it could not be read. */
  schema: SchemaFacts | undefined;
  providers: ProviderFacts[];
  /** Modules of which no more than the hash is known. */
  unread: string[];
}

export interface FunctionFacts {
  /** As clients call it: `users:current`. */
  name: string;
  /** `users.js` */
  module: string;
  type: "query" | "mutation" | "action";
  visibility: "public" | "internal";
  /** Canonical. */
  arguments: string;
  /** Canonical. */
  returns: string;
}

export interface CronFacts {
  name: string;
  /** The function it calls. */
  function: string;
  /** Canonical. */
  arguments: string;
  /** Canonical. */
  schedule: string;
}

export interface SchemaFacts {
  /** Whether documents are checked against it. */
  validation: boolean;
  /** Canonical document types by table. */
  tables: Record<string, string>;
  /** By `table.index`. */
  indexes: Record<string, IndexFacts>;
}

export interface IndexFacts {
  /** Canonical: its kind and fields. */
  definition: string;
  staged: boolean;
}

export interface ProviderFacts {
  /** Canonical. */
  key: string;
  /** Readable, with no variable's value in it. */
  label: string;
}

/** A provider of `auth.config`, as it is written there and as the deployment gives it back. */
export interface RawProvider {
  type?: string;
  applicationID?: string | null;
  domain?: string;
  issuer?: string;
  jwks?: string;
  algorithm?: string;
}

/** A cron job as `crons.ts` exports it, and as the deployment gives it back. */
export interface RawCron {
  /** `module:function` */
  name: string;
  args: unknown;
  schedule: { type: string } & Record<string, unknown>;
}

export const noSchema: SchemaFacts = { validation: false, tables: {}, indexes: {} };

export const noCode: CodeFacts = {
  modules: {},
  functions: [],
  routes: [],
  crons: [],
  schema: noSchema,
  providers: [],
  unread: [],
};

/** JSON with sorted keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    typeof entry === "object" && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1)))
      : entry,
  );
}

/** @param types validators in their JSON; without one anything goes */
export function functionOf(
  module: string,
  name: string,
  { type, visibility }: Pick<FunctionFacts, "type" | "visibility">,
  types: { arguments: unknown; returns: unknown },
): FunctionFacts {
  return {
    name: `${module.replace(/\.js$/, "")}:${name}`,
    module,
    type,
    visibility,
    arguments: canonical(types.arguments ?? { type: "any" }),
    returns: canonical(types.returns ?? { type: "any" }),
  };
}

const daysOfWeek = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const seconds = { seconds: 1, minutes: 60, hours: 3600 };

export function cronOf(name: string, cron: RawCron): CronFacts {
  const schedule: Record<string, unknown> = { type: cron.schedule.type };
  let interval = 0;
  for (const [unit, value] of Object.entries(cron.schedule)) {
    if (unit in seconds) interval += Number(value) * seconds[unit as keyof typeof seconds];
    else if (unit === "dayOfWeek") schedule[unit] = daysOfWeek[Number(value)] ?? value;
    // An absent minute is one that the backend chooses.
    else if (value !== null && value !== undefined) {
      schedule[unit] = typeof value === "bigint" ? Number(value) : value;
    }
  }
  return {
    name,
    function: cron.name.replace(/\.js(?=:)/, ""),
    arguments: canonical(cron.args),
    schedule: canonical({ ...schedule, ...(interval > 0 && { interval }) }),
  };
}

interface SchemaJson {
  schemaValidation?: boolean;
  tables: (Record<IndexList, IndexJson[] | null | undefined> & {
    tableName: string;
    documentType?: unknown;
  })[];
}
type IndexList = (typeof indexLists)[number];
interface IndexJson {
  indexDescriptor: string;
  fields?: string[];
  searchField?: string;
  vectorField?: string;
  dimensions?: number;
  filterFields?: string[];
}

const indexLists = [
  "indexes",
  "stagedDbIndexes",
  "searchIndexes",
  "stagedSearchIndexes",
  "vectorIndexes",
  "stagedVectorIndexes",
] as const;

/** Reads a schema in the JSON that `defineSchema` exports and the backend keeps. */
export function schemaOf(json: string): SchemaFacts {
  const { tables, schemaValidation = false } = JSON.parse(json) as SchemaJson;
  const indexes = tables.flatMap((table) =>
    indexLists.flatMap((list) =>
      (table[list] ?? []).map(({ indexDescriptor, filterFields, ...definition }) => {
        const filters = filterFields && { filterFields: [...filterFields].sort() };
        const facts: IndexFacts = {
          definition: canonical({ ...definition, ...filters }),
          staged: list.startsWith("staged"),
        };
        return [`${table.tableName}.${indexDescriptor}`, facts] as const;
      }),
    ),
  );
  return {
    validation: schemaValidation,
    tables: Object.fromEntries(
      tables.map(({ tableName, documentType }) => [tableName, canonical(documentType ?? null)]),
    ),
    indexes: Object.fromEntries(indexes),
  };
}

/**
 * @param meant turns what is written into what is in force
 * @param shown takes the values of variables out of a text
 */
export function providerOf(
  provider: RawProvider,
  meant: (text: string) => string,
  shown: (text: string) => string,
): ProviderFacts {
  const { applicationID = null, jwks } = provider;
  const written = provider.issuer ?? provider.domain ?? "";
  // The backend takes an issuer without a scheme for https, and one slash at its end for none.
  const issuer = meant(written)
    .replace(/^(?!\w+:\/\/)/, "https://")
    .replace(/\/$/, "");
  return {
    key: canonical({
      issuer,
      // The backend keeps it in quotes.
      algorithm: provider.algorithm?.replaceAll('"', ""),
      applicationID: applicationID && meant(applicationID),
      jwks: jwks && meant(jwks),
    }),
    label: `${shown(written)} (${applicationID === null ? "any audience" : shown(applicationID)})`,
  };
}
