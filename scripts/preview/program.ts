import { local } from "@pulumi/command";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import type { ClerkConvexEnvironment } from "../../infra/environment.ts";
import { declareEnvironment } from "../../infra/program.ts";
import type { PreviewRecord } from "./record.ts";

/** Name of the resource that stands for the seed having run. */
export const seedName = "preview-seed";

/** The program of a preview: an environment, its seed, and the record of when it was last updated. */
export function previewProgram(
  { name, keep }: Pick<PreviewRecord, "name" | "keep">,
  seed: string | undefined,
): PulumiFn {
  return async () => {
    const outputs = await declareEnvironment((environment) => {
      if (seed !== undefined) declareSeed(name, seed, environment);
    });
    const record: PreviewRecord = { name, keep, updatedAt: new Date().toISOString() };
    return { ...outputs, preview: record };
  };
}

/**
 * Once the whole environment is there and works. The engine sees to it that it runs once for a deployment,
 * whatever else runs at the same time.
 */
function declareSeed(name: string, seed: string, environment: ClerkConvexEnvironment): void {
  new local.Command(
    seedName,
    {
      create: "node scripts/preview/seed.ts",
      // Another function is no reason to seed again.
      update: "true",
      // From `main` of Pulumi.yaml: an absolute folder is another one on each machine, and so a difference.
      dir: "..",
      environment: {
        SEED_FUNCTION: seed,
        PREVIEW_NAME: name,
        DEPLOYMENT_URL: environment.deploymentUrl,
      },
      triggers: [environment.deploymentName],
    },
    { dependsOn: environment },
  );
}
