import { local } from "@pulumi/command";
import type { Output } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { declareEnvironment } from "../../infra/program.ts";
import { projectRoot } from "../../infra/project.ts";
import type { PreviewRecord } from "./record.ts";

/** Name of the resource that stands for the seed having run. */
export const seedName = "preview-seed";

/** The program of a preview: an environment, its seed, and the record of when it was last updated. */
export function previewProgram(
  { name, keep }: Pick<PreviewRecord, "name" | "keep">,
  seed: string | undefined,
): PulumiFn {
  return async () => {
    const environment = await declareEnvironment();
    if (seed !== undefined) declareSeed(name, seed, environment);
    const record: PreviewRecord = { name, keep, updatedAt: new Date().toISOString() };
    return { ...environment, preview: record };
  };
}

/** The engine sees to it that it runs once for a deployment, whatever else runs at the same time. */
function declareSeed(
  name: string,
  seed: string,
  {
    deploymentName,
    deploymentUrl,
    webhookUrl,
  }: Record<"deploymentName" | "deploymentUrl" | "webhookUrl", Output<string>>,
): void {
  new local.Command(seedName, {
    create: "node scripts/preview/seed.ts",
    // Another function or another folder is no reason to seed again.
    update: "true",
    dir: projectRoot,
    environment: {
      SEED_FUNCTION: seed,
      PREVIEW_NAME: name,
      DEPLOYMENT_URL: deploymentUrl,
      // Not before the webhook delivers: what the seed adds to its rows must not be overtaken.
      WEBHOOK_URL: webhookUrl,
    },
    triggers: [deploymentName],
  });
}
