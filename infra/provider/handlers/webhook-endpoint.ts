import {
  type Endpoint,
  type EndpointSettings,
  loginRefusedCode,
  type WebhookEndpoints,
} from "../../clients/svix.ts";
import { orUndefined } from "../../clients/vendor-error.ts";
import { ProblemError } from "../../errors.ts";
import { requireSafeUrl } from "../../urls.ts";
import {
  isEndpointUid,
  isSigningSecret,
  isWithin,
  rotationGracePeriod,
} from "../../vendor-rules.ts";
import {
  type CheckFailure,
  type Operation,
  PartialCreateError,
  type Properties,
  type ResourceHandler,
  type ResourceSpec,
  UNKNOWN,
} from "../resource.ts";
import type { Vendors } from "../vendors.ts";
import { alreadyThere } from "./already-there.ts";

interface Inputs extends EndpointSettings {
  secret: string;
  rotationGracePeriod: number;
  adopt?: boolean;
}
interface State extends Inputs {
  endpointId: string;
}

const spec: ResourceSpec = {
  token: "clerkconvex:clerk:WebhookEndpoint",
  role: "webhook-endpoint",
  description:
    "An endpoint that Clerk delivers events to, through the instance's Svix application.",
  properties: {
    uid: {
      type: "string",
      required: true,
      description:
        "Identifier chosen by the program, unique in the instance: 1 to 256 letters, digits, `-`, `_` and `.`. It marks the endpoint as the stack's, and by it one is found again.",
    },
    url: {
      type: "string",
      required: true,
      description: "Absolute `https://` address that events are posted to.",
    },
    eventTypes: {
      type: "strings",
      required: true,
      description: "Event types, at least one, such as `user.created`.",
    },
    description: { type: "string", default: "", description: "Shown in the dashboard." },
    disabled: { type: "boolean", default: false, description: "Receive nothing for now." },
    secret: {
      type: "string",
      required: true,
      secret: true,
      description:
        "Signing secret, `whsec_` and the base64 of 24 to 75 bytes. A change rotates it.",
    },
    rotationGracePeriod: {
      type: "integer",
      default: 86_400,
      control: true,
      description: "Seconds during which a replaced secret signs too: 0 to 604800.",
    },
    adopt: {
      type: "boolean",
      control: true,
      description: "Take over an endpoint of this URL that is there already.",
    },
    endpointId: {
      type: "string",
      computed: "output",
      stable: true,
      description: "Endpoint id, `ep_…`.",
    },
  },
};

export const webhookEndpoint: ResourceHandler<Inputs, State, Vendors> = {
  spec,

  check(inputs: Properties): CheckFailure[] {
    const failures: CheckFailure[] = [];
    const { uid, url, eventTypes, secret, rotationGracePeriod: grace } = inputs;
    if (typeof uid === "string" && !isEndpointUid(uid)) {
      failures.push({ property: "uid", reason: reasons.uid });
    }
    if (typeof url === "string") {
      try {
        // Svix stores URLs in this form, so another spelling would look like drift.
        inputs.url = requireSafeUrl(url, "The endpoint's URL").href;
      } catch (error) {
        failures.push({ property: "url", reason: (error as Error).message });
      }
    }
    if (Array.isArray(eventTypes)) {
      if (eventTypes.length === 0) failures.push({ property: "eventTypes", reason: reasons.types });
      if (!eventTypes.includes(UNKNOWN)) inputs.eventTypes = [...new Set(eventTypes)].sort();
    }
    if (typeof secret === "string" && !isSigningSecret(secret)) {
      failures.push({ property: "secret", reason: reasons.secret });
    }
    if (typeof grace === "number" && !isWithin(grace, rotationGracePeriod)) {
      failures.push({ property: "rotationGracePeriod", reason: reasons.grace });
    }
    return failures;
  },

  async create(inputs, operation) {
    const { vendors, warn } = operation;
    const endpoints = await vendors.ensureEndpoints();
    const ours = await endpoints.get(inputs.uid);
    const existing = ours ?? (await endpoints.findByUrl(inputs.url));
    if (!existing) {
      const made = await endpoints.create(inputs.secret, settingsOf(inputs));
      return { id: made.id, state: stateOf(made, inputs) };
    }
    if (!ours && !inputs.adopt) throw endpointExists(existing, operation);
    warn(`Took over the webhook endpoint ${existing.id}, which was there already.`);
    try {
      return { id: existing.id, state: await sync(endpoints, existing, inputs) };
    } catch (error) {
      throw new PartialCreateError(existing.id, stateOf(existing, inputs), error);
    }
  },

  async read(id, { inputs }, operation) {
    const endpoints = await operation.vendors.endpoints();
    const [found, secret] = await Promise.all([
      endpoints?.get(id),
      endpoints && orUndefined(endpoints.getSecret(id)),
    ]);
    if (!found || !secret) return undefined;
    const { rotationGracePeriod = 86_400, adopt } = inputs;
    const kept = { secret, rotationGracePeriod, ...(adopt !== undefined && { adopt }) };
    return {
      id: found.id,
      inputs: { ...settingsOf(found), ...kept },
      state: stateOf(found, kept),
    };
  },

  async update(id, { inputs }, { vendors }) {
    const endpoints = await vendors.ensureEndpoints();
    const existing = await endpoints.get(id);
    if (existing) return sync(endpoints, existing, inputs);
    throw new ProblemError(
      `The webhook endpoint ${id} is gone from Svix, so it cannot be updated`,
      "Run pulumi up --refresh, which sees that it is gone and makes it anew",
      "WEBHOOK_ENDPOINT_GONE",
    );
  },

  async delete(id, _state, { vendors, forgetCommand }) {
    try {
      await (await vendors.endpoints())?.delete(id);
    } catch (error) {
      const refused = error instanceof ProblemError && error.code === loginRefusedCode;
      throw refused ? mustBeForgotten(id, error, forgetCommand()) : error;
    }
  },
};

/** Brings an existing endpoint to what is declared, touching only what differs. */
async function sync(endpoints: WebhookEndpoints, existing: Endpoint, inputs: Inputs) {
  if ((await endpoints.getSecret(existing.id)) !== inputs.secret) {
    await endpoints.rotateSecret(existing.id, inputs.secret, inputs.rotationGracePeriod);
  }
  const wanted = settingsOf(inputs);
  const same = JSON.stringify(settingsOf(existing)) === JSON.stringify(wanted);
  const synced = same ? existing : await endpoints.update(existing.id, wanted);
  return stateOf(synced, inputs);
}

function settingsOf({ uid, url, eventTypes, description, disabled }: EndpointSettings) {
  return { uid, url, eventTypes, description, disabled };
}

function stateOf(endpoint: Endpoint, kept: Omit<Inputs, keyof EndpointSettings>): State {
  const { secret, rotationGracePeriod, adopt } = kept;
  return {
    ...settingsOf(endpoint),
    secret,
    rotationGracePeriod,
    ...(adopt !== undefined && { adopt }),
    endpointId: endpoint.id,
  };
}

const reasons = {
  uid: "Svix refuses that uid. Use 1 to 256 letters, digits, - _ and dots, not beginning with ep_. [WEBHOOK_UID]",
  types: "No event type is given. Name at least one, such as user.created. [WEBHOOK_EVENT_TYPES]",
  secret:
    "The secret is not of the form that Svix takes. Use whsec_ and the base64 of 24 to 75 random bytes. [WEBHOOK_SECRET_FORMAT]",
  grace: "The grace period is out of range. Give 0 to 604800 seconds. [OUT_OF_RANGE]",
};

function endpointExists({ id, url }: Endpoint, operation: Operation<Vendors>): ProblemError {
  return alreadyThere(
    `The Clerk instance already has a webhook endpoint at ${url} (${id}), and this stack does not manage it`,
    id,
    "WEBHOOK_ENDPOINT_EXISTS",
    operation,
  );
}

/** Without a login there is no telling whether it is gone, and only its owner can say so. */
function mustBeForgotten(id: string, { problem }: ProblemError, command: string): ProblemError {
  return new ProblemError(
    `${problem}, so ${id} cannot be deleted`,
    `Delete it by hand in the Clerk dashboard, then take it out of the state with\n\n    ${command}\n\nand run again`,
    loginRefusedCode,
  );
}
