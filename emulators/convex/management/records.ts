import type { CloudKind, DeploymentState } from "../deployment.ts";
import type { Hosted } from "../hosting.ts";
import type { KeyRing } from "../key-ring.ts";

/** The one team there is. */
export const team = { id: 1, slug: "team" };

/** Who made what was made with an access token: the one member of the team. */
export const member = 1;

export interface Project {
  readonly id: number;
  name: string;
  slug: string;
  /** Milliseconds since the epoch, as the other times. */
  readonly createTime: number;
  readonly previewKeys: KeyRing;
}

/** A token of the Management API: for the whole team, or for one project. */
export interface AccessToken {
  readonly id: number;
  readonly name: string;
  readonly secret: string;
  readonly createTime: number;
  readonly project: Project | null;
}

export function reaches({ project }: { project: Project | null }, other: Project): boolean {
  return project === null || project === other;
}

/** Where a deployment belongs and how long it lives; what it does is its state's. */
export interface Deployment {
  readonly id: number;
  readonly project: Project;
  readonly state: DeploymentState & { kind: CloudKind };
  readonly hosted: Hosted;
  readonly createTime: number;
  /** The name that it was claimed under with a preview key. */
  readonly previewIdentifier: string | null;
  reference: string;
  isDefault: boolean;
  class: string;
  region: string;
  expiresAt: number | null;
  sendLogsToClient: boolean | null;
  dashboardEditConfirmation: boolean | null;
}
