import { ClerkClient } from "../clients/clerk.ts";
import { ClerkPlatformClient } from "../clients/clerk-platform.ts";
import { openEndpoints, type WebhookEndpoints } from "../clients/svix.ts";
import { ProblemError } from "../errors.ts";
import type { Configuration } from "./configuration.ts";
import {
  type ConvexManagement,
  type ConvexReach,
  type ConvexTarget,
  connectConvex,
  connectManagement,
  wrongDeployment,
} from "./convex-connection.ts";

/** The vendor clients of one plugin process, each connected when it is first needed and then shared. */
export class Vendors {
  readonly #configuration: Configuration;
  readonly #signal: AbortSignal;
  #clerk: ClerkClient | undefined;
  #clerkPlatform: ClerkPlatformClient | undefined;
  #endpoints: Promise<WebhookEndpoints | undefined> | undefined;
  readonly #convex = new Map<string, Promise<ConvexTarget | undefined>>();
  #management: ConvexManagement | undefined;

  /** What the plugin was given; asking it is no request. */
  get configuration(): Configuration {
    return this.#configuration;
  }

  constructor(configuration: Configuration, signal: AbortSignal) {
    this.#configuration = configuration;
    this.#signal = signal;
  }

  get clerk(): ClerkClient {
    this.#clerk ??= new ClerkClient({ ...this.#configuration.clerk, signal: this.#signal });
    return this.#clerk;
  }

  get clerkPlatform(): ClerkPlatformClient {
    this.#clerkPlatform ??= new ClerkPlatformClient({
      ...this.#configuration.clerkPlatform,
      signal: this.#signal,
    });
    return this.#clerkPlatform;
  }

  /** The instance's webhook endpoints; `undefined` while the instance has no Svix application. */
  endpoints(): Promise<WebhookEndpoints | undefined> {
    this.#endpoints ??= forgetFailure(this.#openEndpoints(), () => {
      this.#endpoints = undefined;
    });
    return this.#endpoints;
  }

  /** Like {@link endpoints}, making the application first when it is missing. */
  async ensureEndpoints(): Promise<WebhookEndpoints> {
    let endpoints = await this.endpoints();
    if (endpoints) return endpoints;
    await this.clerk.createSvixApp();
    this.#endpoints = undefined;
    endpoints = await this.endpoints();
    if (endpoints) return endpoints;
    throw new ProblemError(
      "Clerk made a Svix application for the instance but gives no login to it",
      "Open Webhooks in the Clerk dashboard once, then run again",
      "SVIX_APP_UNAVAILABLE",
    );
  }

  /** Convex's Management API, by the access token. */
  get management(): ConvexManagement {
    this.#management ??= connectManagement(this.#configuration, this.#signal);
    return this.#management;
  }

  /**
   * The deployment that a resource belongs to.
   *
   * @param bound name the resource is bound to; another one is refused before anything is changed
   * @throws {ProblemError} `CONVEX_DEPLOYMENT_GONE` when it no longer exists
   */
  async convex(bound?: string, reach: ConvexReach = {}): Promise<ConvexTarget> {
    const target = await this.findConvex(bound, reach);
    if (target) return target;
    throw new ProblemError(
      `The Convex deployment ${bound ?? reach.previewName} is gone, or another one has its name now`,
      "Run pulumi up --refresh, which sees that it is gone and makes it anew",
      "CONVEX_DEPLOYMENT_GONE",
    );
  }

  /** Like {@link convex}; `undefined` when the deployment is known for certain to be gone. */
  async findConvex(bound?: string, reach: ConvexReach = {}): Promise<ConvexTarget | undefined> {
    const key = JSON.stringify([reach.deployKey, reach.previewName]);
    const forget = () => this.#convex.delete(key);
    let target = this.#convex.get(key);
    if (!target) {
      target = connectConvex(
        this.#configuration,
        () => this.management,
        reach,
        bound,
        this.#signal,
      );
      this.#convex.set(key, forgetFailure(target, forget));
    }
    const found = await target;
    if (bound === undefined || bound === found?.access.name) return found;
    if (found && reach.previewName === undefined) throw wrongDeployment(bound, found.access.name);
    // The resource that makes it anew is about to do so.
    forget();
    return undefined;
  }

  async #openEndpoints(): Promise<WebhookEndpoints | undefined> {
    const login = await this.clerk.svixLogin();
    return login && openEndpoints(login, this.#signal);
  }
}

/** A connection that failed once may be tried again by the next operation. */
function forgetFailure<T>(connection: Promise<T>, forget: () => void): Promise<T> {
  connection.catch(forget);
  return connection;
}
