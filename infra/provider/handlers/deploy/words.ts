const longest = 10;

/** `a, b and 3 more` */
export function listed(names: string[]): string {
  const shown = names.slice(0, longest).join(", ");
  return names.length > longest ? `${shown} and ${names.length - longest} more` : shown;
}
