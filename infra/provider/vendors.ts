import { ClerkClient } from "../clients/clerk.ts";
import { ClerkPlatformClient } from "../clients/clerk-platform.ts";
import { ConvexDeploymentClient } from "../clients/convex.ts";
import {
  type ConvexCredentials,
  type DeploymentAccess,
  resolveDeployment,
} from "../clients/convex-target.ts";
import { openEndpoints, type WebhookEndpoints } from "../clients/svix.ts";
import { ProblemError } from "../errors.ts";
import type { Configuration } from "./configuration.ts";

/** The vendor clients of one plugin process, each connected when it is first needed and then shared. */
export class Vendors {
  readonly #configuration: Configuration;
  readonly #signal: AbortSignal;
  #clerk: ClerkClient | undefined;
  #clerkPlatform: ClerkPlatformClient | undefined;
  #endpoints: Promise<WebhookEndpoints | undefined> | undefined;
  #convex: Promise<ConvexTarget> | undefined;

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

  /**
   * The deployment that the credentials belong to.
   *
   * @param bound name the resource is bound to; another one is refused before anything is changed
   */
  async convex(bound?: string): Promise<ConvexTarget> {
    this.#convex ??= forgetFailure(this.#openConvex(), () => {
      this.#convex = undefined;
    });
    const target = await this.#convex;
    if (bound !== undefined && bound !== target.access.name) {
      throw new ProblemError(
        `The Convex credentials are for deployment ${target.access.name}, but the stack is bound to ${bound}`,
        `Use the deploy key of ${bound}, or destroy this stack before moving it to another deployment`,
        "CONVEX_WRONG_DEPLOYMENT",
      );
    }
    return target;
  }

  async #openEndpoints(): Promise<WebhookEndpoints | undefined> {
    const login = await this.clerk.svixLogin();
    return login && openEndpoints(login, this.#signal);
  }

  async #openConvex(): Promise<ConvexTarget> {
    const credentials = this.#configuration.convex;
    const access = await resolveDeployment(credentials, this.#signal);
    return { access, credentials, client: new ConvexDeploymentClient(access, this.#signal) };
  }
}

export interface ConvexTarget {
  access: DeploymentAccess;
  credentials: ConvexCredentials;
  client: ConvexDeploymentClient;
}

/** A connection that failed once may be tried again by the next operation. */
function forgetFailure<T>(connection: Promise<T>, forget: () => void): Promise<T> {
  connection.catch(forget);
  return connection;
}
