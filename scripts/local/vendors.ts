import { type ClerkEmulator, startClerkEmulator } from "../../emulators/clerk/index.ts";
import {
  type ConvexEmulator,
  type EmulatedDeployment,
  startConvexEmulator,
} from "../../emulators/convex/index.ts";
import type { EmulatorServer } from "../../emulators/server.ts";
import { type SvixEmulator, startSvixEmulator } from "../../emulators/svix/index.ts";

/** The three vendors on loopback, with one Clerk instance and one Convex deployment to build on. */
export interface LocalVendors {
  readonly clerk: ClerkEmulator;
  readonly svix: SvixEmulator;
  readonly convex: ConvexEmulator;
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

export async function startLocalVendors(
  type: "dev" | "prod" | "selfHosted" = "dev",
): Promise<LocalVendors> {
  const svix = await startSvixEmulator({ realTime: { scale: 1 } });
  const clerk = await startClerkEmulator({ svix, rateLimit: "none" });
  const convex = await startConvexEmulator();
  const deployment = await convex.createDeployment({ type });
  const servers = (): Record<"clerk" | "svix" | "convex", readonly EmulatorServer[]> => ({
    clerk: [clerk],
    svix: [svix],
    convex: convex.servers,
  });
  const convexEnvironment =
    type === "selfHosted"
      ? {
          CONVEX_SELF_HOSTED_URL: deployment.url,
          CONVEX_SELF_HOSTED_ADMIN_KEY: deployment.deployKey,
        }
      : { CONVEX_DEPLOY_KEY: deployment.deployKey, CONVEX_PROVISION_HOST: convex.url };
  return {
    clerk,
    svix,
    convex,
    deployment,
    environment: {
      CLERK_SECRET_KEY: clerk.instance.secretKey,
      CLERK_API_URL: clerk.url,
      CLERK_PLATFORM_API_KEY: clerk.platformKey,
      ...convexEnvironment,
    },
    secrets: [clerk.instance.secretKey, clerk.platformKey, deployment.deployKey, svix.token],
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
