import { type RealTime, VendorClock } from "../clock.ts";
import { type EmulatorServer, serve } from "../server.ts";
import { type DeploymentKind, DeploymentState } from "./deployment.ts";
import { type Hosted, host } from "./hosting.ts";
import { inventory } from "./inventory.ts";
import { managementApp } from "./management/api.ts";
import { Directory } from "./management/directory.ts";
import type { Deployment } from "./management/records.ts";
import {
  type EmulatedDeployment,
  type EmulatedProject,
  viewDeployment,
  viewProject,
} from "./view.ts";

export type { RealTime } from "../clock.ts";
export type { EmulatedDeployment, EmulatedProject } from "./view.ts";

export interface ConvexOptions {
  /** How fast time passes apart from {@link ConvexEmulator.advance}; as fast as real time by default. */
  realTime?: RealTime;
  /** How long a preview lives, and the longest time that any deployment may be given; 14 by default. */
  previewRetentionDays?: number;
}

export interface ConvexEmulator {
  /** Management host, `CONVEX_PROVISION_HOST`. */
  readonly url: string;
  /** Access token of the team. */
  readonly teamToken: string;
  /** Access token of the default project alone. */
  readonly projectToken: string;
  /** Preview deploy key of the default project. */
  readonly previewDeployKey: string;
  readonly servers: readonly EmulatorServer[];
  /** Makes a deployment of the default project, or a self-hosted one. */
  createDeployment(options: { type: DeploymentKind; name?: string }): Promise<EmulatedDeployment>;
  /** All projects; the first is the default one, `team:project`. */
  projects(): EmulatedProject[];
  deploymentsOf(projectId: number): EmulatedDeployment[];
  /** A deployment of any project, `undefined` when there is none of that name. */
  deployment(name: string): EmulatedDeployment | undefined;
  /** Deletes as somebody else would; false when there is none, as the two functions below. */
  deleteProject(projectId: number): Promise<boolean>;
  deleteDeployment(name: string): Promise<boolean>;
  revokeDeployKey(deploymentName: string, keyName: string): boolean;
  /** Milliseconds since the epoch on the emulator's own clock. */
  now(): number;
  /** Moves that clock on; what expires on the way is gone when it returns. */
  advance(ms: number): Promise<void>;
  /**
   * What is left, one line each: variables by name, modules by path, and what was made through the API:
   * projects, deployments and keys.
   */
  inventory(): string[];
  close(): Promise<void>;
}

/** A stand-in for Convex: the management host and any number of deployments, all on loopback. */
export async function startConvexEmulator(options: ConvexOptions = {}): Promise<ConvexEmulator> {
  const clock = new VendorClock(options.realTime ?? { scale: 1 });
  const directory = new Directory(clock, options.previewRetentionDays ?? 14);
  const selfHosted = new Map<DeploymentState, Hosted>();
  /** What was there without the API. */
  const given = new Set<object>();

  const project = directory.createProject("project");
  const teamToken = directory.issueToken("team", null);
  const projectToken = directory.issueToken("project", project);
  const previewKey = project.previewKeys.mint({ name: "given" });
  if (!previewKey) throw new Error("the first key of a project has a name of its own");
  given.add(project).add(previewKey);

  const management = await serve(managementApp(directory));

  async function createDeployment({ type, name }: { type: DeploymentKind; name?: string }) {
    if (type === "selfHosted") {
      const state = new DeploymentState(name ?? directory.newName(), type, clock, directory.nextId);
      const placement = { info: () => ({ kind: "selfHosted" }) };
      selfHosted.set(state, await host(state, placement));
      return viewDeployment(state);
    }
    const canBeDefault = type === "dev" || type === "prod";
    const isDefault = canBeDefault && !directory.defaultOf(project, type);
    const deployment = await directory.create(project, {
      type,
      isDefault,
      ...(name !== undefined && { name }),
    });
    given.add(deployment);
    return view(deployment);
  }

  return {
    url: management.url,
    teamToken: teamToken.secret,
    projectToken: projectToken.secret,
    previewDeployKey: previewKey.secret,
    get servers() {
      const deployments = [...directory.deployments.values()].map(({ hosted }) => hosted);
      return [management, ...[...selfHosted.values(), ...deployments].flatMap(serversOf)];
    },
    createDeployment,
    projects: () => [...directory.projects.values()].map(viewProject),
    deploymentsOf: (projectId) =>
      [...directory.deployments.values()]
        .filter((deployment) => deployment.project.id === projectId)
        .map(view),
    deployment(name) {
      const deployment = directory.deployments.get(name);
      return deployment && view(deployment);
    },
    async deleteProject(projectId) {
      const found = directory.projects.get(projectId);
      if (found) await directory.removeProject(found);
      return found !== undefined;
    },
    async deleteDeployment(name) {
      const found = directory.deployments.get(name);
      if (found) await directory.remove(found);
      return found !== undefined;
    },
    revokeDeployKey: (deploymentName, keyName) =>
      directory.deployments.get(deploymentName)?.state.keys.revoke(keyName) ?? false,
    now: () => clock.now(),
    advance: (ms) => clock.advance(ms),
    inventory: () => inventory(directory, [...selfHosted.keys()], given),
    async close() {
      clock.stop();
      const deployments = [...directory.deployments.values()];
      await Promise.all(deployments.map((deployment) => directory.remove(deployment)));
      await Promise.all([...selfHosted.values()].map((hosted) => hosted.stop()));
      await management.close();
    },
  };
}

const view = (deployment: Deployment) => viewDeployment(deployment.state, deployment);
const serversOf = ({ servers }: Hosted) => servers;
