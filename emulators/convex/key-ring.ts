import { randomBytes } from "node:crypto";
import type { VendorClock } from "../clock.ts";

/** What a deploy key may be limited to. Source: `allowedActions` of the Management API. */
export const deploymentActions = [
  "deployment:deploy",
  "deployment:env:view",
  "deployment:env:write",
  "deployment:pause",
  "deployment:unpause",
  "deployment:logs:view",
  "deployment:metrics:view",
  "deployment:integrations:view",
  "deployment:integrations:write",
  "deployment:data:view",
  "deployment:data:write",
  "deployment:backups:view",
  "deployment:backups:create",
  "deployment:backups:download",
  "deployment:backups:delete",
  "deployment:backups:import",
  "deployment:functions:actAsUser",
  "deployment:functions:runInternalQueries",
  "deployment:functions:runInternalMutations",
  "deployment:functions:runInternalActions",
  "deployment:functions:runTestQuery",
  "deployment:auditLog:view",
  "deployment:usageLimits:view",
  "deployment:usageLimits:write",
  "deployment:usage:view",
] as const;

export type DeploymentAction = (typeof deploymentActions)[number];

/** A named key of a deployment or of a project's previews. */
export interface AccessKey {
  readonly id: number;
  readonly name: string;
  /** The whole key, prefix and token. */
  readonly secret: string;
  readonly allowedActions: readonly DeploymentAction[];
  /** Milliseconds since the epoch, as the other times. */
  readonly creationTime: number;
  readonly expiresAt: number | null;
  lastUsedTime: number | null;
}

/** What a key is made of, but for its secret. */
export interface KeyOptions {
  name: string;
  expiresAt?: number | null;
  /** All of them without a list. */
  allowedActions?: readonly DeploymentAction[];
}

/** The named keys to one thing. Names are unique; an expired key is gone. */
export class KeyRing {
  readonly #prefix: () => string;
  readonly #clock: VendorClock;
  readonly #nextId: () => number;
  readonly #keys = new Map<string, AccessKey>();

  constructor(prefix: () => string, clock: VendorClock, nextId: () => number) {
    this.#prefix = prefix;
    this.#clock = clock;
    this.#nextId = nextId;
  }

  list(): AccessKey[] {
    return [...this.#keys.values()].filter(
      ({ expiresAt }) => expiresAt === null || expiresAt > this.#clock.now(),
    );
  }

  /** Makes a key, or returns `undefined` when its name is taken. */
  mint({ name, expiresAt = null, allowedActions = deploymentActions }: KeyOptions) {
    if (this.list().some((key) => key.name === name)) return undefined;
    const key: AccessKey = {
      id: this.#nextId(),
      name,
      secret: `${this.#prefix()}|${newToken()}`,
      allowedActions,
      creationTime: this.#clock.now(),
      expiresAt,
      lastUsedTime: null,
    };
    this.#keys.set(name, key);
    return key;
  }

  /** Finds a key by its secret. */
  find(secret: string): AccessKey | undefined {
    return this.list().find((key) => key.secret === secret);
  }

  /** Finds a key by its secret and notes that it was used. */
  use(secret: string): AccessKey | undefined {
    const key = this.find(secret);
    if (key) key.lastUsedTime = this.#clock.now();
    return key;
  }

  /** Takes a key back by its name, its whole secret or the token in it; false when there is none. */
  revoke(id: string): boolean {
    const key = this.list().find(
      ({ name, secret }) => name === id || secret === id || secret.endsWith(`|${id}`),
    );
    return key !== undefined && this.#keys.delete(key.name);
  }
}

/** An opaque token of the vendor's form, `eyJ2…`. */
export function newToken(): string {
  return Buffer.from(JSON.stringify({ v2: randomBytes(24).toString("hex") })).toString("base64");
}
