import path from "node:path";
import { runFunction } from "../../infra/clients/convex-cli.ts";
import { type ConvexCredentials, findPreview } from "../../infra/clients/convex-target.ts";
import { ProblemError } from "../../infra/errors.ts";
import { Configuration } from "../../infra/provider/configuration.ts";

/*
 * Fills a preview by one function of its own. Run by the preview's stack after the first deploy; reads
 * SEED_FUNCTION, PREVIEW_NAME and DEPLOYMENT_URL, and the credentials that the stack's run was given, from
 * the environment.
 */

const signal = new AbortController().signal;
const name = setting("SEED_FUNCTION");
try {
  const directory = path.resolve(import.meta.dirname, "../..");
  await runFunction({ directory, signal }, await credentials(), name);
  console.log(`ok: ${name} ran`);
} catch (error) {
  console.error(error instanceof ProblemError ? error.message : String(error));
  process.exit(1);
}

/** A deployment takes the access token as it takes a key of its own. */
async function credentials(): Promise<ConvexCredentials> {
  const configuration = new Configuration({}, process.env);
  const url = setting("DEPLOYMENT_URL");
  if (configuration.hasConvex && configuration.convex.kind === "previewKey") {
    const found = await findPreview(configuration.convex, setting("PREVIEW_NAME"), signal);
    if (found?.url === url) return { kind: "selfHosted", url, adminKey: found.adminKey };
  }
  return { kind: "selfHosted", url, adminKey: configuration.convexAccessToken };
}

function setting(variable: string): string {
  const value = process.env[variable];
  if (value) return value;
  throw new Error(`${variable} is not set`);
}
