import type { AuthProvider } from "./auth-config.ts";
import type { Deployed } from "./deployment.ts";
import { indexDiff } from "./schema.ts";

/** What the CLI is told of the modules it pushed. */
export function analysisOf(next: Deployed, serverVersion: string) {
  return {
    definition: {
      path: "",
      definitionType: { type: "app" },
      childComponents: [],
      httpMounts: {},
      exports: { type: "branch", branch: [] },
    },
    schema: next.schema === null ? null : JSON.parse(next.schema),
    functions: next.runtime?.modules ?? {},
    udfConfig: { serverVersion, importPhaseRngSeed: null, importPhaseUnixTimestamp: null },
  };
}

export function schemaChangeOf(old: string | null, next: string | null, id: string | null) {
  return {
    allocatedComponentIds: {},
    schemaIds: { "": id },
    indexDiffs: { "": indexDiff(old, next) },
  };
}

/** Providers as the backend gives them back. Source: `deserialize_issuer_url` in its `auth.rs`. */
export function authInfoOf(providers: AuthProvider[]): AuthProvider[] {
  const withScheme = (url: string) => (/^\w+:\/\//.test(url) ? url : `https://${url}`);
  return providers.map((provider) =>
    "type" in provider
      ? {
          ...provider,
          applicationID: provider.applicationID ?? null,
          issuer: withScheme(provider.issuer),
        }
      : { ...provider, domain: withScheme(provider.domain) },
  );
}

/** Source: `FinishPushDiff::default()` of the backend. */
export const noDiff = {
  authDiff: { added: [], removed: [] },
  definitionDiffs: {},
  componentDiffs: {},
};

/** What a push changes, as the CLI prints it. */
export function diffOf(old: Deployed, next: Deployed) {
  const providers = (of: Deployed) => of.providers.map((provider) => JSON.stringify(provider));
  const paths = (of: Deployed) => of.modules.map((module) => module.path);
  const without = (list: string[], other: string[]) => list.filter((item) => !other.includes(item));
  return {
    authDiff: {
      added: without(providers(next), providers(old)),
      removed: without(providers(old), providers(next)),
    },
    definitionDiffs: {},
    componentDiffs: {
      "": {
        diffType: { type: "modify" },
        moduleDiff: {
          added: without(paths(next), paths(old)),
          removed: without(paths(old), paths(next)),
        },
        udfConfigDiff: null,
        cronDiff: { added: [], updated: [], deleted: [] },
        indexDiff: indexDiff(old.schema, next.schema),
        schemaDiff:
          old.schema === next.schema
            ? null
            : { previous_schema: old.schema, next_schema: next.schema },
      },
    },
  };
}
