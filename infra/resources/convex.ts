import {
  CustomResource,
  type CustomResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";

export type DeploymentType = "prod" | "dev" | "selfHosted";

export interface DeploymentArgs {
  /** Refuse a deployment of another type. */
  type?: Input<DeploymentType> | undefined;
}

/** Looks up the Convex deployment that the credentials belong to. Creates nothing. */
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

export interface EnvironmentVariablesArgs {
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

export interface DeployArgs {
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
