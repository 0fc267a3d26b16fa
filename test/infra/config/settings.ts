import { Config, runtime } from "@pulumi/pulumi";

/** Outputs of other stacks, by the stack's name. */
export const outputsOfStacks: Record<string, Record<string, unknown>> = {};

/** The project `shop` and its stack `pr-7`, without an engine. */
await runtime.setMocks(
  {
    newResource: ({ id, inputs }) => ({
      id: id ?? "",
      state: { ...inputs, outputs: outputsOfStacks[inputs.name] ?? {}, secretOutputNames: [] },
    }),
    call: () => ({}),
  },
  "shop",
  "pr-7",
);

/**
 * A stack's settings as the engine hands them over.
 *
 * @param secrets keys that are kept encrypted
 */
export function settings(values: Record<string, unknown>, secrets: string[] = []): Config {
  const entries = Object.entries(values).map(([key, value]) => [
    `clerk-convex:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  runtime.setAllConfig(
    Object.fromEntries(entries),
    secrets.map((key) => `clerk-convex:${key}`),
  );
  return new Config("clerk-convex");
}

/** What a refusal says; empty when there is none. */
export function refusalOf(read: () => unknown): string {
  try {
    read();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
