import { ProblemError } from "../../errors.ts";
import type {
  CheckFailure,
  Operation,
  Properties,
  ResourceHandler,
  ResourceSpec,
} from "../resource.ts";
import type { Vendors } from "../vendors.ts";

interface Inputs {
  publishableKey?: string;
  environmentType?: string;
}
interface State extends Inputs {
  issuer: string;
  domain: string;
  instanceId: string;
}

const spec: ResourceSpec = {
  token: "clerkconvex:clerk:Issuer",
  role: "issuer",
  description:
    "Looks up the issuer of the Clerk instance that the secret key belongs to. Creates nothing.",
  properties: {
    publishableKey: {
      type: "string",
      description: "Publishable key that the app uses; refused when it is of another instance.",
    },
    environmentType: {
      type: "string",
      description: "`development` or `production`: refuse an instance of another kind.",
    },
    issuer: {
      type: "string",
      computed: "output",
      description: "Issuer of the instance's tokens, an absolute URL without trailing slash.",
    },
    domain: { type: "string", computed: "output", description: "Name of the primary domain." },
    instanceId: {
      type: "string",
      computed: "output",
      stable: true,
      description: "Instance id, `ins_…`.",
    },
  },
};

export const issuer: ResourceHandler<Inputs, State, Vendors> = {
  spec,

  check({ publishableKey, environmentType }: Properties, { vendors }): CheckFailure[] {
    const failures: CheckFailure[] = [];
    if (typeof publishableKey === "string") {
      try {
        frontendHostOf(publishableKey);
      } catch (error) {
        failures.push({ property: "publishableKey", reason: (error as Error).message });
      }
    }
    if (typeof environmentType === "string") {
      // The key's own word for it; the instance is asked when the issuer is looked up.
      const live = vendors.configuration.clerk.secretKey.startsWith("sk_live_");
      if (live !== (environmentType === "production")) {
        const { message } = otherKind(live ? "production" : "development", environmentType);
        failures.push({ property: "environmentType", reason: message });
      }
    }
    return failures;
  },

  async create(inputs, operation) {
    const { id, state } = await observe(inputs, operation);
    return { id, state };
  },

  async read(id, { inputs }, operation) {
    const observed = await observe(inputs, operation);
    if (observed.id !== id) throw otherInstance(id, observed.id);
    return { id, inputs, state: observed.state };
  },

  async update(id, { inputs }, operation) {
    const observed = await observe(inputs, operation);
    if (observed.id !== id) throw otherInstance(id, observed.id);
    return observed.state;
  },

  async delete() {},
};

async function observe(inputs: Inputs, { vendors }: Operation<Vendors>) {
  const [instance, domain] = await Promise.all([
    vendors.clerk.instance(),
    vendors.clerk.primaryDomain(),
  ]);
  const { publishableKey, environmentType } = inputs;
  if (environmentType !== undefined && environmentType !== instance.environmentType) {
    throw otherKind(instance.environmentType, environmentType);
  }
  if (publishableKey !== undefined) {
    const host = frontendHostOf(publishableKey);
    if (host !== new URL(domain.frontendApiUrl).host) {
      throw new ProblemError(
        `The publishable key is of ${host}, but the secret key's instance answers at ${domain.frontendApiUrl}`,
        "Copy both keys from the same instance's API keys page in the Clerk dashboard",
        "CLERK_PUBLISHABLE_KEY_MISMATCH",
      );
    }
  }
  return {
    id: instance.id,
    state: {
      ...inputs,
      issuer: domain.frontendApiUrl,
      domain: domain.name,
      instanceId: instance.id,
    },
  };
}

/**
 * Host of the Frontend API in a publishable key: `pk_(test|live)_` and the base64 of `<host>$`.
 *
 * @throws {ProblemError} `CLERK_PUBLISHABLE_KEY_FORMAT`
 */
export function frontendHostOf(publishableKey: string): string {
  const encoded = /^pk_(?:test|live)_(\S+)$/.exec(publishableKey)?.[1] ?? "";
  const host = /^([\w.-]+(?::\d+)?)\$$/.exec(Buffer.from(encoded, "base64").toString("utf8"))?.[1];
  if (host !== undefined) return host;
  throw new ProblemError(
    "The publishable key does not hold the name of a Frontend API",
    "Copy it whole from the API keys page in the Clerk dashboard; it begins with pk_test_ or pk_live_",
    "CLERK_PUBLISHABLE_KEY_FORMAT",
  );
}

function otherKind(found: string, wanted: string): ProblemError {
  return new ProblemError(
    `The Clerk secret key is of a ${found} instance, but the stack wants a ${wanted} one`,
    `Use the secret key of the ${wanted} instance`,
    "CLERK_INSTANCE_KIND",
  );
}

function otherInstance(known: string, found: string): ProblemError {
  return new ProblemError(
    `The Clerk secret key is now of instance ${found}, but the stack is bound to ${known}`,
    `Use the secret key of ${known}, or destroy this stack before moving it to another instance`,
    "CLERK_WRONG_INSTANCE",
  );
}
