import type { ModuleHashes } from "../../../clients/convex-facts.ts";
import { type ConvexReach, reachProperties } from "../../convex-connection.ts";
import type { ResourceSpec } from "../../resource.ts";

export interface Inputs extends ConvexReach {
  deployment: string;
  directory: string;
  modules: ModuleHashes;
  schema: string;
}

export interface State extends Inputs {
  activeSchema: string;
}

export const spec: ResourceSpec = {
  token: "clerkconvex:convex:Deploy",
  role: "deploy",
  description:
    "The code of a Convex deployment: functions, schema and auth configuration, pushed by the convex CLI.",
  properties: {
    deployment: {
      type: "string",
      required: true,
      replaces: true,
      description: "Name of the deployment to push to.",
    },
    directory: {
      type: "string",
      default: ".",
      control: true,
      description:
        "Folder with package.json and the functions folder, absolute or relative to where the plugin is started.",
    },
    ...reachProperties,
    modules: {
      type: "stringMap",
      computed: "input",
      description: "Environment and SHA-256 of each bundled module, computed from the folder.",
    },
    schema: {
      type: "string",
      computed: "input",
      description: "SHA-256 of the bundled schema, empty without one.",
    },
    activeSchema: {
      type: "string",
      computed: "output",
      description: "SHA-256 of the schema in force, as the deployment gives it after the push.",
    },
  },
};
