/** A customer of the Svix environment; Clerk has one for each instance. */
export interface App {
  id: string;
  uid: string | null;
  name: string;
  throttleRate: number | null;
  metadata: Record<string, string>;
  /** Milliseconds on the emulator's clock, here and below. */
  createdAt: number;
  updatedAt: number;
  endpoints: Map<string, Endpoint>;
  messages: Map<string, Message>;
  attempts: Attempt[];
}

export interface Endpoint {
  id: string;
  uid: string | null;
  url: string;
  description: string;
  disabled: boolean;
  eventTypes: string[] | null;
  channels: string[] | null;
  throttleRate: number | null;
  metadata: Record<string, string>;
  headers: Record<string, string>;
  /** `whsec_` and base64. */
  secret: string;
  /** Rotated out, still signed with until they expire. */
  oldSecrets: { secret: string; expiresAt: number }[];
  /** When a message first ran out of attempts since the last success. */
  failingSince: number | undefined;
  createdAt: number;
  updatedAt: number;
}

export interface Message {
  id: string;
  eventId: string | null;
  eventType: string;
  payload: unknown;
  /** The bytes delivered and signed. */
  body: string;
  channels: string[] | null;
  tags: string[] | null;
  createdAt: number;
}

/** One try to deliver a message to an endpoint. */
export interface Attempt {
  id: string;
  appId: string;
  messageId: string;
  endpointId: string;
  url: string;
  /** 1 for the first; manual ones are not numbered and have 0. */
  number: number;
  trigger: "scheduled" | "manual";
  succeeded: boolean;
  /** HTTP status, or 0 when none came. */
  responseStatusCode: number;
  /** The answer's body, or why there was none. */
  response: string;
  durationMs: number;
  at: number;
  /** When it is tried again, or `undefined` when it is not. */
  nextAttemptAt: number | undefined;
}

/** The entity with this id or, failing that, this uid. */
export function byIdOrUid<T extends { id: string; uid: string | null }>(
  entities: Map<string, T>,
  idOrUid: string,
): T | undefined {
  return entities.get(idOrUid) ?? [...entities.values()].find(({ uid }) => uid === idOrUid);
}
