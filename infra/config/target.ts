import { createHash } from "node:crypto";
import { type Config, getProject, getStack } from "@pulumi/pulumi";
import type { CloudDeploymentType } from "../resources/convex.ts";
import { isDeploymentReference } from "../vendor-rules.ts";
import { configError } from "./errors.ts";

/** The Convex deployment of a stack. One choice; each kind has credentials of its own. */
export type Target =
  /** An existing deployment, by its deploy key. */
  | { kind: "production" | "development" | "custom" }
  /** A self-hosted backend, by URL and admin key. */
  | { kind: "selfHosted" }
  /** A preview deployment, claimed by name with a project's preview deploy key. */
  | { kind: "preview"; name: string }
  | CreatedTarget;

/** A deployment that the stack creates with an access token. */
export interface CreatedTarget {
  kind: "created";
  type: CloudDeploymentType;
  /** Slug or id of a project that is there, or the name of one that the stack makes. */
  project: { existing: string } | { make: string };
  /** Unique in the project. */
  reference: string;
  /** Whether the reference is the stack's own, so that what has it is the stack's. */
  ownReference: boolean;
  isDefault: boolean | undefined;
  class: string | undefined;
  region: string | undefined;
  /** ISO 8601. */
  expiresAt: string | undefined;
  /** Raise it to rotate the deploy key. */
  deployKeyVersion: number;
}

/** Every kind of target, with what it has beside its kind. */
export const targetFields = {
  production: [],
  development: [],
  custom: [],
  preview: ["name"],
  selfHosted: [],
  created: [
    ...["type", "project", "newProject", "reference", "isDefault"],
    ...["class", "region", "expiresAt", "deployKeyVersion"],
  ],
} satisfies Record<Target["kind"], string[]>;

const kinds = Object.keys(targetFields) as Target["kind"][];
const types = ["prod", "dev", "preview", "custom"] as const;

/**
 * Reads `clerk-convex:target`.
 *
 * @throws {RunError} `CONFIG_TARGET`, `CONFIG_RENAMED`
 */
export function readTarget(config: Config): Target {
  if (config.get("deploymentType") !== undefined) {
    throw configError(
      "clerk-convex:deploymentType is no longer read",
      "Remove it, and set clerk-convex:target.kind to production, development or selfHosted",
      "CONFIG_RENAMED",
    );
  }
  const target = config.getObject<unknown>("target");
  if (target === undefined) throw refused("is not set", `Set clerk-convex:target.kind ${choices}`);
  if (typeof target !== "object" || target === null || Array.isArray(target)) {
    throw refused("is not an object", `Set clerk-convex:target.kind ${choices}`);
  }
  const { kind, ...fields } = target as Record<string, unknown>;
  if (!isOneOf(kinds, kind)) {
    throw refused(
      `has the kind ${JSON.stringify(kind)}`,
      `Set clerk-convex:target.kind ${choices}`,
    );
  }
  const allowed: string[] = targetFields[kind];
  const unknown = Object.keys(fields).filter((key) => !allowed.includes(key));
  if (unknown.length > 0) {
    throw refused(
      `of kind ${kind} has ${unknown.join(", ")}`,
      allowed.length > 0 ? `Use only ${allowed.join(", ")}` : "Remove it",
    );
  }
  if (kind === "preview") return { kind, name: text(fields, "name") ?? getStack() };
  return kind === "created" ? createdOf(fields) : { kind };
}

/** Whether a target is real users' production: protected unless the stack says otherwise. */
export function isProduction(target: Target): boolean {
  return target.kind === "production" || (target.kind === "created" && target.type === "prod");
}

/** Whether a target is thrown away after a review: never with a live Clerk instance. */
export function isPreview(target: Target): boolean {
  return target.kind === "preview" || (target.kind === "created" && target.type === "preview");
}

function createdOf(fields: Record<string, unknown>): CreatedTarget {
  const { type, isDefault, deployKeyVersion = 1 } = fields;
  if (!isOneOf(types, type)) {
    throw refused("creates no known type of deployment", `Set its type to ${types.join(", ")}`);
  }
  const [project, newProject] = [text(fields, "project"), text(fields, "newProject")];
  if ((project === undefined) === (newProject === undefined)) {
    throw refused("needs exactly one project", "Set project (a slug or id) or newProject (a name)");
  }
  if (isDefault !== undefined && typeof isDefault !== "boolean") {
    throw refused("has an isDefault that is neither true nor false", "Set it to true or false");
  }
  if (typeof deployKeyVersion !== "number" || !Number.isSafeInteger(deployKeyVersion)) {
    throw refused("has a deployKeyVersion that is no whole number", "Set it to 1, or one higher");
  }
  const reference = text(fields, "reference");
  if (reference !== undefined && !isDeploymentReference(reference)) {
    throw refused(
      `has the reference ${JSON.stringify(reference)}, which Convex does not take`,
      "Use 3 to 100 of lowercase letters, digits, - and /, not in the form of a deployment's name",
    );
  }
  return {
    kind: "created",
    type,
    project: newProject === undefined ? { existing: project ?? "" } : { make: newProject },
    reference: reference ?? ownReference(getProject(), getStack()),
    ownReference: reference === undefined,
    isDefault,
    class: text(fields, "class"),
    region: text(fields, "region"),
    expiresAt: text(fields, "expiresAt"),
    deployKeyVersion,
  };
}

/** The reference that a stack's deployment has by default. Never the same for two stacks. */
export function ownReference(project: string, stack: string): string {
  const plain = `clerkconvex/${project}/${stack}`;
  const fitting = plain.toLowerCase().replace(/[^a-z0-9/-]/g, "-");
  if (fitting === plain && fitting.length <= 100) return plain;
  const digest = createHash("sha256").update(plain).digest("hex").slice(0, 12);
  return `${fitting.slice(0, 87)}-${digest}`;
}

/** YAML reads an id as a number; a reference or name as text. */
function text(fields: Record<string, unknown>, key: string): string | undefined {
  const value = fields[key];
  if (value === undefined) return undefined;
  if (typeof value === "number") return String(value);
  if (typeof value === "string" && value.trim() !== "") return value;
  throw refused(`has a ${key} that is no text`, `Set clerk-convex:target.${key} to a text`);
}

function isOneOf<T extends string>(allowed: readonly T[], value: unknown): value is T {
  return allowed.includes(value as T);
}

const choices = `to one of ${kinds.join(", ")}`;

function refused(problem: string, remedy: string) {
  return configError(`clerk-convex:target ${problem}`, remedy, "CONFIG_TARGET");
}
