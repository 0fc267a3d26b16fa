import type { StackSettings } from "@pulumi/pulumi/automation/index.js";
import type { PreviewCredentials } from "../../infra/clients/convex-target.ts";
import { ProblemError } from "../../infra/errors.ts";
import { Configuration } from "../../infra/provider/configuration.ts";
import { previewKeyWanted, projectIdOf } from "../../infra/provider/convex-connection.ts";
import { Vendors } from "../../infra/provider/vendors.ts";
import { usage } from "../stack/arguments.ts";
import { Previews } from "./workspace.ts";

/** How previews get their deployments, by the credentials at hand. */
export type Means =
  /** Created in a Convex project, with an access token. */
  | { kind: "created"; project: string }
  /** Claimed by name, with the project's preview deploy key. */
  | { kind: "claimed" };

export interface ContextOptions {
  /** Folder of the Pulumi project. */
  directory?: string | undefined;
  /** Slug or id of the Convex project. */
  convexProject?: string | undefined;
  /** How long to wait for a stack that another run holds, in milliseconds. */
  waitMs: number;
  /** Told of each step, one sentence at a time. */
  say: (sentence: string) => void;
  /** What the engine shows meanwhile. */
  onOutput: (text: string) => void;
}

/** What every command on previews works with. */
export interface Context extends AsyncDisposable {
  previews: Previews;
  vendors: Vendors;
  /** Slug or id of the Convex project, where it is known. */
  convexProject: string | undefined;
  waitMs: number;
  say: (sentence: string) => void;
  onOutput: (text: string) => void;
  signal: AbortSignal;
}

export async function openContext(options: ContextOptions): Promise<Context> {
  const { directory, waitMs, say, onOutput } = options;
  const previews = await Previews.open(directory);
  const { signal } = new AbortController();
  const configuration = new Configuration(plainCredentials(previews.template), process.env);
  return {
    previews,
    vendors: new Vendors(configuration, signal),
    convexProject: options.convexProject ?? projectIn(previews.template),
    waitMs,
    say,
    onOutput,
    signal,
    [Symbol.asyncDispose]: () => previews[Symbol.asyncDispose](),
  };
}

/** @throws {ProblemError} `USAGE`, `CREDENTIAL_MISSING` when no way to a deployment is open */
export function meansOf({ vendors: { configuration }, convexProject }: Context): Means {
  if (configuration.hasConvexAccessToken && convexProject !== undefined) {
    return { kind: "created", project: convexProject };
  }
  if (configuration.hasConvexAccessToken && !configuration.hasConvex) {
    throw usage(
      "The access token is of a team, so the Convex project is needed: give --project, or CONVEX_PROJECT",
      "preview",
    );
  }
  if (configuration.hasConvex) return { kind: "claimed" };
  throw new ProblemError(
    "No credential of Convex is set",
    "Set CONVEX_ACCESS_TOKEN and CONVEX_PROJECT, or a preview deploy key as CONVEX_DEPLOY_KEY",
    "CREDENTIAL_MISSING",
  );
}

/** @throws {ProblemError} `CONVEX_KEY_KIND` */
export function previewKeyOf({ vendors }: Context, name: string): PreviewCredentials {
  const { convex } = vendors.configuration;
  if (convex.kind === "previewKey") return convex;
  throw previewKeyWanted(name);
}

export function convexProjectId(slugOrId: string, { vendors }: Context): Promise<number> {
  return projectIdOf(slugOrId, vendors.management);
}

function projectIn({ config }: StackSettings): string | undefined {
  const target = config?.["clerk-convex:target"] as { project?: unknown } | undefined;
  const project = target?.project;
  if (typeof project === "string" || typeof project === "number") return String(project);
  return process.env.CONVEX_PROJECT || undefined;
}

/** Addresses may be in the template. What proves a teardown must not depend on a stack to decrypt it. */
function plainCredentials({ config = {} }: StackSettings): Record<string, string> {
  const own = Object.entries(config).filter(([key]) => key.startsWith("clerkconvex:"));
  const encrypted = own.filter(([, value]) => typeof value !== "string").map(([key]) => key);
  if (encrypted.length > 0) {
    throw usage(
      `Pulumi.preview.yaml holds ${encrypted.join(" and ")}: credentials of previews come from the environment`,
      "preview",
    );
  }
  return Object.fromEntries(own.map(([key, value]) => [key.slice("clerkconvex:".length), value]));
}
