import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/*
 * Loaded into the convex CLI's process before the CLI itself. The CLI's bundles, and with them the hashes
 * that are compared, shall not tell on which machine they were made, so two plugins are added to every
 * esbuild run: one reads sources with `\n` whatever the line endings of the checkout, the other names
 * packages by where the project sees them when its node_modules is a link to a folder elsewhere.
 */

/** What is used of esbuild, which the CLI brings along. */
interface Esbuild {
  build(options: BuildOptions): Promise<BuildResult>;
}
interface BuildOptions {
  plugins?: Plugin[];
}
interface BuildResult {
  metafile?: { inputs: Record<string, { bytes: number }> };
}
interface Plugin {
  name: string;
  setup(build: PluginBuild): void;
}
interface PluginBuild {
  onLoad(options: { filter: RegExp; namespace: string }, load: (args: Load) => unknown): void;
  onResolve(options: { filter: RegExp }, resolve: (args: Resolve) => unknown): void;
  resolve(path: string, options: Partial<Resolve>): Promise<Resolved>;
}
type Load = { path: string };
type Resolve = Record<"importer" | "kind" | "namespace" | "path" | "resolveDir", string> & {
  pluginData: unknown;
  with: Record<string, string>;
};
type Resolved = Record<"namespace" | "path" | "suffix", string> & {
  errors: unknown[];
  external: boolean;
  sideEffects: boolean;
};

const loaders: Record<string, string> = {
  cjs: "js",
  css: "css",
  cts: "ts",
  js: "js",
  json: "json",
  jsx: "jsx",
  mjs: "js",
  mts: "ts",
  ts: "ts",
  tsx: "tsx",
  txt: "text",
};
const text = new RegExp(`\\.(${Object.keys(loaders).join("|")})$`);

/** Sizes in bytes on disk of the files that were read with other line endings, by absolute path. */
type SizesOnDisk = Map<string, number>;

function lineEndings(sizes: SizesOnDisk): Plugin {
  return {
    name: "line-endings",
    setup(build) {
      build.onLoad({ filter: text, namespace: "file" }, ({ path: file }) => {
        // Packages are the same everywhere, as they were published.
        if (file.includes(`${path.sep}node_modules${path.sep}`)) return undefined;
        const bytes = readFileSync(file);
        if (!bytes.includes("\r\n")) return undefined;
        sizes.set(file, bytes.length);
        const contents = bytes.toString("utf8").replaceAll("\r\n", "\n");
        return { contents, loader: loaders[path.extname(file).slice(1)] };
      });
    },
  };
}

/** A node_modules that is a link, and where it leads; both with a separator at the end. */
interface Link {
  seen: string;
  real: string;
}

function linksAbove(directory: string): Link[] {
  const above = path.dirname(directory);
  const links = above === directory ? [] : linksAbove(above);
  const seen = path.join(directory, "node_modules");
  if (!lstatSync(seen, { throwIfNoEntry: false })?.isSymbolicLink()) return links;
  const real = realpathSync(seen);
  return [{ seen: seen + path.sep, real: real + path.sep }, ...links];
}

function linkedPackages(links: Link[]): Plugin {
  const swap = (file: string, from: keyof Link, to: keyof Link) => {
    const link = links.find((candidate) => file.startsWith(candidate[from]));
    return link && link[to] + file.slice(link[from].length);
  };
  const ours = Symbol("asked by this plugin");
  return {
    name: "linked-packages",
    setup(build) {
      build.onResolve({ filter: /.*/ }, async (args) => {
        if (args.kind === "entry-point" || args.pluginData === ours) return undefined;
        const found = await build.resolve(args.path, {
          kind: args.kind,
          namespace: args.namespace,
          with: args.with,
          importer: swap(args.importer, "seen", "real") ?? args.importer,
          resolveDir: swap(args.resolveDir, "seen", "real") ?? args.resolveDir,
          pluginData: ours,
        });
        if (found.errors.length > 0 || found.external || found.namespace !== "file")
          return undefined;
        const seen = swap(found.path, "real", "seen");
        return seen && { path: seen, suffix: found.suffix, sideEffects: found.sideEffects };
      });
    },
  };
}

const links = linksAbove(process.cwd());
const require = createRequire(process.argv[1] ?? import.meta.url);
const cached = esbuildOf(require);
if (cached) {
  const esbuild = cached.exports as Esbuild;
  cached.exports = { ...esbuild, build: (options: BuildOptions) => build(esbuild, options) };
}

/** Without esbuild the CLI fails in words of its own. */
function esbuildOf(requireFromCli: NodeJS.Require): NodeJS.Module | undefined {
  try {
    const id = requireFromCli.resolve("esbuild");
    requireFromCli(id);
    return requireFromCli.cache[id];
  } catch {
    return undefined;
  }
}

async function build(esbuild: Esbuild, options: BuildOptions): Promise<BuildResult> {
  const sizes: SizesOnDisk = new Map();
  const added = [lineEndings(sizes), ...(links.length > 0 ? [linkedPackages(links)] : [])];
  const result = await esbuild.build({
    ...options,
    plugins: [...added, ...(options.plugins ?? [])],
  });
  // The CLI compares these with the disk to see whether a file changed while it was bundled.
  for (const [file, input] of Object.entries(result.metafile?.inputs ?? {})) {
    input.bytes = sizes.get(path.resolve(file)) ?? input.bytes;
  }
  return result;
}
