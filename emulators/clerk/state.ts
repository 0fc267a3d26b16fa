import type { KeyObject } from "node:crypto";

export type EnvironmentType = "development" | "production";

/** An instance of a Clerk application: what one secret key opens. Times are in milliseconds. */
export interface InstanceState {
  id: string;
  environmentType: EnvironmentType;
  secretKey: string;
  publishableKey: string;
  /** Origin of the Frontend API, which is also the issuer of its tokens. */
  issuer: string;
  allowedOrigins: string[] | null;
  /** Oldest first. */
  domains: Domain[];
  /** The last one signs, all are published. */
  signingKeys: SigningKey[];
  templates: Map<string, JwtTemplate>;
  users: Map<string, User>;
  sessions: Map<string, Session>;
  svixAppId: string | undefined;
}

export interface Domain {
  id: string;
  name: string;
  isSatellite: boolean;
  frontendApiUrl: string;
}

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

export interface JwtTemplate {
  id: string;
  name: string;
  claims: Record<string, unknown>;
  /** Seconds. */
  lifetime: number;
  /** Seconds. */
  allowedClockSkew: number;
  customSigningKey: boolean;
  signingAlgorithm: string;
  createdAt: number;
  updatedAt: number;
}

export interface EmailAddress {
  id: string;
  emailAddress: string;
  verified: boolean;
  createdAt: number;
}

export interface User {
  id: string;
  externalId: string | null;
  username: string | null;
  firstName: string | null;
  lastName: string | null;
  locale: string | null;
  /** Clerk makes one up for a user who has set none. */
  imageUrl: string;
  hasImage: boolean;
  emailAddresses: EmailAddress[];
  primaryEmailAddressId: string | null;
  publicMetadata: Record<string, unknown>;
  privateMetadata: Record<string, unknown>;
  unsafeMetadata: Record<string, unknown>;
  lastSignInAt: number | null;
  createdAt: number;
  updatedAt: number;
}

export interface Session {
  id: string;
  userId: string;
  clientId: string;
  status: "active" | "revoked";
  createdAt: number;
  updatedAt: number;
}
