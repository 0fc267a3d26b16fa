import { isDeepStrictEqual } from "node:util";
import type { JwtTemplate, JwtTemplateSettings } from "../../clients/clerk.ts";
import type { ProblemError } from "../../errors.ts";
import {
  isWithin,
  type Range,
  reservedClaims,
  templateClockSkew,
  templateLifetime,
} from "../../vendor-rules.ts";
import {
  type CheckFailure,
  type Operation,
  type Properties,
  type ResourceHandler,
  type ResourceSpec,
  UNKNOWN,
} from "../resource.ts";
import type { Vendors } from "../vendors.ts";
import { alreadyThere } from "./already-there.ts";

interface Inputs extends JwtTemplateSettings {
  adopt?: boolean;
}
interface State extends Inputs {
  templateId: string;
}

const spec: ResourceSpec = {
  token: "clerkconvex:clerk:JwtTemplate",
  role: "jwt-template",
  description: "A JWT template of the Clerk instance. Convex asks for the one named `convex`.",
  properties: {
    name: {
      type: "string",
      required: true,
      replaces: true,
      description: "Name that clients ask for in `getToken({ template })`.",
    },
    claims: { type: "object", required: true, description: "Claims, shortcodes allowed." },
    lifetime: {
      type: "integer",
      default: 60,
      description: "Seconds a token is valid: 30 to 315360000.",
    },
    allowedClockSkew: {
      type: "integer",
      default: 5,
      description: "Seconds by which `nbf` lies before `iat`: 0 to 300.",
    },
    adopt: {
      type: "boolean",
      control: true,
      description: "Take over a template of this name that is there already.",
    },
    templateId: {
      type: "string",
      computed: "output",
      stable: true,
      description: "Template id, `jtmp_…`.",
    },
  },
};

export const jwtTemplate: ResourceHandler<Inputs, State, Vendors> = {
  spec,

  check(inputs: Properties): CheckFailure[] {
    const failures: CheckFailure[] = [];
    const { name, claims, lifetime, allowedClockSkew } = inputs;
    if (name === "") failures.push({ property: "name", reason: emptyName });
    for (const claim of Object.keys(claims === UNKNOWN ? {} : (claims as Properties))) {
      if (reservedClaims.includes(claim)) {
        failures.push({ property: `claims.${claim}`, reason: reservedClaim(claim) });
      }
    }
    checkRange(failures, "lifetime", lifetime, templateLifetime);
    checkRange(failures, "allowedClockSkew", allowedClockSkew, templateClockSkew);
    return failures;
  },

  async create(inputs, operation) {
    const { vendors, warn } = operation;
    const existing = await vendors.clerk.findJwtTemplate(inputs.name);
    if (!existing) {
      const created = await vendors.clerk.createJwtTemplate(settingsOf(inputs));
      return { id: created.id, state: stateOf(created, inputs) };
    }
    if (!inputs.adopt) throw templateExists(existing, operation);
    warn(`Adopted the JWT template ${existing.name} (${existing.id}), which was there already.`);
    const adopted = isDeepStrictEqual(settingsOf(existing), settingsOf(inputs))
      ? existing
      : await vendors.clerk.updateJwtTemplate(existing.id, settingsOf(inputs));
    return { id: adopted.id, state: stateOf(adopted, inputs) };
  },

  async read(id, { inputs }, { vendors }) {
    const found = await vendors.clerk.getJwtTemplate(id);
    return found && { id, inputs: settingsOf(found), state: stateOf(found, inputs) };
  },

  async update(id, { inputs }, { vendors }) {
    return stateOf(await vendors.clerk.updateJwtTemplate(id, settingsOf(inputs)), inputs);
  },

  async delete(id, _state, { vendors }) {
    await vendors.clerk.deleteJwtTemplate(id);
  },
};

function settingsOf(of: JwtTemplateSettings): JwtTemplateSettings {
  const { name, claims, lifetime, allowedClockSkew } = of;
  return { name, claims, lifetime, allowedClockSkew };
}

function stateOf(template: JwtTemplate, { adopt }: Partial<Inputs>): State {
  return {
    ...settingsOf(template),
    templateId: template.id,
    ...(adopt !== undefined && { adopt }),
  };
}

const emptyName = "The name is empty. Give the template a name, for Convex `convex`. [NAME_EMPTY]";

function reservedClaim(claim: string): string {
  return `Clerk sets the claim ${claim} itself. Leave it out of the claims. [CLERK_RESERVED_CLAIM]`;
}

function checkRange(
  failures: CheckFailure[],
  property: string,
  value: unknown,
  range: Range,
): void {
  if (typeof value !== "number" || isWithin(value, range)) return;
  const reason = `${property} is ${value} seconds. Give ${range.lowest} to ${range.highest} seconds. [OUT_OF_RANGE]`;
  failures.push({ property, reason });
}

function templateExists({ name, id }: JwtTemplate, operation: Operation<Vendors>): ProblemError {
  return alreadyThere(
    `The Clerk instance already has a JWT template named ${name} (${id}), and this stack does not manage it`,
    id,
    "JWT_TEMPLATE_EXISTS",
    operation,
  );
}
