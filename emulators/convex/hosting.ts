import { type EmulatorServer, serve } from "../server.ts";
import { cloudApp, type Placement, siteApp } from "./backend.ts";
import type { DeploymentState } from "./deployment.ts";

/** A deployment that answers. */
export interface Hosted {
  readonly servers: readonly EmulatorServer[];
  stop(): Promise<void>;
}

/** Starts both origins of a deployment. */
export async function host(state: DeploymentState, placement: Placement): Promise<Hosted> {
  const cloud = await serve(cloudApp(state, placement));
  const site = await serve(siteApp(state));
  Object.assign(state, { url: cloud.url, siteUrl: site.url });
  const servers = [cloud, site];
  return {
    servers,
    async stop() {
      await state.stop();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
