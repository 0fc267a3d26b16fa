import type { AnyHandler } from "../protocol/definition.ts";
import type { Vendors } from "../vendors.ts";
import { application } from "./application/index.ts";
import { deploy } from "./deploy/index.ts";
import { deployKey } from "./deploy-key.ts";
import { deployment } from "./deployment/index.ts";
import { environmentVariables } from "./environment-variables.ts";
import { issuer } from "./issuer.ts";
import { jwtTemplate } from "./jwt-template.ts";
import { manualWebhook } from "./manual-webhook.ts";
import { project } from "./project.ts";
import { webhookEndpoint } from "./webhook-endpoint.ts";
import { webhookSecret } from "./webhook-secret.ts";

/** Every resource type of the package. Inputs are checked against each spec before a handler sees them. */
export const handlers = [
  application,
  issuer,
  jwtTemplate,
  webhookSecret,
  webhookEndpoint,
  manualWebhook,
  project,
  deployment,
  deployKey,
  environmentVariables,
  deploy,
] as unknown as AnyHandler<Vendors>[];
