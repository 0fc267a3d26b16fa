import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { recoverStack } from "./recover/recover.ts";
import { readArguments, usage } from "./stack/arguments.ts";
import { exitCodes, failureOf } from "./stack/failure.ts";
import { openProject, openStack } from "./stack/project.ts";

const help = `Frees a stack from a run that was killed, so that pulumi up can be run again.

Usage: npm run recover -- --stack NAME [--lock-host-is-gone HOST…] [--cwd FOLDER]

It takes away the lock that the run left, and settles what the run had begun: most is cleared, because
the next pulumi up looks for it and makes or changes what is missing; a JWT template that the run had
made already is entered in the state. Each is explained. The state as it was found is kept in
.pulumi-recovery in the project's folder first, with its secrets encrypted.

The lock of a living run is never taken away. A run of this host is dead when its process is gone, or
when another process has its number; of another host nothing can be known here, so name it:

  --stack NAME              the stack
  --lock-host-is-gone HOST  no run on HOST can live any more (a CI machine that is gone); may be given
                            more than once. Without it the lock is shown and nothing is changed
  --cwd FOLDER              the project's folder (default: this project)
  --help                    this text

Locks are read where the backend is a folder. Pulumi Cloud gives up the lock of a dead run by itself;
for the lock of a bucket, make sure that its run is dead, then run pulumi cancel and this again.

Exit codes:
  0   recovered, or there was nothing to recover
  1   anything that is none of the others
  2   wrong usage, or no project in the folder
  3   a credential is missing, refused or of another environment, or the passphrase is
  6   no such stack
  10  a vendor or the backend cannot be reached or does not answer
  11  another run holds the stack, or may hold it
`;

const events: EngineEvent[] = [];

async function main(): Promise<number> {
  const given = readArguments(
    {
      stack: { type: "string" },
      "lock-host-is-gone": { type: "string", multiple: true },
      cwd: { type: "string" },
      help: { type: "boolean" },
    },
    "recover",
  );
  if (given.help) {
    process.stdout.write(help);
    return exitCodes.ok;
  }
  if (given.stack === undefined) throw usage("Give --stack with a name", "recover");
  const stack = await openStack(given.stack, await openProject({ directory: given.cwd }));
  const recovered = await recoverStack(stack, {
    goneHosts: given["lock-host-is-gone"] ?? [],
    signal: new AbortController().signal,
    say: (sentence) => console.log(sentence),
    onEvent: (event) => events.push(event),
  });
  console.log(
    recovered ? "Now run pulumi up." : `There is nothing to recover in stack ${stack.name}.`,
  );
  return exitCodes.ok;
}

try {
  process.exitCode = await main();
} catch (error) {
  const { kind, messages } = failureOf(error, events);
  console.error(messages.join("\n"));
  process.exitCode = exitCodes[kind];
}
