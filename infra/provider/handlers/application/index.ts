import {
  type Application,
  type ClerkPlatformClient,
  productionOf,
} from "../../../clients/clerk-platform.ts";
import { ProblemError } from "../../../errors.ts";
import { PartialCreateError, type ResourceHandler } from "../../resource.ts";
import type { Vendors } from "../../vendors.ts";
import { check } from "./check.ts";
import { type Inputs, type State, spec } from "./spec.ts";

export const application: ResourceHandler<Inputs, State, Vendors> = {
  spec,
  check,

  async create(inputs, { vendors: { clerkPlatform }, warn, importCommand }) {
    const existing = await clerkPlatform.find(inputs.name);
    const [found] = existing;
    if (found !== undefined) {
      if (!inputs.adopt || existing.length > 1)
        throw alreadyThere(inputs.name, existing, importCommand(found));
      // Refused before it is in the state: what is there may be destroyed.
      await observe(clerkPlatform, found, inputs);
      warn(`Adopted the application ${inputs.name} (${found}), which was there already.`);
    }
    const { name, environmentTypes, productionDomain: domain, template } = inputs;
    const id = found ?? (await clerkPlatform.create({ name, environmentTypes, domain, template }));
    try {
      return { id, state: await sync(clerkPlatform, id, inputs) };
    } catch (error) {
      throw new PartialCreateError(id, { ...inputs, applicationId: id }, error);
    }
  },

  async read(id, { inputs: known }, { vendors: { clerkPlatform } }) {
    const found = await clerkPlatform.get(id);
    if (!found) return undefined;
    const { deletionProtection = true, template, adopt } = known;
    const domain = productionOf(found)
      ? ((await clerkPlatform.productionDomain(id)) ?? known.productionDomain)
      : undefined;
    const inputs = {
      name: found.name,
      environmentTypes: kindsOf(found),
      ...(domain !== undefined && { productionDomain: domain }),
      deletionProtection,
    };
    const controls = {
      ...(template !== undefined && { template }),
      ...(adopt !== undefined && { adopt }),
    };
    return { id, inputs, state: stateOf(found, { ...inputs, ...controls }) };
  },

  async update(id, { inputs }, { vendors: { clerkPlatform } }) {
    return sync(clerkPlatform, id, inputs);
  },

  async delete(id, { deletionProtection }, { vendors: { clerkPlatform } }) {
    const found = await clerkPlatform.get(id);
    if (!found) return;
    if (productionOf(found) && deletionProtection !== false) throw protectedFromDeletion(found);
    await clerkPlatform.delete(id);
  },
};

/** Brings an application to what is declared, touching only what differs. */
async function sync(client: ClerkPlatformClient, id: string, inputs: Inputs): Promise<State> {
  const { name, productionDomain: domain } = inputs;
  const found = await observe(client, id, inputs);
  if (found.name !== name) await client.rename(id, name);
  if (domain === undefined) return stateOf(found, inputs);
  if (!productionOf(found)) await client.createProductionInstance(id, domain);
  else if (((await client.productionDomain(id)) ?? domain) !== domain) {
    await client.changeProductionDomain(id, domain);
  } else return stateOf(found, inputs);
  return stateOf(await observe(client, id, inputs), inputs);
}

/** The application as it is, provided that it can become what is declared. */
async function observe(
  client: ClerkPlatformClient,
  id: string,
  { environmentTypes: wanted }: Inputs,
): Promise<Application> {
  const found = await client.get(id);
  if (!found) throw gone(id);
  const present = kindsOf(found);
  const kept = present.every((kind) => wanted.includes(kind));
  const addable = wanted.every((kind) => kind === "production" || present.includes(kind));
  if (!kept || !addable) throw otherInstances(found, wanted);
  return found;
}

function kindsOf({ instances }: Application): string[] {
  return instances.map(({ environmentType }) => environmentType).sort();
}

function stateOf({ id, instances }: Application, inputs: Inputs): State {
  const outputs = instances.map(({ environmentType: kind, ...instance }) => ({
    [`${kind}InstanceId`]: instance.id,
    [`${kind}PublishableKey`]: instance.publishableKey,
    [`${kind}SecretKey`]: instance.secretKey,
  }));
  return { ...inputs, applicationId: id, ...Object.assign({}, ...outputs) };
}

function alreadyThere(name: string, ids: string[], command: string): ProblemError {
  const adopt =
    ids.length === 1 ? ", or set adopt: true" : "; adopt takes over a name that only one has";
  return new ProblemError(
    `Clerk already has ${ids.length === 1 ? "an application" : "applications"} named ${name} (${ids.join(", ")}), which this stack does not manage`,
    `Bring it in with\n\n    ${command}\n\nand run pulumi up again${adopt}`,
    "APPLICATION_EXISTS",
  );
}

function otherInstances(found: Application, wanted: string[]): ProblemError {
  return new ProblemError(
    `The Clerk application ${found.id} has the instances ${kindsOf(found).join(", ")}, but the stack declares ${wanted.join(", ")}`,
    "Declare what is there: Clerk's Platform API adds a production instance only, and takes none away",
    "APPLICATION_INSTANCES",
  );
}

function gone(id: string): ProblemError {
  return new ProblemError(
    `The Clerk application ${id} is gone, so it cannot be updated`,
    "Run pulumi up --refresh, which sees that it is gone and makes it anew",
    "APPLICATION_GONE",
  );
}

function protectedFromDeletion({ id, name }: Application): ProblemError {
  return new ProblemError(
    `The Clerk application ${name} (${id}) has a production instance, whose users would be deleted with it`,
    "If that is meant, set deletionProtection: false, run pulumi up, then destroy it",
    "APPLICATION_PROTECTED",
  );
}
