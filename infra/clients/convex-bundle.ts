import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import type { ModuleHashes } from "./convex-facts.ts";

/** A module as the CLI bundles it. */
export interface BundledModule {
  /** Relative to the functions folder, with `/` and the ending `.js`. */
  path: string;
  source: string;
  sourceMap?: string;
  environment: string;
}

/** The body of `POST /api/deploy2/start_push`, as far as it is read here; the rest is passed on as it is. */
export interface PushRequest {
  appDefinition: { changedModules: BundledModule[]; schema: BundledModule | null };
}

/** What a project folder would deploy, told by hashes. */
export interface LocalBundle {
  modules: ModuleHashes;
  /** `sha256` of the bundled schema, or the empty string without one. */
  schema: string;
}

export function digestOf({ appDefinition }: PushRequest): LocalBundle {
  const { changedModules, schema } = appDefinition;
  return {
    modules: Object.fromEntries(
      changedModules.map((module) => [module.path, `${module.environment}:${hashOf(module)}`]),
    ),
    schema: schema ? hashOf(schema) : "",
  };
}

/**
 * Files outside the repository that a bundle is made of, by their paths from the project folder. Source
 * maps hold these paths, so another machine gets other hashes. Nothing can be told without a repository.
 */
export function straySources({ appDefinition }: PushRequest, directory: string): string[] {
  const repository = repositoryOf(directory);
  if (repository === undefined) return [];
  const { changedModules, schema } = appDefinition;
  const stray = [...changedModules, ...(schema ? [schema] : [])].flatMap((module) => {
    const { sources = [] } = JSON.parse(module.sourceMap ?? "{}") as { sources?: string[] };
    const folder = path.dirname(path.join(directory, "out", module.path));
    return sources
      .map((source) => path.resolve(folder, source))
      .filter((file) => path.relative(repository, file).startsWith(".."));
  });
  return [...new Set(stray)].map((file) => path.relative(directory, file)).sort();
}

/** Source: the CLI's own hash of a module, which the deployment gives back. */
function hashOf({ source, sourceMap }: BundledModule): string {
  return createHash("sha256")
    .update(source)
    .update(sourceMap ?? "")
    .digest("hex");
}

function repositoryOf(folder: string): string | undefined {
  if (existsSync(path.join(folder, ".git"))) return folder;
  const above = path.dirname(folder);
  return above === folder ? undefined : repositoryOf(above);
}
