import { once } from "node:events";
import { parseArgs } from "node:util";
import { createLocalStack } from "./local/stack.ts";
import { userStory } from "./local/story.ts";
import { startLocalVendors } from "./local/vendors.ts";

const help = `Usage: npm run local [-- --once]

Brings up a whole environment on this machine: stand-ins for Clerk, Svix and Convex on loopback, and
the stack on top of them. Then a user signs up, is changed and is deleted, and what the app answers is
shown. The environment stays until Ctrl-C and is destroyed then.

  --once   destroy at once, without waiting for Ctrl-C
  --help   this text`;

const { values } = parseArgs({
  options: { once: { type: "boolean" }, help: { type: "boolean" } },
  allowPositionals: false,
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort());
process.once("SIGTERM", () => interrupted.abort());

const vendors = await startLocalVendors();
const local = await createLocalStack({ environment: vendors.environment });
let failed = false;
try {
  heading("pulumi up");
  const { outputs } = await local.stack.up({ onOutput: write });

  heading("A user's life");
  for await (const { what, answer } of userStory(vendors)) {
    console.log(`${what}\n    → ${typeof answer === "string" ? answer : JSON.stringify(answer)}`);
  }

  heading("pulumi up, once more");
  vendors.forgetRequests();
  const again = await local.stack.up({ onOutput: write });
  const writes = Object.values(vendors.requests()).reduce((sum, each) => sum + each.writes, 0);
  console.log(`${JSON.stringify(again.summary.resourceChanges)}, ${writes} writes at the vendors`);

  if (!values.once && process.stdin.isTTY) {
    heading("The environment is up");
    console.log(`functions     ${outputs.deploymentUrl?.value}`);
    console.log(`HTTP actions  ${outputs.siteUrl?.value}`);
    console.log(`issuer        ${outputs.issuer?.value}`);
    console.log("Ctrl-C destroys it.");
    const alive = setInterval(() => {}, 60_000);
    if (!interrupted.signal.aborted) await once(interrupted.signal, "abort");
    clearInterval(alive);
  }
} catch (error) {
  failed = true;
  console.error(error instanceof Error ? error.message : String(error));
} finally {
  heading("pulumi destroy");
  await local.stack.destroy({ onOutput: write }).catch((error: Error) => {
    failed = true;
    console.error(error.message);
  });
  const leftovers = vendors.leftovers();
  console.log(leftovers.length === 0 ? "Nothing is left at any vendor." : leftovers.join("\n"));
  if (leftovers.length > 0) failed = true;
  await vendors.close();
  await local.remove();
}
process.exitCode = failed ? 1 : 0;

function heading(title: string): void {
  console.log(`\n── ${title} ${"─".repeat(Math.max(0, 70 - title.length))}`);
}

function write(text: string): void {
  process.stdout.write(text);
}
