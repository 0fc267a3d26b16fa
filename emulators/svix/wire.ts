import type { App, Attempt, Endpoint, Message } from "./state.ts";

/** Shapes: svix-webhooks, server/svix-server/src/v1/endpoints, and `svix` 2.5.0's models. */

const iso = (at: number): string => new Date(at).toISOString();

export const appOut = (app: App) => ({
  ...(app.uid === null ? {} : { uid: app.uid }),
  name: app.name,
  throttleRate: app.throttleRate,
  id: app.id,
  createdAt: iso(app.createdAt),
  updatedAt: iso(app.updatedAt),
  metadata: app.metadata,
});

const endpointCommon = (endpoint: Endpoint) => ({
  description: endpoint.description,
  rateLimit: endpoint.throttleRate,
  throttleRate: endpoint.throttleRate,
  uid: endpoint.uid,
  url: endpoint.url,
  version: 1,
  disabled: endpoint.disabled,
  eventTypes: endpoint.eventTypes,
  filterTypes: endpoint.eventTypes,
  channels: endpoint.channels,
  createdAt: iso(endpoint.createdAt),
  updatedAt: iso(endpoint.updatedAt),
});

export const endpointOut = (endpoint: Endpoint) => ({
  ...endpointCommon(endpoint),
  id: endpoint.id,
  metadata: endpoint.metadata,
});

export const messageOut = (message: Message, withContent: boolean) => ({
  eventId: message.eventId,
  eventType: message.eventType,
  payload: withContent ? message.payload : {},
  channels: message.channels,
  tags: message.tags,
  id: message.id,
  timestamp: iso(message.createdAt),
});

const status = (succeeded: boolean) =>
  succeeded ? { status: 0, statusText: "success" } : { status: 2, statusText: "fail" };

export const attemptOut = (attempt: Attempt, withContent: boolean) => ({
  url: attempt.url,
  response: withContent ? attempt.response : "{}",
  responseStatusCode: attempt.responseStatusCode,
  responseDurationMs: attempt.durationMs,
  ...status(attempt.succeeded),
  triggerType: attempt.trigger === "scheduled" ? 0 : 1,
  msgId: attempt.messageId,
  endpointId: attempt.endpointId,
  id: attempt.id,
  timestamp: iso(attempt.at),
});

/** Where a delivery stands after its latest attempt: sending while a retry is planned. */
const standing = (latest: Attempt) =>
  latest.nextAttemptAt === undefined
    ? { ...status(latest.succeeded), nextAttempt: null }
    : { status: 3, statusText: "sending", nextAttempt: iso(latest.nextAttemptAt) };

export const endpointMessageOut = (message: Message, latest: Attempt, withContent: boolean) => ({
  ...messageOut(message, withContent),
  ...standing(latest),
});

export const messageEndpointOut = (endpoint: Endpoint, latest: Attempt) => ({
  ...endpointCommon(endpoint),
  id: endpoint.id,
  ...standing(latest),
});
