const segment = /\.?([A-Za-z_$][\w$-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

/**
 * Follows a property path in the engine's syntax (`url`, `eventTypes[1]`, `modules["a.js"]`) into a value.
 *
 * @returns `undefined` where the path leads nowhere
 */
export function valueAt(value: unknown, path: string): unknown {
  let found = value;
  for (const key of keysOf(path)) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

function keysOf(path: string): string[] {
  const keys: string[] = [];
  segment.lastIndex = 0;
  while (segment.lastIndex < path.length) {
    const match = segment.exec(path);
    // A path in a syntax of its own is taken for the name of one property.
    if (!match) return [path];
    keys.push(match[1] ?? match[2] ?? (JSON.parse(match[3] ?? '""') as string));
  }
  return keys;
}
