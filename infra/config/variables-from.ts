import { type Config, StackReference } from "@pulumi/pulumi";
import { configError } from "./errors.ts";
import { fieldsOf, readStructured, textOf } from "./read.ts";
import type { VariableSource } from "./variables.ts";

const setting = "clerk-convex:variablesFrom";

/**
 * Reads the outputs of other stacks that `clerk-convex:variablesFrom` names. The program waits for them:
 * an error that only came up in a resource's inputs would be found after others are changed.
 */
export async function readVariablesFrom(config: Config): Promise<VariableSource> {
  const wanted = fieldsOf(readStructured(config, "variablesFrom") ?? {}, setting);
  const references = new Map<string, StackReference>();
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(wanted)) {
    const path = `${setting}.${name}`;
    const fields = fieldsOf(value, path, ["stack", "output"]);
    const stack = textOf(fields.stack, `${path}.stack`);
    const reference = references.get(stack) ?? new StackReference(stack);
    references.set(stack, reference);
    variables[name] = await outputOf(reference, textOf(fields.output, `${path}.output`), {
      path,
      stack,
    });
  }
  return { setting, variables };
}

async function outputOf(
  reference: StackReference,
  output: string,
  { path, stack }: { path: string; stack: string },
): Promise<string> {
  const { value, secretValue } = await reference.getOutputDetails(output);
  const found: unknown = secretValue ?? value;
  if (typeof found === "string") return found;
  const problem = found === undefined ? "has no such output" : "has an output that is no text";
  throw configError(
    `${path} is the output ${output} of the stack ${stack}, which ${problem}`,
    `Choose one of pulumi stack output --stack ${stack}, or export it as a text there`,
    "CONFIG_VARIABLES_FROM",
  );
}
