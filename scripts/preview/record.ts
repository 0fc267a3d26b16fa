import type { ExportedState, StateResource } from "../stack/state.ts";
import { seedName } from "./program.ts";

/** What each run of `up` writes into the stack's outputs, where every backend keeps it. */
export interface PreviewRecord {
  name: string;
  /** When `up` last ran, ISO 8601. */
  updatedAt: string;
  /** Whether the sweeper leaves it alone. */
  keep: boolean;
}

/** What a state tells of a preview. */
export interface KnownPreview {
  record: PreviewRecord | undefined;
  /** Name of its deployment. */
  deployment: string | undefined;
  /** Id of the Convex project that a created deployment is in. */
  projectId: number | undefined;
  /** When Convex deletes a created deployment, ISO 8601. */
  expiresAt: string | undefined;
  urls: PreviewUrls;
  /** The function that fills it, `module:function`. */
  seed: string | undefined;
  /** Ids of the JWT templates that the stack made, and so deletes. */
  ownTemplates: string[];
  /** Nothing of it is at a vendor. */
  empty: boolean;
}

export interface PreviewUrls {
  functions?: string;
  httpActions?: string;
  webhook?: string;
  issuer?: string;
}

/** Types that stand for nothing outside the state. */
const inward =
  /^(pulumi:|command:|clerkconvex:index:|clerkconvex:clerk:(Issuer|WebhookSecret|ManualWebhook)$)/;

/** `undefined` when the state is that of a stack which is no preview. */
export function knownPreview({ deployment: state }: ExportedState): KnownPreview | undefined {
  const resources = state.resources ?? [];
  const all = [...resources, ...(state.pending_operations ?? []).map(({ resource }) => resource)];
  const { outputs } = all.find(({ type }) => type === "pulumi:pulumi:Stack") ?? {};
  const record = recordOf(outputs?.preview);
  const empty = all.every(({ type }) => inward.test(type));
  const deployment = find(all, "clerkconvex:convex:Deployment");
  const isPreview = deployment ? deployment.inputs?.type === "preview" : record || empty;
  if (!isPreview) return undefined;
  const { projectId, expiresAt } = deployment?.outputs ?? {};
  return {
    record,
    deployment: deployment?.id,
    projectId: typeof projectId === "number" ? projectId : undefined,
    expiresAt: typeof expiresAt === "string" ? expiresAt : undefined,
    urls: urlsOf(outputs ?? {}),
    seed: seedIn(resources),
    ownTemplates: templatesIn(resources).flatMap(({ id }) => id ?? []),
    empty,
  };
}

/** The JWT templates of a state that its stack owns. */
export function templatesIn(resources: StateResource[]): StateResource[] {
  return resources.filter(
    ({ type, inputs }) => type === "clerkconvex:clerk:JwtTemplate" && inputs?.share !== true,
  );
}

function seedIn(resources: StateResource[]): string | undefined {
  const seed = resources.find(({ urn }) => urn.endsWith(`::${seedName}`));
  const environment = seed?.inputs?.environment as { SEED_FUNCTION?: string } | undefined;
  return environment?.SEED_FUNCTION;
}

function find(resources: StateResource[], type: string): StateResource | undefined {
  return resources.find((resource) => resource.type === type);
}

function urlsOf(outputs: Record<string, unknown>): PreviewUrls {
  const { deploymentUrl, siteUrl, webhookUrl, issuer } = outputs;
  return {
    ...(typeof deploymentUrl === "string" && { functions: deploymentUrl }),
    ...(typeof siteUrl === "string" && { httpActions: siteUrl }),
    ...(typeof webhookUrl === "string" && { webhook: webhookUrl }),
    ...(typeof issuer === "string" && { issuer }),
  };
}

function recordOf(value: unknown): PreviewRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { name, updatedAt } = value as Partial<PreviewRecord>;
  return name && updatedAt ? (value as PreviewRecord) : undefined;
}
