import { readConfig } from "./config/index.ts";
import { ClerkConvexEnvironment } from "./environment.ts";

/**
 * The whole program; its result are the stack's outputs. A function, so that one process can run it more
 * than once. It must fail before it ends: what fails later, in an `apply`, would pass an inline program of
 * the Automation API for a success that declared less, and the engine would delete the rest.
 *
 * @param declareMore what a stack has beside the environment
 */
export async function declareEnvironment(
  declareMore?: (environment: ClerkConvexEnvironment) => void,
) {
  const environment = new ClerkConvexEnvironment("environment", {
    ...(await readConfig()),
    programFolder: import.meta.dirname,
  });
  declareMore?.(environment);
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
