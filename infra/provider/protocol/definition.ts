import type { CheckFailure, Properties, ResourceHandler, ResourceSpec } from "../resource.ts";

export type AnyHandler<Vendors> = ResourceHandler<Properties, Properties, Vendors>;

/** Everything that makes a package; the service turns it into the engine's protocol. */
export interface ProviderPackage<Vendors> {
  version: string;
  /** Package schema as JSON text. */
  schema(): string;
  configuration: ResourceSpec;
  checkConfiguration(configured: Properties): CheckFailure[];
  /** Called once per process; `signal` is aborted when the engine cancels. */
  connect(configured: Properties, signal: AbortSignal): { vendors: Vendors; secrets: string[] };
  handlers: AnyHandler<Vendors>[];
}
