import type { PropertySpec, ResourceSpec } from "../../resource.ts";

export interface Inputs {
  name: string;
  /** Sorted. */
  environmentTypes: string[];
  productionDomain?: string;
  template?: string;
  deletionProtection: boolean;
  adopt?: boolean;
}
/** An instance's outputs are there when it is. */
export interface State extends Inputs {
  applicationId: string;
  developmentInstanceId?: string;
  developmentPublishableKey?: string;
  developmentSecretKey?: string;
  productionInstanceId?: string;
  productionPublishableKey?: string;
  productionSecretKey?: string;
}

/** What an application has at most one instance of, each. */
export const kinds = ["development", "production"];

export const spec: ResourceSpec = {
  token: "clerkconvex:clerk:Application",
  description:
    "A Clerk application with its instances, through Clerk's Platform API, which is in private beta and may change.",
  properties: {
    name: { type: "string", required: true, description: "As people see it; not unique at Clerk." },
    environmentTypes: {
      type: "strings",
      description:
        "Instances that it has: `development`, `production` or both. Default: a development instance, and with `productionDomain` a production one.",
    },
    productionDomain: {
      type: "string",
      description:
        "Domain of the production instance, such as `example.com`. Setting it on an application without such an instance adds one; none is ever taken away.",
    },
    template: {
      type: "string",
      control: true,
      description:
        "What a new application starts with: `b2b-saas`, `b2c-saas` or `waitlist`. Of no effect later.",
    },
    deletionProtection: {
      type: "boolean",
      default: true,
      description:
        "Refuse to delete an application that has a production instance. Apply `false` before the destroy.",
    },
    adopt: {
      type: "boolean",
      control: true,
      description: "Take over the one application of this name that is there already.",
    },
    applicationId: {
      type: "string",
      computed: "output",
      stable: true,
      description: "Application id, `app_…`.",
    },
    ...outputsOf("development", "test"),
    ...outputsOf("production", "live"),
  },
};

function outputsOf(kind: string, mode: string): Record<string, PropertySpec> {
  const output = { type: "string", computed: "output", optional: true, stable: true } as const;
  return {
    [`${kind}InstanceId`]: { ...output, description: `Id of the ${kind} instance, \`ins_…\`.` },
    [`${kind}PublishableKey`]: {
      ...output,
      // It holds the domain's name, which an update may change.
      stable: kind === "development",
      description: `Publishable key of the ${kind} instance, \`pk_${mode}_…\`.`,
    },
    [`${kind}SecretKey`]: {
      ...output,
      secret: true,
      description: `Secret key of the ${kind} instance, \`sk_${mode}_…\`.`,
    },
  };
}
