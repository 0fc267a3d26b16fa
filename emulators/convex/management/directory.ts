import type { VendorClock } from "../../clock.ts";
import { type CloudKind, DeploymentState } from "../deployment.ts";
import { host } from "../hosting.ts";
import { KeyRing, newToken } from "../key-ring.ts";
import { deploymentName, slugOf } from "./names.ts";
import { type AccessToken, type Deployment, type Project, reaches, team } from "./records.ts";
import { deploymentInfo } from "./wire.ts";

const day = 24 * 60 * 60 * 1000;

/** How a deployment is to be; what is left out is chosen. */
export type NewDeployment = Partial<
  Pick<
    Deployment,
    "reference" | "isDefault" | "class" | "region" | "expiresAt" | "previewIdentifier"
  >
> & { type: CloudKind; name?: string };

/** Every project and deployment of the team, and who is let in. */
export class Directory {
  readonly projects = new Map<number, Project>();
  readonly deployments = new Map<string, Deployment>();
  readonly clock: VendorClock;
  readonly tokens: AccessToken[] = [];
  /** How long a preview lives, in milliseconds. */
  readonly previewRetention: number;
  #lastId = 0;
  #named = 0;

  constructor(clock: VendorClock, previewRetentionDays: number) {
    this.clock = clock;
    this.previewRetention = previewRetentionDays * day;
  }

  readonly nextId = (): number => {
    this.#lastId += 1;
    return this.#lastId;
  };

  /** Makes an access token, of the team or of one project. */
  issueToken(name: string, project: Project | null): AccessToken {
    const prefix = project ? `project:${team.slug}:${project.slug}|` : "";
    const secret = `${prefix}${newToken()}`;
    const token = { id: this.nextId(), name, secret, createTime: this.clock.now(), project };
    this.tokens.push(token);
    return token;
  }

  /** The token with that secret; a deleted project's is void. */
  tokenOf(secret: string): AccessToken | undefined {
    const token = this.tokens.find((candidate) => candidate.secret === secret);
    return token?.project && !this.projects.has(token.project.id) ? undefined : token;
  }

  createProject(name: string): Project {
    const slugs = new Set([...this.projects.values()].map(({ slug }) => slug));
    const project: Project = {
      id: this.nextId(),
      name,
      slug: slugOf(name, slugs),
      createTime: this.clock.now(),
      previewKeys: new KeyRing(
        () => `preview:${team.slug}:${project.slug}`,
        this.clock,
        this.nextId,
      ),
    };
    this.projects.set(project.id, project);
    return project;
  }

  async removeProject(project: Project): Promise<void> {
    this.projects.delete(project.id);
    await Promise.all(this.deploymentsOf(project).map((deployment) => this.remove(deployment)));
  }

  deploymentsOf(project: Project): Deployment[] {
    return [...this.deployments.values()].filter((deployment) => deployment.project === project);
  }

  /** The deployment that `convex deploy` or `convex dev` uses when none is named. */
  defaultOf(project: Project, type: CloudKind): Deployment | undefined {
    return this.deploymentsOf(project).find(
      ({ isDefault, state }) => isDefault && state.kind === type,
    );
  }

  /** Starts a deployment. Whether it may be as asked is the caller's to check. */
  async create(project: Project, asked: NewDeployment): Promise<Deployment> {
    const { type, name = this.newName(), ...chosen } = asked;
    const state = new DeploymentState(name, type, this.clock, this.nextId) as Deployment["state"];
    state.admits = (secret) => {
      const token = this.tokenOf(secret);
      return token !== undefined && reaches(token, project);
    };
    const deployment: Deployment = {
      id: this.nextId(),
      project,
      state,
      hosted: await host(state, { info: () => deploymentInfo(deployment) }),
      createTime: this.clock.now(),
      previewIdentifier: null,
      reference: `${type}/${name}`,
      isDefault: false,
      class: "s16",
      region: "aws-us-east-1",
      expiresAt: null,
      sendLogsToClient: null,
      dashboardEditConfirmation: null,
      ...chosen,
    };
    this.deployments.set(name, deployment);
    this.expire(deployment, deployment.expiresAt);
    return deployment;
  }

  /** Sets when a deployment goes away by itself. */
  expire(deployment: Deployment, at: number | null): void {
    deployment.expiresAt = at;
    if (at === null) return;
    this.clock.schedule(at, async () => {
      if (deployment.expiresAt === at) await this.remove(deployment);
    });
  }

  async remove(deployment: Deployment): Promise<void> {
    if (this.deployments.delete(deployment.state.name)) await deployment.hosted.stop();
  }

  /** A name that no deployment has. */
  newName(): string {
    let name: string;
    do {
      this.#named += 1;
      name = deploymentName(this.#named);
    } while (this.deployments.has(name));
    return name;
  }
}
