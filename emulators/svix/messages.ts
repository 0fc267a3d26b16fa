import { type Body, checkName, namesOrNull, requiredString, uidOrNull } from "./body.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { conflict, invalid, undecodable, unsupported } from "./errors.ts";
import type { App, Message } from "./state.ts";
import type { Store } from "./store.ts";

/** `eventId` is kept unique for this long. */
const EVENT_ID_UNIQUE_FOR = 24 * 60 * 60 * 1000;

/** Reads `MessageIn`, stores the message and starts delivering it. */
export function createMessage(store: Store, dispatcher: Dispatcher, app: App, body: Body): Message {
  for (const field of ["application", "deliverAt"]) {
    if (body[field] !== undefined && body[field] !== null) {
      throw unsupported(`\`${field}\` on message create`);
    }
  }
  const eventId = uidOrNull(body, "eventId", "msg_");
  const eventType = requiredString(body, "eventType");
  checkName(eventType, ["event_type", "__all__"]);
  const { payload } = body;
  if (payload === undefined) throw undecodable(["body", "", ""], "missing field `payload`");
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) {
    throw invalid(["body", "payload"], "Payload must be an object.");
  }
  const at = store.clock.now();
  const isTaken = ({ eventId: taken, createdAt }: Message) =>
    taken !== null && taken === eventId && at - createdAt < EVENT_ID_UNIQUE_FOR;
  if ([...app.messages.values()].some(isTaken)) throw conflict();
  const message: Message = {
    id: store.newId("msg_"),
    eventId,
    eventType,
    payload,
    body: rawPayload(body) ?? JSON.stringify(payload),
    channels: namesOrNull(body, "channels", range("Channels", 5)),
    tags: namesOrNull(body, "tags", range("Tags", 5)),
    createdAt: at,
  };
  app.messages.set(message.id, message);
  dispatcher.dispatch(app, message);
  return message;
}

const range = (what: string, max: number) => ({
  min: 1,
  max,
  message: `${what} must have at least 1 and at most ${max} items, or be set to null.`,
});

function rawPayload(body: Body): string | undefined {
  const params = body.transformationsParams as { rawPayload?: unknown } | null | undefined;
  return typeof params?.rawPayload === "string" ? params.rawPayload : undefined;
}
