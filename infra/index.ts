import { declareEnvironment } from "./program.ts";

export const {
  issuer,
  deploymentName,
  deploymentUrl,
  siteUrl,
  webhookUrl,
  webhookEndpointId,
  webhookSecrets,
  jwtTemplateId,
} = declareEnvironment();
