import { randomUUID } from "node:crypto";
import type { ResourceSpec } from "../resource.ts";
import { type CheckFailure, type Properties, type ResourceHandler, UNKNOWN } from "../resource.ts";
import type { Vendors } from "../vendors.ts";

interface Inputs {
  url: string;
  endpointUrl?: string;
  secret: string;
}

const spec: ResourceSpec = {
  token: "clerkconvex:clerk:ManualWebhook",
  description:
    "A webhook endpoint that somebody made by hand in the Clerk dashboard. Creates nothing and asks nobody: it refuses an endpoint of another address before anything relies on it.",
  properties: {
    url: {
      type: "string",
      required: true,
      description: "Absolute address that events must be posted to.",
    },
    endpointUrl: {
      type: "string",
      description: "Address that was entered in the dashboard, when it is to be compared.",
    },
    secret: {
      type: "string",
      required: true,
      secret: true,
      description: "The endpoint's signing secret, `whsec_…`.",
    },
  },
};

export const manualWebhook: ResourceHandler<Inputs, Inputs, Vendors> = {
  spec,

  check({ url, endpointUrl }: Properties, { warn }): CheckFailure[] {
    if (endpointUrl === undefined || endpointUrl === UNKNOWN) return [];
    if (url === UNKNOWN) {
      warn(`Whether ${endpointUrl} is the right address is seen once the deployment is known.`);
      return [];
    }
    if (addressOf(endpointUrl) === addressOf(url)) return [];
    const reason = `The endpoint made by hand is at ${endpointUrl}, but this deployment takes events at ${url}. Enter that address in the Clerk dashboard and in the settings, or use the credentials of the other deployment. [WEBHOOK_URL_MISMATCH]`;
    return [{ property: "endpointUrl", reason }];
  },

  async create(inputs) {
    return { id: randomUUID(), state: inputs };
  },

  async read(id, { state }) {
    const { url, secret } = state;
    if (url === undefined || secret === undefined) return undefined;
    const known = { ...state, url, secret };
    return { id, inputs: known, state: known };
  },

  async update(_id, { inputs }) {
    return inputs;
  },

  async delete() {},
};

/** Two spellings of an address may mean the same one. */
function addressOf(url: unknown): string | undefined {
  return URL.parse(String(url))?.href;
}
