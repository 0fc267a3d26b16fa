import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { createLocalStack } from "./local/stack.ts";
import { type LocalVendors, startLocalVendors } from "./local/vendors.ts";
import { environmentProgram } from "./stack/project.ts";

/*
 * Wall time of each operation on the local stack beside a program that declares nothing, in one run and
 * in pairs, so that the ratios hold on any machine. Prints medians in milliseconds with their spread.
 *
 *   npm run bench [-- PAIRS]
 */

const pairs = Number(process.argv[2] ?? 10);
const operations = ["up", "no-op up", "preview with refresh", "destroy"] as const;
type Operation = (typeof operations)[number];
type Samples = Record<Operation, number[]>;

const empty: PulumiFn = async () => ({});
const baseline = noSamples();
const environment = noSamples();
const requests: Partial<Record<Operation, ReturnType<LocalVendors["requests"]>>> = {};

for (let pair = 0; pair < pairs; pair += 1) {
  await measure(empty, baseline);
  await measure(environmentProgram, environment);
  process.stderr.write(`pair ${pair + 1} of ${pairs}\n`);
}

console.log(`| operation | empty program | this project | ratio | vendor requests (writes) |`);
console.log(`|---|---|---|---|---|`);
for (const operation of operations) {
  const [plain, ours] = [baseline[operation], environment[operation]];
  const ratio = (median(ours) / median(plain)).toFixed(1);
  const made = Object.entries(requests[operation] ?? {})
    .map(([vendor, { total, writes }]) => `${vendor} ${total} (${writes})`)
    .join(", ");
  console.log(`| ${operation} | ${show(plain)} | ${show(ours)} | ${ratio} | ${made} |`);
}

async function measure(program: PulumiFn, into: Samples): Promise<void> {
  const vendors = await startLocalVendors();
  const local = await createLocalStack({ environment: vendors.environment, program });
  const { stack } = local;
  const run: Record<Operation, () => Promise<unknown>> = {
    up: () => stack.up(),
    "no-op up": () => stack.up(),
    "preview with refresh": () => stack.preview({ refresh: true }),
    destroy: () => stack.destroy(),
  };
  try {
    for (const operation of operations) {
      vendors.forgetRequests();
      const start = performance.now();
      await run[operation]();
      into[operation].push(performance.now() - start);
      if (program === environmentProgram) requests[operation] = vendors.requests();
    }
  } finally {
    await vendors.close();
    await local.remove();
  }
}

function noSamples(): Samples {
  return { up: [], "no-op up": [], "preview with refresh": [], destroy: [] };
}

function median(samples: number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function show(samples: number[]): string {
  const spread = `${Math.round(Math.min(...samples))}–${Math.round(Math.max(...samples))}`;
  return `${Math.round(median(samples))} (${spread})`;
}
