import { randomBytes, randomUUID } from "node:crypto";
import type { ResourceHandler, ResourceSpec } from "../resource.ts";
import type { Vendors } from "../vendors.ts";

interface Inputs {
  version: number;
}
interface State extends Inputs {
  secret: string;
  accepted: string;
}

const spec: ResourceSpec = {
  token: "clerkconvex:clerk:WebhookSecret",
  description:
    "A signing secret for a webhook endpoint, made here and kept in the state. It is there before the endpoint, so the backend can know it before the first delivery.",
  properties: {
    version: {
      type: "integer",
      default: 1,
      description: "Raise it to rotate: a new secret is made and the last one stays accepted.",
    },
    secret: {
      type: "string",
      secret: true,
      computed: "output",
      description: "The secret in force, `whsec_` and the base64 of 32 random bytes.",
    },
    accepted: {
      type: "string",
      secret: true,
      computed: "output",
      description:
        "The secret in force and, after a rotation, the one before, separated by a space.",
    },
  },
};

export const webhookSecret: ResourceHandler<Inputs, State, Vendors> = {
  spec,

  async create(inputs) {
    const secret = newSecret();
    return { id: randomUUID(), state: { ...inputs, secret, accepted: secret } };
  },

  async read(id, { inputs, state }) {
    const { version = 1, secret, accepted } = state;
    if (!secret || !accepted) return undefined;
    return { id, inputs: { version, ...inputs }, state: { version, secret, accepted } };
  },

  async update(_id, { state, inputs }) {
    const secret = newSecret();
    return { ...inputs, secret, accepted: `${secret} ${state.secret}` };
  },

  async delete() {},
};

function newSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}
