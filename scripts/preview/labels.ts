import type { Endpoint } from "../../infra/clients/svix.ts";
import { ownReference } from "../../infra/config/target.ts";
import type { ProblemError } from "../../infra/errors.ts";
import { describedStack, endpointUid } from "../../infra/labels.ts";
import { isDeploymentReference } from "../../infra/vendor-rules.ts";
import { usage } from "../stack/arguments.ts";

/*
 * A preview is the stack of one pull request. By these marks its things are found at the vendors without
 * any state.
 */

/**
 * Refuses a name that could not be read back from every mark that is made of it.
 *
 * @throws {ProblemError} `USAGE`
 */
export function requirePreviewName(name: string | undefined, project: string): string {
  if (name === undefined)
    throw usage("Give --name with the preview's name, such as pr-123", script);
  if (!isPreviewName(name)) {
    throw usage(`${JSON.stringify(name)} is no name for a preview: use a-z, 0-9 and -`, script);
  }
  const reference = referenceOf(project, name);
  if (reference === ownReference(project, name) && isDeploymentReference(reference)) return name;
  throw wrongProject(project, name);
}

/** Reference of the deployment that a preview creates in its Convex project. */
export function referenceOf(project: string, name: string): string {
  return `clerkconvex/${project}/${name}`;
}

/** The preview that a deployment of this reference is of. */
export function previewOfReference(project: string, reference: string): string | undefined {
  const prefix = referenceOf(project, "");
  const name = reference.slice(prefix.length);
  return reference.startsWith(prefix) && isPreviewName(name) ? name : undefined;
}

/** The preview whose user sync an endpoint is: uid and description both say so. */
export function previewOfEndpoint(project: string, endpoint: Endpoint): string | undefined {
  const described = describedStack(endpoint.description);
  if (!described?.preview || described.project !== project) return undefined;
  return endpoint.uid === endpointUid(project, described.stack) ? described.stack : undefined;
}

/** Whether an endpoint bears the mark of this preview, its own or with a name behind it. */
export function isEndpointOf(project: string, name: string, { uid }: Endpoint): boolean {
  const own = endpointUid(project, name);
  return uid === own || uid.startsWith(`${own}.`);
}

/** Whether an endpoint is of any stack of this program. */
export function isStacksEndpoint({ uid }: Endpoint): boolean {
  return uid.startsWith("clerkconvex.");
}

function isPreviewName(name: string): boolean {
  return /^[a-z0-9]+(-+[a-z0-9]+)*$/.test(name);
}

const script = "preview";

function wrongProject(project: string, name: string): ProblemError {
  return usage(
    `The preview ${name} of the Pulumi project ${project} would have a name that Convex does not take: use a shorter one, and a project name of a-z, 0-9 and -`,
    script,
  );
}
