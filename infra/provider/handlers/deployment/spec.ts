import type { ResourceSpec } from "../../resource.ts";

export interface Inputs {
  type?: string;
  previewName?: string;
  project?: string;
  reference?: string;
  isDefault?: boolean;
  class?: string;
  region?: string;
  expiresAt?: string;
  adopt?: boolean;
}

export interface State extends Inputs {
  /** Of a created one. */
  projectId?: number;
  name: string;
  url: string;
  siteUrl: string;
}

/** Types of a deployment in the cloud, which can be created. */
export const cloudTypes = ["prod", "dev", "preview", "custom"];

export const spec: ResourceSpec = {
  token: "clerkconvex:convex:Deployment",
  role: "deployment",
  description:
    "A Convex deployment: with `project`, one that the stack creates; with `previewName`, a preview claimed by that name; else the existing one that the credentials belong to.",
  properties: {
    type: {
      type: "string",
      description:
        "`prod`, `dev`, `preview`, `custom` or `selfHosted`. An existing deployment of another type is refused.",
    },
    previewName: {
      type: "string",
      replaces: true,
      description: "Name to claim a preview deployment by, with a preview deploy key.",
    },
    project: {
      type: "string",
      replaces: true,
      sameAs: "projectId",
      description: "Slug or id of the project to create the deployment in, with an access token.",
    },
    reference: {
      type: "string",
      description:
        "Unique in the project, and how a created deployment is found again: 3 to 100 of lowercase letters, digits, `-` and `/`.",
    },
    isDefault: {
      type: "boolean",
      vendorDefault: true,
      description: "Whether it is the project's default one of its type, `prod` or `dev`.",
    },
    class: {
      type: "string",
      vendorDefault: true,
      description: "Size: `s16`, `s256`, `d1024` or `d2048`. By default the team's.",
    },
    region: {
      type: "string",
      vendorDefault: true,
      replaces: true,
      description: "`aws-us-east-1` or `aws-eu-west-1`. By default the team's.",
    },
    expiresAt: {
      type: "string",
      vendorDefault: true,
      description:
        "When Convex deletes it, an ISO 8601 time with its zone, at least 30 minutes ahead. By default previews expire, others do not.",
    },
    adopt: {
      type: "boolean",
      control: true,
      description: "Take over a deployment of this reference that is there already.",
    },
    projectId: {
      type: "integer",
      computed: "output",
      stable: true,
      optional: true,
      description: "Id of the project of a created deployment.",
    },
    name: {
      type: "string",
      computed: "output",
      stable: true,
      description: "Deployment name; host and port of a self-hosted one.",
    },
    url: {
      type: "string",
      computed: "output",
      stable: true,
      description: "Functions, `https://….convex.cloud`.",
    },
    siteUrl: {
      type: "string",
      computed: "output",
      stable: true,
      description: "HTTP actions, `https://….convex.site`.",
    },
  },
};
