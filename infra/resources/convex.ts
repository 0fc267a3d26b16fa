import {
  CustomResource,
  type CustomResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";

/** Types of a deployment in Convex's cloud. */
export type CloudDeploymentType = "prod" | "dev" | "preview" | "custom";
export type DeploymentType = CloudDeploymentType | "selfHosted";

export interface ProjectArgs {
  /** As the dashboard shows it. */
  name: Input<string>;
  /** Take over a project of this name that is there already. */
  adopt?: Input<boolean> | undefined;
}

/** A Convex project. Needs a team's access token; deleted only when nothing of others' is in it. */
export class Project extends CustomResource {
  declare readonly name: Output<string>;
  declare readonly projectId: Output<number>;
  /** Unique in the team. */
  declare readonly slug: Output<string>;
  declare readonly teamSlug: Output<string>;

  constructor(name: string, args: ProjectArgs, options?: CustomResourceOptions) {
    const outputs = { projectId: undefined, slug: undefined, teamSlug: undefined };
    super("clerkconvex:convex:Project", name, { ...outputs, ...args }, options);
  }
}

export interface DeploymentArgs {
  /** Refuse an existing deployment of another type; of a created one, its type. */
  type?: Input<DeploymentType> | undefined;
  /** Claim a preview deployment by this name, with a preview deploy key. */
  previewName?: Input<string> | undefined;
  /** Create the deployment in the project of this slug or id, with an access token. */
  project?: Input<string> | undefined;
  /** Of a created one: unique in its project, 3 to 100 of lowercase letters, digits, `-`, `/`. */
  reference?: Input<string> | undefined;
  /** Of a created one: whether it is the project's default one of its type, `prod` or `dev`. */
  isDefault?: Input<boolean> | undefined;
  /** Of a created one: `s16`, `s256`, `d1024` or `d2048`. */
  class?: Input<string> | undefined;
  /** Of a created one: `aws-us-east-1` or `aws-eu-west-1`. */
  region?: Input<string> | undefined;
  /** Of a created one: when Convex deletes it, an ISO 8601 time with its zone, at least 30 minutes ahead. */
  expiresAt?: Input<string> | undefined;
  /** Take over a deployment of this reference that is there already. */
  adopt?: Input<boolean> | undefined;
}

/**
 * A Convex deployment. With `project` it is created, and destroyed with its data; with `previewName` it
 * is a claimed preview; else it is the existing one that the credentials belong to, and only looked up.
 */
export class Deployment extends CustomResource {
  declare readonly name: Output<string>;
  /** Functions, `https://<name>.convex.cloud`. */
  declare readonly url: Output<string>;
  /** HTTP actions, `https://<name>.convex.site`. */
  declare readonly siteUrl: Output<string>;

  constructor(name: string, args: DeploymentArgs = {}, options?: CustomResourceOptions) {
    const outputs = { name: undefined, url: undefined, siteUrl: undefined };
    super("clerkconvex:convex:Deployment", name, { ...outputs, ...args }, options);
  }
}

export interface DeployKeyArgs {
  /** Name of the deployment it is for. */
  deployment: Input<string>;
  /** Unique in the deployment. Another name makes another key and revokes this one. */
  name: Input<string>;
}

/** A deploy key, minted with an access token and revoked when the resource is destroyed. */
export class DeployKey extends CustomResource {
  declare readonly name: Output<string>;
  /** A secret output. */
  declare readonly key: Output<string>;

  constructor(name: string, args: DeployKeyArgs, options?: CustomResourceOptions) {
    super("clerkconvex:convex:DeployKey", name, { key: undefined, ...args }, options);
  }
}

/** How a resource reaches its deployment, where the plugin's own credentials do not tell. */
export interface ConvexReach {
  /** A key that the stack minted. */
  deployKey?: Input<string> | undefined;
  /** Name that the preview deployment was claimed by. */
  previewName?: Input<string> | undefined;
}

export interface EnvironmentVariablesArgs extends ConvexReach {
  /** Name of the deployment they belong to. */
  deployment: Input<string>;
  /** Values by name, each kept as a secret. Other names are left alone. */
  variables: Input<Record<string, Input<string>>>;
  /** Overwrite variables of these names that have other values already. */
  adopt?: Input<boolean> | undefined;
}

/** Environment variables of a deployment; only the declared names are read, written or removed. */
export class EnvironmentVariables extends CustomResource {
  declare readonly deployment: Output<string>;
  /** A secret output. */
  declare readonly variables: Output<Record<string, string>>;

  constructor(name: string, args: EnvironmentVariablesArgs, options?: CustomResourceOptions) {
    super("clerkconvex:convex:EnvironmentVariables", name, { ...args }, options);
  }
}

export interface DeployArgs extends ConvexReach {
  /** Name of the deployment to push to. */
  deployment: Input<string>;
  /** Folder with package.json and the functions folder. */
  directory: Input<string>;
}

/** The code of a deployment, pushed by the convex CLI. */
export class Deploy extends CustomResource {
  declare readonly deployment: Output<string>;
  /** Environment and SHA-256 of each module, by path. */
  declare readonly modules: Output<Record<string, string>>;
  /** SHA-256 of the schema. */
  declare readonly schema: Output<string>;

  constructor(name: string, args: DeployArgs, options?: CustomResourceOptions) {
    const outputs = { modules: undefined, schema: undefined };
    super("clerkconvex:convex:Deploy", name, { ...outputs, ...args }, options);
  }
}
