import { type CustomResourceOptions, getProject, getStack } from "@pulumi/pulumi";
import type { Target } from "./config/target.ts";
import { deployKeyLabel } from "./labels.ts";
import {
  type ConvexReach,
  DeployKey,
  Deployment,
  type DeploymentArgs,
  Project,
} from "./resources/convex.ts";

/** A deployment as the rest of an environment builds on it. */
export interface DeclaredDeployment {
  deployment: Deployment;
  /** For the resources that belong to it. */
  reach: ConvexReach;
  /** Their options: what goes with the deployment need not be taken down one by one. */
  belongs: Pick<CustomResourceOptions, "deletedWith">;
}

/** Declares the Convex deployment that a target stands for, with what it takes to reach it. */
export function declareDeployment(
  name: string,
  target: Target,
  adopt: boolean,
  options: CustomResourceOptions,
): DeclaredDeployment {
  const declare = (args: DeploymentArgs) => new Deployment(`${name}-deployment`, args, options);
  if (target.kind === "preview") {
    const { name: previewName } = target;
    const deployment = declare({ type: "preview", previewName });
    return { deployment, reach: { previewName }, belongs: {} };
  }
  if (target.kind !== "created") {
    return { deployment: declare({ type: existingTypes[target.kind] }), reach: {}, belongs: {} };
  }
  const { type, project, reference, ownReference, isDefault, region, expiresAt } = target;
  const deployment = declare({
    type,
    project:
      "existing" in project
        ? project.existing
        : new Project(`${name}-project`, { name: project.make, adopt }, options).slug,
    reference,
    isDefault,
    class: target.class,
    region,
    expiresAt,
    adopt: adopt || ownReference,
  });
  const label = deployKeyLabel(getProject(), getStack());
  const key = new DeployKey(
    `${name}-deploy-key`,
    { deployment: deployment.name, name: `${label}-v${target.deployKeyVersion}` },
    options,
  );
  return { deployment, reach: { deployKey: key.key }, belongs: { deletedWith: deployment } };
}

const existingTypes = {
  production: "prod",
  development: "dev",
  custom: "custom",
  selfHosted: "selfHosted",
} as const;
