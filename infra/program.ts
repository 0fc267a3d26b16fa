import { readConfig } from "./config/index.ts";
import { ClerkConvexEnvironment } from "./environment.ts";

/** The whole program as a function, so that one process can run it more than once. */
export function declareEnvironment() {
  const environment = new ClerkConvexEnvironment("environment", readConfig());
  const { issuer, deploymentName, deploymentUrl, siteUrl } = environment;
  const { webhookUrl, webhookEndpointId, webhookSecrets, jwtTemplateId } = environment;
  return {
    issuer,
    deploymentName,
    deploymentUrl,
    siteUrl,
    webhookUrl,
    webhookEndpointId,
    webhookSecrets,
    jwtTemplateId,
  };
}
