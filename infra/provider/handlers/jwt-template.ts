import { isDeepStrictEqual } from "node:util";
import type { JwtTemplate, JwtTemplateSettings } from "../../clients/clerk.ts";
import { ProblemError } from "../../errors.ts";
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
  share?: boolean;
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
    claims: {
      type: "object",
      required: true,
      description:
        "Claims by name. Values may hold Clerk's shortcodes, such as `{{user.primary_email_address}}`. Those that Clerk sets itself, such as `sub` and `iss`, are refused.",
    },
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
    share: {
      type: "boolean",
      description:
        "Use a template of this name that another stack owns: checked for the claims, never changed or deleted.",
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
    if (inputs.share) {
      const shared = requireShared(existing, inputs);
      return { id: shared.id, state: stateOf(shared, inputs) };
    }
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
    if (!found || !inputs.share) {
      return found && { id, inputs: settingsOf(found), state: stateOf(found, inputs) };
    }
    const state = stateOf(asShared(found, inputs), inputs);
    return { id, inputs: { ...settingsOf(state), share: true }, state };
  },

  async update(id, { state, inputs }, operation) {
    const { vendors } = operation;
    if (inputs.share) {
      const found = await vendors.clerk.getJwtTemplate(id);
      return stateOf(requireShared(found, inputs), inputs);
    }
    if (state.share && !inputs.adopt) throw templateExists({ ...state, id }, operation);
    return stateOf(await vendors.clerk.updateJwtTemplate(id, settingsOf(inputs)), inputs);
  },

  async delete(id, { share }, { vendors }) {
    if (!share) await vendors.clerk.deleteJwtTemplate(id);
  },
};

function settingsOf(of: JwtTemplateSettings): JwtTemplateSettings {
  const { name, claims, lifetime, allowedClockSkew } = of;
  return { name, claims, lifetime, allowedClockSkew };
}

function stateOf(template: JwtTemplate, { share, adopt }: Partial<Inputs>): State {
  return {
    ...settingsOf(template),
    templateId: template.id,
    ...(share && { share }),
    ...(adopt !== undefined && { adopt }),
  };
}

/**
 * A shared template as this stack sees it: the claims that it declares, and nothing that the owner may
 * choose beside them.
 */
function asShared(template: JwtTemplate, declared: Partial<Inputs>): JwtTemplate {
  const { claims = {}, lifetime, allowedClockSkew } = declared;
  return {
    ...template,
    claims: Object.fromEntries(
      Object.entries(template.claims).filter(([claim]) => Object.hasOwn(claims, claim)),
    ),
    ...(lifetime !== undefined && { lifetime }),
    ...(allowedClockSkew !== undefined && { allowedClockSkew }),
  };
}

function requireShared(template: JwtTemplate | undefined, declared: Inputs): JwtTemplate {
  const { name, claims } = declared;
  if (!template) {
    throw new ProblemError(
      `The Clerk instance has no JWT template named ${name} that this stack could share`,
      "Run pulumi up for the stack that owns it, such as dev, or let this stack own it: clerk-convex:jwtTemplate manage, of a preview --own-template",
      "JWT_TEMPLATE_MISSING",
    );
  }
  const differing = Object.keys(claims).filter(
    (claim) => !isDeepStrictEqual(template.claims[claim], claims[claim]),
  );
  if (differing.length === 0) return asShared(template, declared);
  throw new ProblemError(
    `The JWT template ${name}, which this stack shares, lacks the claims ${differing.join(", ")} or has others of that name`,
    "Declare them in the stack that owns the template and run pulumi up there",
    "JWT_TEMPLATE_DIFFERS",
  );
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

function templateExists(
  { name, id }: Pick<JwtTemplate, "name" | "id">,
  operation: Operation<Vendors>,
): ProblemError {
  return alreadyThere(
    `The Clerk instance already has a JWT template named ${name} (${id}), and this stack does not manage it`,
    id,
    "JWT_TEMPLATE_EXISTS",
    operation,
  );
}
