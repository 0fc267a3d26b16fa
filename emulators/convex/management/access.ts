import type { Context } from "hono";
import { BackendError } from "../errors.ts";
import type { Directory } from "./directory.ts";
import { type AccessToken, type Project, reaches } from "./records.ts";

/** Who asks: an access token, or a key to a project's previews. */
export type Caller = { kind: "token"; project: Project | null } | PreviewCaller;
type PreviewCaller = { kind: "previewKey"; project: Project };

/** @throws {BackendError} 401 `BadDeployKey` for anything but a live token or preview deploy key */
export function callerOf(directory: Directory, context: Context): Caller {
  const secret = bearerOf(context);
  const token = directory.tokenOf(secret);
  if (token) return { kind: "token", project: token.project };
  const project = previewProjectOf(directory, secret);
  if (project) return { kind: "previewKey", project };
  throw new BackendError(401, "BadDeployKey", "The provided deploy key was invalid");
}

/** @throws {BackendError} 401 `InvalidAccessToken`: deploy keys of any kind are none */
export function requireToken(directory: Directory, context: Context): AccessToken {
  const token = directory.tokenOf(bearerOf(context));
  if (token) return token;
  throw new BackendError(401, "InvalidAccessToken", "The provided access token was invalid");
}

/** @throws {BackendError} 403 `Forbidden` to whom is let into another project */
export function requireReach(caller: { project: Project | null }, project: Project): void {
  if (!reaches(caller, project)) throw forbidden("This token has no access to the project");
}

/** @throws {BackendError} 403 `Forbidden` to whom is let into one project only */
export function requireTeam({ project }: { project: Project | null }): void {
  if (project !== null) throw forbidden("This token has no access to the team");
}

export function forbidden(message: string): BackendError {
  return new BackendError(403, "Forbidden", message);
}

/** The project whose preview deploy key this is. */
export function previewProjectOf(directory: Directory, secret: string): Project | undefined {
  return [...directory.projects.values()].find((project) => project.previewKeys.use(secret));
}

function bearerOf(context: Context): string {
  return context.req.header("authorization")?.replace(/^Bearer /, "") ?? "";
}
