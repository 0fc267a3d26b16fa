import { convexToJson, type JSONValue } from "convex/values";
import type { AnalyzedModule } from "./analyze.ts";
import type { DeploymentState } from "./deployment.ts";
import { BackendError } from "./errors.ts";
import { authInfoOf } from "./push-answers.ts";

/**
 * What a query of the system answers, in `convex_encoded_json`.
 *
 * Source: `npm-packages/system-udfs/convex/_system` of the backend.
 *
 * @param path without `:default`
 */
export function systemQuery(deployment: DeploymentState, path: string): JSONValue {
  const { runtime, schema } = deployment.deployed;
  switch (path) {
    case "_system/frontend/getSchemas": {
      const { pendingSchema } = deployment;
      return {
        ...(schema !== null && { active: schema }),
        ...(pendingSchema !== null && { inProgress: pendingSchema }),
      };
    }
    case "_system/cli/modules:apiSpec":
      return Object.entries(runtime?.modules ?? {}).flatMap(apiSpecOf);
    case "_system/frontend/listAuthProviders":
      return authInfoOf(deployment.deployed.providers).map((provider, index) => ({
        _id: `auth${index}`,
        _creationTime: deployment.lastDeployTime ?? 0,
        ...provider,
        // In quotes of its own, as it is kept there.
        ...("type" in provider && { algorithm: JSON.stringify(provider.algorithm) }),
      }));
    case "_system/frontend/listCronJobs":
      return (runtime?.modules["crons.js"]?.cronSpecs ?? []).map((cron, index) =>
        cronJobOf(cron, index, deployment.lastDeployTime ?? 0),
      );
    default:
      throw new BackendError(501, "NotEmulated", `${path} is not emulated`);
  }
}

const anything = { type: "any" };

function apiSpecOf([path, { functions, httpRoutes }]: [string, AnalyzedModule]): JSONValue[] {
  return [
    ...functions.map(({ name, udfType, visibility, args, returns }) => ({
      identifier: `${path}:${name}`,
      functionType: udfType,
      visibility,
      args: args === null ? anything : (JSON.parse(args) as JSONValue),
      returns: returns === null ? anything : (JSON.parse(returns) as JSONValue),
    })),
    ...(httpRoutes ?? []).map(({ route }) => ({ functionType: "HttpAction", ...route })),
  ];
}

type CronSpec = NonNullable<AnalyzedModule["cronSpecs"]>[number];

/** A job that has never run, as none runs here. */
function cronJobOf({ identifier, spec }: CronSpec, index: number, deployedAt: number): JSONValue {
  const { type, seconds } = spec.cronSchedule;
  if (type !== "interval" || seconds === undefined) {
    throw new BackendError(501, "NotEmulated", `When a ${type} cron runs is not emulated`);
  }
  const id = `cron${index}`;
  return {
    ...encoded({ _id: id, _creationTime: deployedAt, name: identifier }),
    cronSpec: encoded({
      ...spec,
      cronSchedule: { type, seconds: BigInt(seconds) },
      udfArgs: new TextEncoder().encode(spec.udfArgs).buffer,
    }),
    lastRun: null,
    nextRun: encoded({
      _id: `next${index}`,
      _creationTime: deployedAt,
      cronJobId: id,
      state: { type: "pending" },
      prevTs: null,
      nextTs: BigInt(deployedAt + seconds * 1000) * 1_000_000n,
    }),
  };
}

function encoded(value: object): { [key: string]: JSONValue } {
  return convexToJson(value as never) as { [key: string]: JSONValue };
}
