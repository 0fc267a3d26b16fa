import { readConfig } from "./config.ts";
import { ClerkConvexEnvironment } from "./environment.ts";

export const {
  issuer,
  deploymentName,
  deploymentUrl,
  siteUrl,
  webhookUrl,
  webhookEndpointId,
  jwtTemplateId,
} = new ClerkConvexEnvironment("environment", readConfig());
