import { randomBytes } from "node:crypto";
import type { JSONValue } from "convex/values";
import { type EmulatorServer, serve } from "../server.ts";
import { cloudApp, siteApp } from "./backend.ts";
import { type DeploymentKind, DeploymentState, hashOf } from "./deployment.ts";
import { managementApp } from "./management.ts";

/** A deployment as tests and the local stack look at it and tamper with it. */
export interface EmulatedDeployment {
  readonly name: string;
  readonly type: DeploymentKind;
  /** Functions origin. */
  readonly url: string;
  /** HTTP actions origin. */
  readonly siteUrl: string;
  /** Deploy key; the admin key of a self-hosted one. */
  readonly deployKey: string;
  readonly pushes: number;
  readonly environmentVariables: ReadonlyMap<string, string>;
  /** Sets or removes a variable as somebody else would. */
  setVariable(name: string, value: string | null): Promise<void>;
  /** Hash by path of each deployed module. */
  modules(): Record<string, string>;
  rows(table: string): Promise<JSONValue[]>;
}

export interface ConvexEmulator {
  /** Management host, `CONVEX_PROVISION_HOST`. */
  readonly url: string;
  readonly previewDeployKey: string;
  readonly servers: readonly EmulatorServer[];
  createDeployment(options: { type: DeploymentKind; name?: string }): Promise<EmulatedDeployment>;
  /** What is left on the deployments, one line each: variables by name, modules by path. */
  inventory(): string[];
  close(): Promise<void>;
}

/** A stand-in for Convex: the management host and any number of deployments, all on loopback. */
export async function startConvexEmulator(): Promise<ConvexEmulator> {
  const deployments = new Map<DeploymentState, EmulatorServer[]>();
  let created = 0;
  const previewDeployKey = `preview:team:project|${randomBytes(24).toString("hex")}`;

  async function create({ type, name }: { type: DeploymentKind; name?: string }) {
    created += 1;
    const state = new DeploymentState(name ?? `emulated-otter-${99 + created}`, type);
    const cloud = await serve(cloudApp(state));
    const site = await serve(siteApp(state));
    Object.assign(state, { url: cloud.url, siteUrl: site.url });
    deployments.set(state, [cloud, site]);
    return state;
  }

  async function remove(state: DeploymentState) {
    const servers = deployments.get(state) ?? [];
    deployments.delete(state);
    await state.stop();
    await Promise.all(servers.map((server) => server.close()));
  }

  const management = await serve(
    managementApp({
      previewDeployKey,
      previews: new Map(),
      find: (predicate) => [...deployments.keys()].find(predicate),
      create,
      remove,
    }),
  );

  return {
    url: management.url,
    previewDeployKey,
    get servers() {
      return [management, ...[...deployments.values()].flat()];
    },
    createDeployment: async (options) => view(await create(options)),
    inventory: () =>
      [...deployments.keys()].flatMap(({ name, variables, deployed }) => [
        ...[...variables.keys()].map((variable) => `${name}: variable ${variable}`),
        ...deployed.modules.map((module) => `${name}: module ${module.path}`),
      ]),
    async close() {
      for (const state of [...deployments.keys()]) await remove(state);
      await management.close();
    },
  };
}

function view(state: DeploymentState): EmulatedDeployment {
  return {
    name: state.name,
    type: state.kind,
    url: state.url,
    siteUrl: state.siteUrl,
    deployKey: state.deployKey,
    get pushes() {
      return state.pushes;
    },
    get environmentVariables() {
      return state.variables;
    },
    setVariable: (name, value) => state.changeVariables([{ name, value }]),
    modules: () =>
      Object.fromEntries(state.deployed.modules.map((module) => [module.path, hashOf(module)])),
    rows: async (table) => (await state.rows())[table] ?? [],
  };
}
