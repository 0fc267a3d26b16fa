/*
 * What marks a thing at a vendor as a stack's. The program gives these marks, and whoever looks for what a
 * lost state left behind goes by them.
 */

/**
 * The `uid` of a stack's webhook endpoint: of its user sync or, by name, of one beside it. No two make the
 * same, since a dot parts the names and one within a name is written `_.`, an underscore `__`.
 */
export function endpointUid(project: string, stack: string, name?: string): string {
  const parts = name === undefined ? [project, stack] : [project, stack, name];
  return ["clerkconvex", ...parts.map((part) => part.replace(/[_.]/g, "_$&"))].join(".");
}

/** The beginning of the names of a stack's deploy keys, which are looked for in its own deployment only. */
export function deployKeyLabel(project: string, stack: string): string {
  return `clerkconvex-${project}-${stack}`;
}

/** Description of the user sync's endpoint. Its uid does not tell a preview from a stack that stays. */
export function endpointDescription(project: string, stack: string, preview: boolean): string {
  return `User sync of ${preview ? "preview " : ""}${project}/${stack}, managed by Pulumi`;
}

/** Reads {@link endpointDescription}, and that of another endpoint of a stack; else `undefined`. */
export function describedStack(
  description: string,
): { project: string; stack: string; preview: boolean } | undefined {
  const [, preview, project, stack] =
    /^.* of (preview )?([^/ ]+)\/([^/ ]+), managed by Pulumi$/.exec(description) ?? [];
  if (project === undefined || stack === undefined) return undefined;
  return { project, stack, preview: preview !== undefined };
}
