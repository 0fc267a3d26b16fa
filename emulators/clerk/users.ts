import { emit, type InstanceContext } from "./context.ts";
import { identifierTaken, invalidEmail, notFound } from "./errors.ts";
import type { EmailAddress, User } from "./state.ts";
import { deletedOut, userOut } from "./wire.ts";

/** What a user starts out with; absent fields are empty. */
export interface NewUser {
  /** The first one becomes the primary one. */
  emails: string[];
  firstName?: string | null;
  lastName?: string | null;
  username?: string | null;
  externalId?: string | null;
  locale?: string | null;
  imageUrl?: string;
  publicMetadata?: Record<string, unknown>;
  privateMetadata?: Record<string, unknown>;
  unsafeMetadata?: Record<string, unknown>;
  /** Milliseconds; now by default. */
  createdAt?: number;
}

/** What may change of a user. Absent fields stay as they are. */
export type UserChange = Partial<
  Pick<
    User,
    | "firstName"
    | "lastName"
    | "username"
    | "externalId"
    | "locale"
    | "imageUrl"
    | "primaryEmailAddressId"
    | "publicMetadata"
    | "privateMetadata"
    | "unsafeMetadata"
  >
>;

/** Creates a user and announces `user.created`. */
export function createUser(context: InstanceContext, fields: NewUser): User {
  refuseTaken(context, undefined, fields);
  const at = context.tick();
  const createdAt = fields.createdAt ?? at;
  const id = context.newId("user_");
  const emailAddresses = fields.emails.map((email) => newEmail(context, email, createdAt));
  const user: User = {
    id,
    externalId: fields.externalId ?? null,
    username: fields.username ?? null,
    firstName: fields.firstName ?? null,
    lastName: fields.lastName ?? null,
    locale: fields.locale ?? null,
    imageUrl: fields.imageUrl ?? defaultImage(context.instance.id, id),
    hasImage: fields.imageUrl !== undefined,
    emailAddresses,
    primaryEmailAddressId: emailAddresses[0]?.id ?? null,
    publicMetadata: fields.publicMetadata ?? {},
    privateMetadata: fields.privateMetadata ?? {},
    unsafeMetadata: fields.unsafeMetadata ?? {},
    lastSignInAt: null,
    createdAt,
    updatedAt: at,
  };
  context.instance.users.set(id, user);
  emit(context, "user.created", userOut(user));
  return user;
}

/** Changes a user and announces `user.updated`. */
export function updateUser(context: InstanceContext, user: User, change: UserChange): User {
  refuseTaken(context, user, { emails: [], ...change });
  Object.assign(user, change, { updatedAt: context.tick() });
  if (change.imageUrl !== undefined) user.hasImage = true;
  emit(context, "user.updated", userOut(user));
  return user;
}

/** Gives a user another primary e-mail address in place of the present one. */
export function replaceEmail(context: InstanceContext, user: User, email: string): void {
  refuseTaken(context, user, { emails: [email] });
  const kept = user.emailAddresses.filter(({ id }) => id !== user.primaryEmailAddressId);
  const added = newEmail(context, email, context.tick());
  user.emailAddresses = [...kept, added];
  user.primaryEmailAddressId = added.id;
}

/** Deletes a user with all sessions and announces `user.deleted`. */
export function deleteUser(context: InstanceContext, user: User): void {
  const { users, sessions } = context.instance;
  users.delete(user.id);
  for (const session of sessions.values()) {
    if (session.userId === user.id) sessions.delete(session.id);
  }
  emit(context, "user.deleted", deletedOut("user", user.id, user.externalId));
}

export function findUser(context: InstanceContext, id: string): User {
  const user = context.instance.users.get(id);
  if (!user) throw notFound(`No user was found with id ${id}`);
  return user;
}

function newEmail(context: InstanceContext, email: string, createdAt: number): EmailAddress {
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) throw invalidEmail("email_address");
  const emailAddress = email.toLowerCase();
  return { id: context.newId("idn_"), emailAddress, verified: true, createdAt };
}

function refuseTaken(
  { instance }: InstanceContext,
  self: User | undefined,
  wanted: Pick<NewUser, "emails" | "username" | "externalId">,
): void {
  const emails = wanted.emails.map((email) => email.toLowerCase());
  for (const user of instance.users.values()) {
    if (user === self) continue;
    if (user.emailAddresses.some(({ emailAddress }) => emails.includes(emailAddress))) {
      throw identifierTaken("email_address", "email address");
    }
    if (wanted.username && user.username === wanted.username) {
      throw identifierTaken("username", "username");
    }
    if (wanted.externalId && user.externalId === wanted.externalId) {
      throw identifierTaken("external_id", "external id");
    }
  }
}

function defaultImage(instanceId: string, userId: string): string {
  const description = JSON.stringify({ type: "default", iid: instanceId, rid: userId });
  return `https://img.clerk.com/${Buffer.from(description).toString("base64url")}`;
}
