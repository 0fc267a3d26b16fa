import { randomBytes } from "node:crypto";
import { type EmulatorServer, serve } from "../server.ts";
import { emit, type InstanceContext } from "./context.ts";
import { frontendApi } from "./frontend-api.ts";
import { createSession, mint } from "./sessions.ts";
import { newSigningKey } from "./signing-keys.ts";
import type { EnvironmentType, InstanceState } from "./state.ts";
import {
  createUser,
  deleteUser,
  findUser,
  type NewUser,
  replaceEmail,
  type UserChange,
  updateUser,
} from "./users.ts";
import { userOut } from "./wire.ts";

export interface InstanceOptions {
  environmentType?: EnvironmentType;
  /** `sk_test_…` or `sk_live_…`; a random one by default. */
  secretKey?: string;
  allowedOrigins?: string[];
  /** Name of the primary domain; by default the host of its Frontend API. */
  domain?: string;
  /** Names of satellite domains, each of which comes after the primary one. */
  satelliteDomains?: string[];
}

/** A user as the Backend API answers it. */
export type ClerkUser = ReturnType<typeof userOut>;

/** One instance: its keys, its Frontend API, and what happens in it besides the Backend API. */
export interface ClerkInstance {
  readonly id: string;
  readonly environmentType: EnvironmentType;
  readonly secretKey: string;
  readonly publishableKey: string;
  /** `http://127.0.0.1:PORT`, where discovery and the key set are served. */
  readonly issuer: string;
  readonly frontendApi: EmulatorServer;
  /** Registers a user as the sign-up form does, with no e-mail address if none is given. */
  signUp(fields?: Omit<NewUser, "emails"> & { email?: string }): ClerkUser;
  /** Changes a profile; `email` takes the place of the primary address. */
  updateUser(id: string, change: UserChange & { email?: string }): ClerkUser;
  deleteUser(id: string): void;
  /** A token for a user, signed in if need be: of the named template, or `"session"`. */
  mintToken(userId: string, template: string): Promise<string>;
  /** Signs with a new key from now on; the old one stays published unless told otherwise. */
  rotateSigningKey(options?: { keepPublished: boolean }): Promise<void>;
  /** Sends any event to the instance's Svix app; returns the message's id, if there is an app. */
  emit(type: string, data: object): string | undefined;
}

/** Starts an instance, its Frontend API included. */
export async function startInstance(
  options: InstanceOptions,
  parts: Omit<InstanceContext, "instance">,
): Promise<{ context: InstanceContext; handle: ClerkInstance }> {
  let state: InstanceState | undefined;
  const server = await serve(
    frontendApi(() => {
      if (!state) throw new Error("The instance is not ready. Await its start. (CLERK_EMULATOR)");
      return state;
    }),
  );
  state = await newState(options, server.url, parts.newId);
  const context: InstanceContext = { ...parts, instance: state };
  return { context, handle: handleOf(context, server) };
}

async function newState(
  options: InstanceOptions,
  issuer: string,
  newId: (prefix: string) => string,
): Promise<InstanceState> {
  const id = newId("ins_");
  const environmentType = options.environmentType ?? "development";
  const kind = environmentType === "development" ? "test" : "live";
  const host = new URL(issuer).host;
  const names = [options.domain ?? host, ...(options.satelliteDomains ?? [])];
  return {
    id,
    environmentType,
    secretKey: options.secretKey ?? `sk_${kind}_${randomBytes(32).toString("hex").slice(0, 42)}`,
    publishableKey: `pk_${kind}_${Buffer.from(`${host}$`).toString("base64")}`,
    issuer,
    allowedOrigins: options.allowedOrigins ?? null,
    domains: names.map((name, index) => ({
      id: newId("dmn_"),
      name,
      isSatellite: index > 0,
      frontendApiUrl: index > 0 ? `https://clerk.${name}` : issuer,
    })),
    // Clerk names an instance's first key after the instance.
    signingKeys: [await newSigningKey(id)],
    templates: new Map(),
    users: new Map(),
    sessions: new Map(),
    svixAppId: undefined,
  };
}

function handleOf(context: InstanceContext, frontendApi: EmulatorServer): ClerkInstance {
  const { instance } = context;
  const { id, environmentType, secretKey, publishableKey, issuer } = instance;
  return {
    ...{ id, environmentType, secretKey, publishableKey, issuer, frontendApi },
    signUp({ email, ...fields } = {}) {
      const emails = email === undefined ? [] : [email];
      return userOut(createUser(context, { ...fields, emails }));
    },
    updateUser(userId, { email, ...change }) {
      const user = findUser(context, userId);
      if (email !== undefined) replaceEmail(context, user, email);
      return userOut(updateUser(context, user, change));
    },
    deleteUser: (userId) => deleteUser(context, findUser(context, userId)),
    mintToken(userId, template) {
      const user = findUser(context, userId);
      const active = [...instance.sessions.values()].find(
        (session) => session.userId === userId && session.status === "active",
      );
      const session = active ?? createSession(context, user);
      return mint(context, session, template === "session" ? undefined : template, undefined);
    },
    async rotateSigningKey({ keepPublished } = { keepPublished: true }) {
      const key = await newSigningKey(`${id}_${instance.signingKeys.length + 1}`);
      instance.signingKeys = keepPublished ? [...instance.signingKeys, key] : [key];
    },
    emit: (type, data) => emit(context, type, data),
  };
}
