import { usage } from "../stack/arguments.ts";
import type { ExportedState } from "../stack/state.ts";
import type { Context } from "./context.ts";
import { runEngine, whenFree } from "./engine.ts";
import { isEndpointOf, isStacksEndpoint, requirePreviewName } from "./labels.ts";
import { cleanUp, type Left } from "./left.ts";
import { type KnownPreview, knownPreview, templatesIn } from "./record.ts";

export interface DownResult {
  name: string;
  /** `expiring`: all that is left is out of use, and goes by itself. */
  outcome: "ok" | "expiring" | "remains";
  /** Whether there was a stack of this name. */
  hadState: boolean;
  /** What no state knew, found by its mark and removed. */
  removed: string[];
  /** JWT templates that others use, and that are therefore left in place. */
  kept: string[];
  left: Left[];
}

const unknown = { deployment: undefined, projectId: undefined, ownTemplates: [] };

/**
 * Takes a preview down and proves that it is gone. Works from the state and this checkout's plugin alone,
 * or, without a state, from the marks at the vendors.
 */
export async function downPreview(
  givenName: string | undefined,
  context: Context,
): Promise<DownResult> {
  const { previews } = context;
  const name = requirePreviewName(givenName, previews.project);
  const state = await previews.state(name);
  const known = state && knownPreview(state);
  if (state && !known) throw usage(`${name} is a stack, but no preview`, "preview");
  const kept = state && known ? await destroy(name, state, known, context) : [];
  const hint = known ?? unknown;
  const ownTemplates = hint.ownTemplates.filter((id) => !kept.includes(id));
  const { removed, left } = await cleanUp(name, { ...hint, ownTemplates }, context);
  return { name, outcome: outcomeOf(left), hadState: state !== undefined, removed, kept, left };
}

/** @returns the JWT templates that stay, by id */
async function destroy(
  name: string,
  state: ExportedState,
  known: KnownPreview,
  context: Context,
): Promise<string[]> {
  const { previews, onOutput } = context;
  await previews.configure(name, previews.template);
  const stack = await previews.stack(name);
  const kept = (await areTemplatesShared(name, known, context)) ? known.ownTemplates : [];
  if (kept.length > 0) {
    const { deployment } = state;
    for (const template of templatesIn(deployment.resources ?? [])) template.retainOnDelete = true;
    await whenFree(stack, context, () => stack.importStack({ ...state, deployment }));
  }
  await runEngine(stack, context, (onEvent) => stack.destroy({ onEvent, onOutput }));
  await whenFree(stack, context, () => previews.remove(name));
  return kept;
}

/** Another stack's endpoint on the instance means that its users sign in by the same template. */
async function areTemplatesShared(
  name: string,
  { ownTemplates }: KnownPreview,
  { previews, vendors }: Context,
): Promise<boolean> {
  if (ownTemplates.length === 0) return false;
  const endpoints = (await (await vendors.endpoints())?.list()) ?? [];
  return endpoints.some(
    (endpoint) => isStacksEndpoint(endpoint) && !isEndpointOf(previews.project, name, endpoint),
  );
}

function outcomeOf(left: Left[]): DownResult["outcome"] {
  if (left.length === 0) return "ok";
  return left.every(({ expires }) => expires) ? "expiring" : "remains";
}
