import { CommandError, type Stack } from "@pulumi/pulumi/automation/index.js";
import type { ProblemError } from "../../infra/errors.ts";
import { usage } from "../stack/arguments.ts";
import { type Context, meansOf } from "./context.ts";
import { runEngine, sorted, whenFree } from "./engine.ts";
import { requirePreviewName } from "./labels.ts";
import { previewProgram } from "./program.ts";
import { type KnownPreview, knownPreview, type PreviewUrls } from "./record.ts";
import { settingsOf } from "./settings.ts";
import { markOf } from "./workspace.ts";

export interface UpOptions {
  name: string | undefined;
  /** Milliseconds from now until Convex deletes the deployment. */
  expiresIn: number | undefined;
  /** `module:function` */
  seed: string | undefined;
  /** Default: as before, at first false. */
  keep: boolean | undefined;
  /** Make and own the JWT templates. Default: as before, at first share those of another stack. */
  ownTemplate: boolean;
}

export interface UpResult {
  name: string;
  /** Whether this run made it. */
  created: boolean;
  /** Name of the Convex deployment. */
  deployment: string | undefined;
  urls: PreviewUrls;
  /** When Convex deletes a created deployment, ISO 8601. */
  expiresAt: string | undefined;
  keep: boolean;
}

/** Convex takes nothing shorter. */
const shortestLife = 30 * 60 * 1000;

/** Makes a preview, or brings it to what the program and the settings declare now. */
export async function upPreview(options: UpOptions, context: Context): Promise<UpResult> {
  const { previews } = context;
  const name = requirePreviewName(options.name, previews.project);
  checkSeed(options.seed);
  const means = meansOf(context);
  const expiresAt = expiryOf(options, means.kind);
  const stack = await previews.stack(name);
  const state = await previews.state(name);
  const known = state && knownPreview(state);
  if (state && !known) throw noPreview(name);

  const ownTemplates = options.ownTemplate || (known?.ownTemplates ?? []).length > 0;
  await previews.configure(
    name,
    settingsOf(previews.template, { name, means, expiresAt, ownTemplates }),
  );
  if (!known) {
    await whenFree(stack, context, () => previews.create(name));
    await tag(stack, { [markOf.preview]: name });
  }
  const keep = options.keep ?? known?.record?.keep ?? false;
  const program = previewProgram({ name, keep }, options.seed ?? known?.seed);
  try {
    await runEngine(stack, context, (onEvent) =>
      // A deployment that expired meanwhile is made anew.
      stack.up({ program, refresh: known !== undefined, onEvent, onOutput: context.onOutput }),
    );
  } catch (error) {
    // While another run holds the stack, it is not this one's to forget.
    if (!known && sorted(error).kind !== "interrupted") await forgetIfEmpty(name, context);
    throw error;
  }
  if (keep !== (known?.record?.keep ?? false)) await tag(stack, { [markOf.keep]: String(keep) });

  const made = (await readPreview(name, context)) as KnownPreview;
  return {
    name,
    created: !known,
    deployment: made.deployment,
    urls: made.urls,
    expiresAt: made.expiresAt,
    keep,
  };
}

/** A first run that was refused leaves no stack behind that would only be a name. */
async function forgetIfEmpty(name: string, context: Context): Promise<void> {
  const left = await readPreview(name, context);
  if (left?.empty) await context.previews.remove(name, { force: true });
}

async function readPreview(name: string, { previews }: Context): Promise<KnownPreview | undefined> {
  const state = await previews.state(name);
  return state && knownPreview(state);
}

/** Tags are for people; a backend without them is no reason to fail. */
async function tag(stack: Stack, tags: Record<string, string>): Promise<void> {
  for (const [key, value] of Object.entries(tags)) {
    await stack.setTag(key, value).catch((error: unknown) => {
      if (!(error instanceof CommandError) || !/not supported/i.test(error.message)) throw error;
    });
  }
}

function checkSeed(seed: string | undefined): void {
  if (seed === undefined || /^[A-Za-z_][\w/.]*:[A-Za-z_]\w*$/.test(seed)) return;
  throw usage(
    `--seed is ${JSON.stringify(seed)}, not the name of a function, module:function`,
    script,
  );
}

function expiryOf({ expiresIn }: UpOptions, means: "created" | "claimed"): string | undefined {
  if (expiresIn === undefined) return undefined;
  if (means === "claimed") {
    throw usage("--expires-in needs an access token: of a claimed preview Convex decides", script);
  }
  if (expiresIn < shortestLife) throw usage("--expires-in is less than 30m", script);
  return new Date(Date.now() + expiresIn).toISOString();
}

/** @param name of a stack that has other things than a preview's in it */
export function noPreview(name: string): ProblemError {
  return usage(`${name} is a stack, but no preview`, script);
}

const script = "preview";
