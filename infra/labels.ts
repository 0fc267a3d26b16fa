/*
 * What marks a thing at a vendor as a stack's. The program gives these marks, and whoever looks for what a
 * lost state left behind goes by them.
 */

/** Of webhook endpoints (their `uid`), and the beginning of the names of deploy keys. */
export function stackLabel(project: string, stack: string): string {
  return `clerkconvex-${project}-${stack}`;
}

/**
 * Description of the user sync's endpoint. A uid alone does not tell project from stack, nor a preview from
 * a stack that stays.
 */
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
