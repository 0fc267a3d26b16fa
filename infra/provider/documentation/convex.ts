import type { ResourceDocs } from "./resource.ts";

/** By the resource's name in the module `convex`. */
export const convex: Record<string, ResourceDocs> = {
  Project: {
    importId: { words: "the project's, a number", example: "41" },
    errors: [
      "NAME_EMPTY",
      "PROJECT_EXISTS",
      "PROJECT_ID",
      "PROJECT_NOT_EMPTY",
      "PROJECT_STAYS",
      "CONVEX_TOKEN_SCOPE",
    ],
    vendors: ["CONVEX"],
    typescript: `
import { Project } from "./resources/convex.ts";

const { slug } = new Project("project", { name: "My App" });`,
    yaml: `
resources:
  project:
    type: clerkconvex:convex:Project
    properties:
      name: My App`,
  },

  Deployment: {
    importId: { words: "the deployment's name", example: "calm-otter-7" },
    errors: [
      "NAME_EMPTY",
      "DEPLOYMENT_AMBIGUOUS",
      "DEPLOYMENT_DEFAULT",
      "DEPLOYMENT_EXPIRY",
      "DEPLOYMENT_NOT_CREATED",
      "DEPLOYMENT_REFERENCE",
      "DEPLOYMENT_EXISTS",
      "DEPLOYMENT_STAYS",
      "CONVEX_DEPLOYMENT_GONE",
      "CONVEX_DEPLOYMENT_TYPE",
      "CONVEX_KEY_FORMAT",
      "CONVEX_KEY_KIND",
      "CONVEX_TARGET_AMBIGUOUS",
      "CONVEX_WRONG_DEPLOYMENT",
      "PROJECT_UNKNOWN",
    ],
    vendors: ["CONVEX"],
    typescript: `
import { DeployKey, Deployment } from "./resources/convex.ts";

// The one that the deploy key is of; nothing is made.
const given = new Deployment("given", { type: "dev" });

// One that the stack makes, with a key for it.
const staging = new Deployment("staging", {
  type: "prod",
  project: "my-app",
  reference: "staging",
});
const { key } = new DeployKey("key", { deployment: staging.name, name: "shop-staging-v1" });`,
    yaml: `
resources:
  staging:
    type: clerkconvex:convex:Deployment
    properties:
      type: prod
      project: my-app
      reference: staging`,
  },

  DeployKey: {
    errors: ["NAME_EMPTY", "DEPLOY_KEY_IMPORT", "DEPLOY_KEY_STAYS"],
    vendors: ["CONVEX"],
    typescript: `
import { DeployKey } from "./resources/convex.ts";

const { key } = new DeployKey("key", { deployment: "calm-otter-7", name: "shop-staging-v1" });`,
    yaml: `
resources:
  key:
    type: clerkconvex:convex:DeployKey
    properties:
      deployment: calm-otter-7
      name: shop-staging-v1`,
  },

  EnvironmentVariables: {
    importId: {
      words: "the deployment's name and the variables' names, `<deployment>#NAME,OTHER`",
      example: "calm-otter-7#API_URL,API_KEY",
    },
    errors: [
      "VARIABLE_NAME",
      "VARIABLE_BUILT_IN",
      "VARIABLE_SIZE",
      "VARIABLE_COUNT",
      "VARIABLE_TOTAL",
      "VARIABLES_EXIST",
      "IMPORT_NAMES_MISSING",
      "CONVEX_DEPLOYMENT_GONE",
    ],
    vendors: ["CONVEX"],
    typescript: `
import { Config } from "@pulumi/pulumi";
import { EnvironmentVariables } from "./resources/convex.ts";

new EnvironmentVariables("variables", {
  deployment: "calm-otter-7",
  variables: { API_URL: "https://api.example.com", API_KEY: new Config().requireSecret("apiKey") },
});`,
    yaml: `
resources:
  variables:
    type: clerkconvex:convex:EnvironmentVariables
    properties:
      deployment: calm-otter-7
      variables:
        API_URL: https://api.example.com
        API_KEY: \${apiKey}`,
  },

  Deploy: {
    importId: { words: "the deployment's name", example: "calm-otter-7" },
    errors: [
      "CONVEX_BUNDLE_FAILED",
      "CONVEX_CLI_MISSING",
      "CONVEX_DEPLOY_FAILED",
      "CONVEX_DEPLOY_OVERTAKEN",
      "CONVEX_DEPLOYMENT_GONE",
      "CONVEX_FOLDER_CHANGED",
      "CONVEX_UNDEPLOY_FAILED",
    ],
    vendors: ["CONVEX"],
    typescript: `
import { Deploy } from "./resources/convex.ts";

new Deploy("deploy", { deployment: "calm-otter-7", directory: ".." });`,
    yaml: `
resources:
  deploy:
    type: clerkconvex:convex:Deploy
    properties:
      deployment: calm-otter-7
      directory: .`,
  },
};
