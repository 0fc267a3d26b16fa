import type { JSONValue } from "convex/values";
import { type Context, Hono } from "hono";
import { markRead } from "../server.ts";
import { type Grant, notPermitted, requireAction, requireKey } from "./deploy-key.ts";
import type { DeploymentKind, DeploymentState } from "./deployment.ts";
import { BackendError } from "./errors.ts";
import { type Identity, identityOf } from "./identity.ts";
import { systemQuery } from "./system-queries.ts";

type Kind = "query" | "mutation" | "action";

/** What running an internal function takes. Source: `validation.rs` of the backend. */
const internal = {
  query: "deployment:functions:runInternalQueries",
  mutation: "deployment:functions:runInternalMutations",
  action: "deployment:functions:runInternalActions",
} as const;

/** `/api/query`, `/api/mutation`, `/api/action` and `/api/function`, as ConvexHttpClient calls them. */
export function functionRoutes(deployment: DeploymentState): Hono {
  const app = new Hono();
  app.post("/function", async (c) => {
    const request = (await c.req.json()) as { path: string; args: JSONValue };
    const { grant, identity } = await callerOf(deployment, c);
    const { path, args } = request;
    return c.json(await runAny(deployment, { path, args, identity, grant }));
  });
  for (const kind of ["query", "mutation", "action"] as const) {
    app.post(`/${kind}`, async (c) => {
      if (kind === "query") markRead(c);
      const request = (await c.req.json()) as { path: string; args: unknown; format?: string };
      const { grant, identity } = await callerOf(deployment, c);
      const args = ([request.args].flat()[0] ?? {}) as JSONValue;
      if (grant && request.path.startsWith("_system/")) {
        return c.json(system(deployment, request, grant));
      }
      return c.json(await run(deployment, kind, { path: request.path, args, identity, grant }));
    });
  }
  return app;
}

interface FunctionCall {
  path: string;
  args: JSONValue;
  identity: Identity | undefined;
  grant: Grant | undefined;
}

/** Runs a function of whatever kind it is. Source: `any_udf` of the backend. */
async function runAny(deployment: DeploymentState, call: FunctionCall): Promise<object> {
  const { found, path } = find(deployment, call.path);
  if (found && (found.visibility.kind === "public" || call.grant)) {
    return run(deployment, found.udfType.toLowerCase() as Kind, call);
  }
  // The CLI would go on to subscribe to the list of what there is, and wait for it forever.
  const message = `There is no function ${path}, and what the CLI asks next is not emulated`;
  throw new BackendError(501, "NotEmulated", message);
}

function find(deployment: DeploymentState, given: string) {
  const path = given.replace(/\.js(?=:|$)/, "");
  const [module = "", name = "default"] = path.split(":");
  const functions = deployment.deployed.runtime?.modules[`${module}.js`]?.functions;
  return { path, module, name, found: functions?.find((known) => known.name === name) };
}

async function run(deployment: DeploymentState, kind: Kind, call: FunctionCall): Promise<object> {
  const { path, module, name, found } = find(deployment, call.path);
  const { kind: deploymentKind } = deployment;
  if (!found || (found.visibility.kind === "internal" && !call.grant)) {
    return failed(
      deploymentKind,
      `Could not find public function for '${path}'. Did you forget to run \`npx convex dev\` or \`npx convex deploy\`?`,
    );
  }
  if (found.udfType.toLowerCase() !== kind) {
    return failed(
      deploymentKind,
      `Trying to execute ${module}.js:${name} as ${capital(kind)}, but it is defined as ${found.udfType}.`,
    );
  }
  const { args, identity, grant } = call;
  if (grant && found.visibility.kind === "internal") requireAction(grant, internal[kind]);
  const result = await deployment.call({ kind: "function", type: kind, path, args, identity });
  if (result.ok)
    return { status: "success", value: "value" in result ? result.value : null, logLines: [] };
  const { message, data } = result;
  return failed(
    deploymentKind,
    data === undefined ? `Uncaught Error: ${message}` : `Uncaught ConvexError: ${message}`,
    data,
  );
}

/** Production deployments keep the text to themselves and give away a ConvexError's data only. */
function failed(kind: DeploymentKind, text: string, errorData?: JSONValue): object {
  const errorMessage = kind === "prod" ? "Server Error" : `Server Error\n${text}`;
  return {
    status: "error",
    errorMessage,
    ...(errorData !== undefined && { errorData }),
    logLines: [],
  };
}

/**
 * Queries of the system that a deploy key may make; only what is read back is emulated. They look at the
 * key's permissions while they run, so that a refusal is a failed function and not a status.
 */
function system(
  deployment: DeploymentState,
  { path, format }: { path: string; format?: string },
  grant: Grant,
): object {
  const value = systemQuery(deployment, path.replace(/:default$/, ""));
  // A number that JSON has no form for reads otherwise in the plain format.
  if (format !== "convex_encoded_json" && /"\$\w+":/.test(JSON.stringify(value))) {
    throw new BackendError(501, "NotEmulated", `${path} is emulated in convex_encoded_json alone`);
  }
  if (!grant.has("deployment:data:view")) {
    const text = `Uncaught Error: ${notPermitted("deployment:data:view")}`;
    return {
      status: "error",
      errorMessage: `[CONVEX Q(${path})] Server Error\n${text}`,
      logLines: [],
    };
  }
  return { status: "success", value, logLines: [] };
}

async function callerOf(
  deployment: DeploymentState,
  context: Context,
): Promise<{ grant: Grant | undefined; identity: Identity | undefined }> {
  const header = context.req.header("authorization");
  if (header === undefined) return { grant: undefined, identity: undefined };
  const [scheme, token = ""] = header.split(" ");
  if (scheme === "Convex") return { grant: requireKey(deployment, token), identity: undefined };
  if (scheme !== "Bearer") {
    throw new BackendError(401, "InvalidAuthHeader", "Unknown authorization scheme");
  }
  const identity = await identityOf(token, deployment.deployed.providers);
  return { grant: undefined, identity };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
