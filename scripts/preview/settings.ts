import type { StackSettings } from "@pulumi/pulumi/automation/index.js";
import type { Means } from "./context.ts";

/** What `up` decides of a preview's settings. */
export interface Chosen {
  name: string;
  means: Means;
  /** When Convex deletes a created deployment, ISO 8601. */
  expiresAt: string | undefined;
  /** Whether the stack owns its JWT templates, or shares those of another. */
  ownTemplates: boolean;
}

/** Of a target in the template, what holds for every preview. */
const fromTemplate = ["class", "region", "deployKeyVersion"];

/** The settings of one preview: those of the template, with what makes it a preview. */
export function settingsOf(template: StackSettings, chosen: Chosen): StackSettings {
  const { config = {} } = template;
  return {
    ...template,
    config: {
      ...config,
      "clerk-convex:target": targetOf(config["clerk-convex:target"], chosen),
      "clerk-convex:environmentType": "development",
      "clerk-convex:jwtTemplate": chosen.ownTemplates ? "manage" : "share",
    },
  };
}

function targetOf(template: unknown, { name, means, expiresAt }: Chosen): object {
  if (means.kind === "claimed") return { kind: "preview", name };
  const common = Object.entries((template ?? {}) as object).filter(([key]) =>
    fromTemplate.includes(key),
  );
  return {
    ...Object.fromEntries(common),
    kind: "created",
    type: "preview",
    project: means.project,
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
