import { type ClerkEmulator, startClerkEmulator } from "../../emulators/clerk/index.ts";
import {
  type ConvexEmulator,
  type EmulatedDeployment,
  startConvexEmulator,
} from "../../emulators/convex/index.ts";
import type { EmulatorServer } from "../../emulators/server.ts";
import { type SvixEmulator, startSvixEmulator } from "../../emulators/svix/index.ts";

/** What a stack is given to reach Convex: a deployment's own key, or the means to make one. */
export type ConvexMeans = "dev" | "prod" | "selfHosted" | "previewKey" | "accessToken";

/** The three vendors on loopback, with one Clerk instance and one Convex deployment to build on. */
export interface LocalVendors {
  readonly clerk: ClerkEmulator;
  readonly svix: SvixEmulator;
  readonly convex: ConvexEmulator;
  /** The deployment that was given, else the newest that the stack made. */
  readonly deployment: EmulatedDeployment;
  /** Credentials and addresses for the plugin, as the environment gives them. */
  readonly environment: Record<string, string>;
  /** Every value that must never be seen in the clear. */
  readonly secrets: string[];
  /** Requests since the last {@link LocalVendors.forgetRequests}, by vendor. */
  requests(): Record<"clerk" | "svix" | "convex", { total: number; writes: number }>;
  forgetRequests(): void;
  /** What the vendors still hold, one line each; empty after a destroy. */
  leftovers(): string[];
  close(): Promise<void>;
}

export async function startLocalVendors(means: ConvexMeans = "dev"): Promise<LocalVendors> {
  const svix = await startSvixEmulator({ realTime: { scale: 1 } });
  const clerk = await startClerkEmulator({ svix, rateLimit: "none" });
  const convex = await startConvexEmulator();
  const given =
    means === "previewKey" || means === "accessToken"
      ? undefined
      : await convex.createDeployment({ type: means });
  const servers = (): Record<"clerk" | "svix" | "convex", readonly EmulatorServer[]> => ({
    clerk: [clerk],
    svix: [svix],
    convex: convex.servers,
  });
  return {
    clerk,
    svix,
    convex,
    get deployment() {
      return given ?? newestOf(convex);
    },
    environment: {
      CLERK_SECRET_KEY: clerk.instance.secretKey,
      CLERK_API_URL: clerk.url,
      CLERK_PLATFORM_API_KEY: clerk.platformKey,
      ...environmentFor(means, convex, given),
    },
    secrets: [
      clerk.instance.secretKey,
      clerk.platformKey,
      svix.token,
      convex.teamToken,
      convex.previewDeployKey,
      ...(given ? [given.deployKey] : []),
    ],
    requests: () => mapValues(servers(), count),
    forgetRequests: () => {
      for (const server of Object.values(servers()).flat()) server.requests.length = 0;
    },
    leftovers: () => [
      ...clerk.inventory().applications.map(({ id, name }) => `Clerk: application ${name} (${id})`),
      ...clerk.inventory().templates.map(({ id, name }) => `Clerk: JWT template ${name} (${id})`),
      ...svix.inventory().endpoints.map(({ url }) => `Svix: endpoint ${url}`),
      ...convex.inventory().map((line) => `Convex: ${line}`),
    ],
    async close() {
      await Promise.all([clerk.close(), svix.close(), convex.close()]);
    },
  };
}

function environmentFor(
  means: ConvexMeans,
  { url, teamToken, previewDeployKey }: ConvexEmulator,
  given: EmulatedDeployment | undefined,
): Record<string, string> {
  if (means === "selfHosted") {
    return {
      CONVEX_SELF_HOSTED_URL: given?.url ?? "",
      CONVEX_SELF_HOSTED_ADMIN_KEY: given?.deployKey ?? "",
    };
  }
  if (means === "accessToken")
    return { CONVEX_ACCESS_TOKEN: teamToken, CONVEX_PROVISION_HOST: url };
  return {
    CONVEX_DEPLOY_KEY: given?.deployKey ?? previewDeployKey,
    CONVEX_PROVISION_HOST: url,
  };
}

function newestOf(convex: ConvexEmulator): EmulatedDeployment {
  const newest = convex
    .projects()
    .flatMap(({ id }) => convex.deploymentsOf(id))
    .at(-1);
  if (newest) return newest;
  throw new Error("there is no deployment yet");
}

function count(servers: readonly EmulatorServer[]): { total: number; writes: number } {
  // Deliveries and sign-ins are the app's doing, not the vendor API's.
  const requests = servers
    .flatMap((server) => server.requests)
    .filter(({ path }) => path.startsWith("/api/") || path.startsWith("/v1/"));
  return { total: requests.length, writes: requests.filter(({ write }) => write).length };
}

function mapValues<K extends string, A, B>(of: Record<K, A>, to: (value: A) => B): Record<K, B> {
  return Object.fromEntries(
    Object.entries<A>(of).map(([key, value]) => [key, to(value)]),
  ) as Record<K, B>;
}
