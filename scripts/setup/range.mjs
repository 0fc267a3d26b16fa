/** @typedef {import("./versions.mjs").Range} Range */

/**
 * The numbers of a version such as `v3.259.0`, `24.21.0` or `3.259.0-dev+1`.
 * A pre-release counts as the version it precedes.
 * @param {string} text
 * @returns {[number, number, number] | undefined} undefined when the text is no version
 */
export function parseVersion(text) {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

/**
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 */
function compare(a, b) {
  for (const index of [0, 1, 2]) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Whether a version lies in one of the ranges.
 * @param {string} version anything that is no version is in no range
 * @param {readonly Range[]} ranges
 */
export function satisfies(version, ranges) {
  const parsed = parseVersion(version);
  if (!parsed) return false;
  return ranges.some(([from, below]) => {
    const low = parseVersion(from);
    const high = parseVersion(below);
    return low && high && compare(parsed, low) >= 0 && compare(parsed, high) < 0;
  });
}

/**
 * The ranges as a person writes them: `>=22.18.0 <23.0.0 or >=23.6.0 <27.0.0`.
 * @param {readonly Range[]} ranges
 */
export function describeRanges(ranges) {
  return ranges.map(([from, below]) => `>=${from} <${below}`).join(" or ");
}
