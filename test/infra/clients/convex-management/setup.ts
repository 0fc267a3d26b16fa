import { type Context, Hono } from "hono";
import { onTestFinished, vi } from "vitest";
import { startConvexEmulator } from "../../../../emulators/convex/index.ts";
import { type EmulatorServer, serve } from "../../../../emulators/server.ts";
import { ManagementConnection } from "../../../../infra/clients/convex-management/connection.ts";
import { ConvexDeployments } from "../../../../infra/clients/convex-management/deployments.ts";
import { ConvexProjects } from "../../../../infra/clients/convex-management/projects.ts";

/** The one team of the emulator. */
export const teamId = 1;

const { signal } = new AbortController();

/** The Management API's clients, on some host. */
export function connect(provisionHost: string, accessToken: string) {
  const connection = new ManagementConnection({ accessToken, provisionHost, signal });
  return {
    connection,
    projects: new ConvexProjects(connection),
    deployments: new ConvexDeployments(connection),
  };
}

/** An emulator, its default project's id, and the clients as the team's token reaches it. */
export async function setUp() {
  const convex = await startConvexEmulator();
  onTestFinished(() => convex.close());
  const [management] = convex.servers as [EmulatorServer];
  const project = convex.projects()[0]?.id ?? 0;
  const as = (accessToken: string) => connect(convex.url, accessToken);
  return { convex, management, project, as, ...as(convex.teamToken) };
}

/** The clients on a host that gives the same answer to every request. */
export async function answering(answer: (request: Context) => Response | Promise<Response>) {
  const app = new Hono().all("*", answer);
  const host = await serve(app);
  onTestFinished(() => host.close());
  return { host, ...connect(host.url, "token") };
}

/** Attempts follow each other at once. */
export function withoutWaits(): void {
  const random = vi.spyOn(Math, "random").mockReturnValue(0);
  onTestFinished(() => random.mockRestore());
}

/** The code that each attempt fails with. */
export function codesOf(attempts: Promise<unknown>[]): Promise<unknown[]> {
  return Promise.all(
    attempts.map((attempt) =>
      attempt.then(
        () => "no failure",
        ({ code }) => code,
      ),
    ),
  );
}
