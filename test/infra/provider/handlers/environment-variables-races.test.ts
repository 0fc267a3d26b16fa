import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { environmentVariables } from "../../../../infra/provider/handlers/environment-variables.ts";
import type { Operation } from "../../../../infra/provider/resource.ts";
import type { Vendors } from "../../../../infra/provider/vendors.ts";
import { type LocalVendors, startLocalVendors } from "../../../../scripts/local/vendors.ts";
import { operationOn } from "./setup.ts";

type Write = { name: string; value: string | null };
type Variables = Record<string, string>;

/** One step of ours, and what somebody else writes around its look and its write. */
interface Step {
  kind: "create" | "adopt" | "update" | "delete";
  declared: Variables;
  beforeLook: Write[];
  beforeWrite: Write[];
}

const name = fc.constantFrom("A", "B", "C", "D");
const value = fc.constantFrom("", "1", "2");
const writes = fc.array(fc.record({ name, value: fc.option(value) }), { maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("create", "adopt", "update", "delete"),
  declared: fc.dictionary(name, value),
  beforeLook: writes,
  beforeWrite: writes,
});

let vendors: LocalVendors;
let operation: Operation<Vendors>;

beforeAll(async () => {
  vendors = await startLocalVendors();
  operation = operationOn(vendors.environment);
  return () => vendors.close();
});

const present = (): Variables => Object.fromEntries(vendors.deployment.environmentVariables);

/** Does something at the moment before the deployment answers a request, once for each kind. */
function interleave(beforeLook: () => Promise<void>, beforeWrite: () => Promise<void>): void {
  const server = vendors.convex.servers.find(({ url }) => url === vendors.deployment.url);
  if (!server) throw new Error("the deployment has no server");
  server.fault = async ({ path }) => {
    if (path.endsWith("/list_environment_variables")) await beforeLook();
    if (path.endsWith("/update_environment_variables")) await beforeWrite();
    return undefined;
  };
}

async function outsider(changes: Write[]): Promise<void> {
  for (const { name, value } of changes) await vendors.deployment.setVariable(name, value);
}

/** Runs one step against a deployment in use; returns what is declared after it. */
async function run({ kind, declared, beforeLook, beforeWrite }: Step, owned: Variables) {
  const deployment = vendors.deployment.name;
  let looked: Variables = {};
  let left: Variables = {};
  interleave(
    async () => {
      await outsider(beforeLook);
      looked = present();
      left = looked;
    },
    async () => {
      await outsider(beforeWrite);
      left = present();
    },
  );
  const state = { deployment, variables: owned };
  const inputs = { deployment, variables: declared };
  const wanted = kind === "delete" ? {} : declared;
  try {
    if (kind === "delete") await environmentVariables.delete(deployment, state, operation);
    else if (kind === "update") {
      await environmentVariables.update(deployment, { state, inputs }, operation);
    } else await environmentVariables.create({ ...inputs, adopt: kind === "adopt" }, operation);
  } catch (error) {
    expect(error).toMatchObject({ code: "VARIABLES_EXIST" });
    expect(kind).toBe("create");
    expect(present()).toEqual(left);
    return owned;
  }
  const dropsOwned = kind === "update" || kind === "delete";
  // What was the stack's and is no longer declared goes; all else is as whoever wrote it last left it.
  const dropped = (of: string) => dropsOwned && of in owned && !(of in wanted) && of in looked;
  const others = Object.entries(left).filter(([of]) => !dropped(of));
  expect(present()).toEqual({ ...Object.fromEntries(others), ...wanted });
  return wanted;
}

test("an outsider's variable written between our look and our write survives it", async () => {
  const written = { name: "D", value: "theirs" };
  const declared = { A: "1", B: "2" };
  await run({ kind: "adopt", declared, beforeLook: [], beforeWrite: [written] }, {});
  expect(present()).toEqual({ A: "1", B: "2", D: "theirs" });
  await run(
    { kind: "update", declared: { A: "3" }, beforeLook: [], beforeWrite: [written] },
    declared,
  );
  expect(present()).toEqual({ A: "3", D: "theirs" });
});

test("whatever an outsider writes meanwhile, exactly the declared names end as declared", async () => {
  await fc.assert(
    fc.asyncProperty(
      writes,
      fc.array(step, { minLength: 1, maxLength: 4 }),
      async (start, steps) => {
        await outsider(["A", "B", "C", "D"].map((name) => ({ name, value: null })));
        await outsider(start);
        let owned: Variables = {};
        for (const next of steps) owned = await run(next, owned);
      },
    ),
    { numRuns: 100 },
  );
});
