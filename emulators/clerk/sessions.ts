import type { InstanceContext } from "./context.ts";
import { ClerkError, notFound } from "./errors.ts";
import type { Session, User } from "./state.ts";
import { findTemplate } from "./templates.ts";
import { sessionToken, templateToken } from "./tokens.ts";
import { findUser } from "./users.ts";

export function createSession(context: InstanceContext, user: User): Session {
  const at = context.tick();
  const session: Session = {
    id: context.newId("sess_"),
    userId: user.id,
    clientId: context.newId("client_"),
    status: "active",
    createdAt: at,
    updatedAt: at,
  };
  user.lastSignInAt = at;
  context.instance.sessions.set(session.id, session);
  return session;
}

export function findSession(context: InstanceContext, id: string): Session {
  const session = context.instance.sessions.get(id);
  if (session) return session;
  throw notFound(`No session was found with id ${id}`, "Session not found");
}

/** A token of an active session, of the named template or a plain one. */
export async function mint(
  context: InstanceContext,
  session: Session,
  templateName: string | undefined,
  lifetime: number | undefined,
): Promise<string> {
  if (session.status !== "active") {
    throw new ClerkError(404, "resource_not_found", "Session not found", {
      longMessage: `No active session was found with id ${session.id}`,
    });
  }
  const { instance } = context;
  const occasion = { user: findUser(context, session.userId), now: context.now(), lifetime };
  if (templateName === undefined) return sessionToken(instance, session, occasion);
  return templateToken(instance, findTemplate(context, "name", templateName), occasion);
}
