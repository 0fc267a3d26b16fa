import type { VendorClock } from "../clock.ts";
import { idMaker } from "../ids.ts";
import { type Capability, Tokens } from "./auth.ts";
import { conflict, notFound } from "./errors.ts";
import { type App, byIdOrUid, type Endpoint, type Message } from "./state.ts";

/** Everything one emulated Svix environment holds. */
export class Store {
  readonly apps = new Map<string, App>();
  readonly tokens = new Tokens();
  readonly newId = idMaker("svix");
  readonly clock: VendorClock;
  readonly eventTypes: Set<string>;
  readonly capabilities: readonly Capability[];

  constructor(
    clock: VendorClock,
    eventTypes: Iterable<string>,
    capabilities: readonly Capability[],
  ) {
    this.clock = clock;
    this.eventTypes = new Set(eventTypes);
    this.capabilities = capabilities;
  }

  app(idOrUid: string): App {
    const app = byIdOrUid(this.apps, idOrUid);
    if (!app) throw notFound();
    return app;
  }

  endpoint(app: App, idOrUid: string): Endpoint {
    const endpoint = byIdOrUid(app.endpoints, idOrUid);
    if (!endpoint) throw notFound();
    return endpoint;
  }

  message(app: App, idOrEventId: string): Message {
    const message =
      app.messages.get(idOrEventId) ??
      [...app.messages.values()].find(({ eventId }) => eventId === idOrEventId);
    if (!message) throw notFound();
    return message;
  }

  createApp(fields: Pick<App, "name" | "uid" | "throttleRate" | "metadata">): App {
    if (fields.uid !== null && byIdOrUid(this.apps, fields.uid)) {
      throw conflict("An application with that id or uid already exists");
    }
    const at = this.clock.now();
    const app: App = {
      ...fields,
      id: this.newId("app_"),
      createdAt: at,
      updatedAt: at,
      endpoints: new Map(),
      messages: new Map(),
      attempts: [],
    };
    this.apps.set(app.id, app);
    return app;
  }

  deleteApp(app: App): void {
    this.apps.delete(app.id);
    this.tokens.revoke(app.id);
  }
}
