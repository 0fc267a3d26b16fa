import {
  type Body,
  booleanOf,
  integerOrNull,
  namesOrNull,
  requiredString,
  stringMapOf,
  stringOf,
  uidOrNull,
} from "./body.ts";
import { invalid, undecodable } from "./errors.ts";
import { isLoopback } from "./loopback.ts";
import type { Endpoint } from "./state.ts";

/** What a caller sets of an endpoint, besides its secret and headers. */
export type EndpointFields = Pick<
  Endpoint,
  | "url"
  | "description"
  | "uid"
  | "disabled"
  | "eventTypes"
  | "channels"
  | "throttleRate"
  | "metadata"
>;

/** Reads `EndpointIn` or `EndpointUpsertIn`: absent fields take their defaults. */
export function readEndpoint(body: Body, known: Set<string>): EndpointFields {
  requiredString(body, "url");
  return {
    description: "",
    uid: null,
    disabled: false,
    eventTypes: null,
    channels: null,
    throttleRate: null,
    metadata: {},
    ...readPatch(body, known),
  } as EndpointFields;
}

/** Reads `EndpointPatch`: absent fields stay as they are. */
export function readPatch(body: Body, known: Set<string>): Partial<EndpointFields> {
  const fields: Partial<EndpointFields> = {};
  // `filterTypes` is the name of `eventTypes` before version 2 of the SDKs.
  const types = body.eventTypes === undefined ? "filterTypes" : "eventTypes";
  if (body.url !== undefined) fields.url = readUrl(body);
  if (body.description !== undefined) fields.description = stringOf(body, "description");
  if (body.uid !== undefined) fields.uid = uidOrNull(body, "uid", "ep_");
  if (body.disabled !== undefined) fields.disabled = booleanOf(body, "disabled");
  if (body[types] !== undefined) fields.eventTypes = readEventTypes(body[types], known);
  if (body.channels !== undefined) fields.channels = namesOrNull(body, "channels", CHANNELS);
  if (body.throttleRate !== undefined) {
    fields.throttleRate = integerOrNull(body, "throttleRate", THROTTLE);
  }
  if (body.metadata !== undefined) fields.metadata = stringMapOf(body, "metadata");
  return fields;
}

const CHANNELS = {
  min: 1,
  max: 10,
  message: "Channels must have at least 1 and at most 10 items, or be set to null.",
};

const THROTTLE = {
  min: 1,
  max: 65_535,
  message: "Endpoint throttle rate must be at least one if set",
};

const EVENT_TYPES = {
  min: 1,
  max: Number.POSITIVE_INFINITY,
  message: "eventTypes can't be empty, it must have at least one item.",
};

function readEventTypes(value: unknown, known: Set<string>): string[] | null {
  const names = namesOrNull({ eventTypes: value }, "eventTypes", EVENT_TYPES);
  const missing = names?.filter((name) => !known.has(name)) ?? [];
  if (missing.length > 0) {
    throw invalid(
      ["body", "eventTypes"],
      `The following event types don't exist: ${missing.join(", ")}`,
    );
  }
  return names;
}

/** Svix answers the URL as it parsed it, so `https://example.com` comes back with a slash. */
function readUrl(body: Body): string {
  const text = stringOf(body, "url");
  if (!URL.canParse(text)) throw undecodable(["body", "url"], "relative URL without a base");
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw invalid(["body", "url"], "Endpoint URL schemes must be http or https");
  }
  // Svix's cloud wants https; plain http is let through where it cannot leave the machine.
  if (url.protocol === "http:" && !isLoopback(url)) {
    throw invalid(
      ["body", "url"],
      "Endpoint URL schemes must be https when endpoint_https_only is set.",
    );
  }
  return url.href;
}
