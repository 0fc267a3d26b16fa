import type { PendingOperation } from "../stack/state.ts";

/** What becomes of one operation that a killed run had begun. */
export interface Decision {
  operation: PendingOperation;
  /** Set when what was being created is there: it goes into the state under this id. */
  id?: string;
  /** One sentence for people, without its full stop. */
  explanation: string;
}

/** Something at a vendor that a killed run may have made. */
export interface Found {
  id: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** Looks for what a create would have made; `undefined` when it is not there. */
export type Find = (inputs: Record<string, unknown>) => Promise<Found | undefined>;

const refused =
  "one of this name that is there already is refused, unless that run is told to adopt it";

/** What the next `pulumi up` does by itself about a create that was cleared. */
export const rerun: Record<string, string> = {
  "clerkconvex:clerk:Issuer": "it only looks up, and is looked up again",
  "clerkconvex:clerk:WebhookSecret":
    "a secret that no state holds was used nowhere, and a new one is made",
  "clerkconvex:clerk:WebhookEndpoint":
    "an endpoint that is there already is known by its uid and taken over",
  "clerkconvex:clerk:Application": refused,
  "clerkconvex:convex:Project": refused,
  "clerkconvex:clerk:ManualWebhook":
    "the endpoint is a person's to make, and what it should be is written down again",
  "clerkconvex:convex:Deployment":
    "one that is there already is found by its reference or key, and taken over as far as the settings say",
  "clerkconvex:convex:DeployKey":
    "a key that is there already is revoked, since nobody knows its value, and a new one is made",
  "clerkconvex:convex:EnvironmentVariables": "those that are set already are left as they are",
  "clerkconvex:convex:Deploy": "the code is pushed again, whether or not the first push ended",
  "command:local:Command": "the command runs again",
};

/**
 * Decides about one pending operation. Updates and deletions are cleared: the state still holds what was
 * there before, and each does no harm when it is done twice. So are creates that find again what is
 * theirs; one that cannot is looked up here.
 *
 * @param find for the operation's resource type, where a rerun would not know what is its own
 * @param began when the killed run began; what is older is not its work. Milliseconds since the epoch
 */
export async function decide(
  operation: PendingOperation,
  find: Find | undefined,
  began: number | undefined,
): Promise<Decision> {
  const { type, resource } = operation;
  if (type === "updating")
    return { operation, explanation: `${cleared}: the update is done again` };
  if (type === "deleting") {
    return { operation, explanation: `${cleared}: it is deleted again; gone already is as good` };
  }
  if (type !== "creating") return { operation, explanation: `${cleared}: it is read again` };
  if (!find) {
    const again = rerun[resource.type] ?? "look at the vendor for what the create may have left";
    return { operation, explanation: `${cleared}: ${again}` };
  }
  const found = await find(resource.inputs ?? {});
  if (!found)
    return { operation, explanation: `${cleared}: it was not made yet, and is made then` };
  if (began !== undefined && found.createdAt >= began) {
    return { operation, id: found.id, explanation: `it was made, and is entered as ${found.id}` };
  }
  const since =
    began === undefined ? "when that run began is not known" : "it is older than that run";
  return {
    operation,
    explanation: `${cleared}, but ${found.id} is there and ${since}: if it is this stack's, set clerk-convex:adopt for the next pulumi up, which refuses it otherwise`,
  };
}

const cleared = "cleared";
