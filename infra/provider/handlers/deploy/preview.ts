import path from "node:path";
import { analyzeBundle } from "../../../clients/convex-analysis.ts";
import type { PushRequest } from "../../../clients/convex-bundle.ts";
import { pushRequestOf } from "../../../clients/convex-cli.ts";
import { noCode } from "../../../clients/convex-facts.ts";
import { type Change, type IndexChanges, lineOf, planOf } from "../../../clients/convex-plan.ts";
import { VendorError } from "../../../clients/vendor-error.ts";
import { type ConvexTarget, reachOf } from "../../convex-connection.ts";
import { isKnown, type Operation, type Properties } from "../../resource.ts";
import type { Vendors } from "../../vendors.ts";
import type { Inputs } from "./spec.ts";
import { listed } from "./words.ts";

const mostLines = 30;

/**
 * Says what a push would do: compared with the deployment where it is known, by the folder alone where it is
 * not yet. Changes nothing there, not even for a push of somebody else's that is under way.
 */
export async function previewPush(
  { inputs }: { inputs: Properties },
  operation: Operation<Vendors>,
): Promise<void> {
  if (!isKnown(inputs.directory)) return;
  const { signal, info, warn } = operation;
  const directory = path.resolve(String(inputs.directory));
  const request = await pushRequestOf({ directory, signal });
  const target = await targetOf(inputs, operation);
  if (!target) {
    const code = await analyzeBundle(request, signal);
    info(textOf("The first push would deploy", planOf(noCode, code), [unreadIn(code.unread)]));
    return;
  }
  const { name } = target.access;
  const variables = await target.client.environmentVariables();
  const [before, after, attempt] = await Promise.all([
    target.code.facts(variables),
    analyzeBundle(request, signal, variables),
    tryPush(target, request),
  ]);
  const plan = planOf(before, after, attempt.indexes);
  const remarks = [unreadIn(after.unread), attempt.refusal];
  info(textOf(`The push to ${name} would change`, plan, remarks));
  for (const change of plan) {
    const harm = harmOf(change);
    if (harm) warn(`The push to ${name} would ${harm}`);
  }
}

/** `undefined` while the deployment or the way to it is not known, or when it is gone. */
async function targetOf(
  inputs: Properties,
  { vendors }: Operation<Vendors>,
): Promise<ConvexTarget | undefined> {
  const { deployment, deployKey, previewName } = inputs;
  if (!isKnown(deployment) || !isKnown(deployKey) || !isKnown(previewName)) return undefined;
  return vendors.findConvex(String(deployment), reachOf(inputs as unknown as Inputs));
}

interface Attempt {
  indexes?: IndexChanges;
  refusal?: string;
}

/** A refusal is no failure of the preview: the same `up` may set the variable that the push is refused for. */
async function tryPush({ code, access }: ConvexTarget, request: PushRequest): Promise<Attempt> {
  try {
    return { indexes: await code.evaluatePush(request) };
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    if (["unauthorized", "forbidden"].includes(error.kind)) throw error;
    const why = error.vendorCode ?? error.code;
    return {
      refusal: `the push could not be tried on ${access.name} (${why}), so this is told from the folder and from what is deployed`,
    };
  }
}

function unreadIn(modules: string[]): string | undefined {
  if (modules.length === 0) return undefined;
  return `these could not be loaded here, so no more is told of them than their names: ${listed(modules)}`;
}

function textOf(head: string, plan: Change[], remarks: (string | undefined)[]): string {
  const shown = plan.slice(0, mostLines).map(lineOf);
  const more = plan.length > mostLines ? [`… and ${plan.length - mostLines} more`] : [];
  const told = plan.length > 0 ? [`${head}:`, ...shown, ...more] : [`${head} nothing but hashes`];
  const notes = remarks.flatMap((remark) => (remark === undefined ? [] : [`note: ${remark}`]));
  return [...told, ...notes].join("\n").replace(/[^\P{Cc}\n]/gu, " ");
}

/** What of a change somebody may not want, although nothing that is stored gets lost. */
function harmOf({ kind, sign, name, detail }: Change): string | undefined {
  if (kind !== "index" || sign === "+") return undefined;
  const [table, index] = name.split(".");
  if (sign === "-") {
    return `remove index ${index} of table ${table}: queries that use it fail, and to have it back it must be built anew`;
  }
  if (detail.includes("fields")) {
    return `change index ${index} of table ${table}: it is built anew before the push is done`;
  }
  return undefined;
}
