import type { JSONValue } from "convex/values";
import { type DeploymentKind, type DeploymentState, hashOf } from "./deployment.ts";
import type { Deployment, Project } from "./management/records.ts";

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
  /** Names of the keys minted for it. */
  readonly deployKeys: readonly string[];
  /** Of a self-hosted one null, as what follows. */
  readonly projectId: number | null;
  readonly reference: string | null;
  readonly isDefault: boolean;
  readonly class: string | null;
  readonly region: string | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | null;
  readonly previewIdentifier: string | null;
  /** Sets or removes a variable as somebody else would. */
  setVariable(name: string, value: string | null): Promise<void>;
  /** Hash by path of each deployed module. */
  modules(): Record<string, string>;
  rows(table: string): Promise<JSONValue[]>;
}

/** A project as tests look at it. */
export interface EmulatedProject {
  readonly id: number;
  readonly name: string;
  readonly slug: string;
  /** Names of its preview deploy keys. */
  readonly previewDeployKeys: readonly string[];
}

/** A view that follows what becomes of the deployment. */
export function viewDeployment(state: DeploymentState, place?: Deployment): EmulatedDeployment {
  return {
    name: state.name,
    url: state.url,
    siteUrl: state.siteUrl,
    deployKey: state.deployKey,
    projectId: place?.project.id ?? null,
    region: place?.region ?? null,
    previewIdentifier: place?.previewIdentifier ?? null,
    get type() {
      return state.kind;
    },
    get pushes() {
      return state.pushes;
    },
    get environmentVariables() {
      return state.variables;
    },
    get deployKeys() {
      return state.keys.list().map(({ name }) => name);
    },
    get reference() {
      return place?.reference ?? null;
    },
    get class() {
      return place?.class ?? null;
    },
    get isDefault() {
      return place?.isDefault ?? false;
    },
    get expiresAt() {
      return place?.expiresAt ?? null;
    },
    setVariable: (name, value) => state.changeVariables([{ name, value }]),
    modules: () =>
      Object.fromEntries(state.deployed.modules.map((module) => [module.path, hashOf(module)])),
    rows: async (table) => (await state.rows())[table] ?? [],
  };
}

export function viewProject({ id, name, slug, previewKeys }: Project): EmulatedProject {
  return { id, name, slug, previewDeployKeys: previewKeys.list().map((key) => key.name) };
}
