import type { Deployed, DeploymentState } from "./deployment.ts";
import { BackendError } from "./errors.ts";

interface Prepared {
  next: Deployed;
  environment: string;
  schemaId: string | null;
}

/**
 * What pushes leave between start and finish. The schema of a push that starts takes the place of any
 * other that is under way, whose push then cannot finish; that of a dry run as well.
 *
 * Source: `submit_pending` in the backend's `bootstrap_model/schema/mod.rs`, `start_push` and `finish_push`
 * in its `deploy_config.rs`.
 */
export class PendingPushes {
  readonly #deployment: DeploymentState;
  readonly #prepared = new Map<string, Prepared>();
  #active: string | null = null;
  #pending: string | null = null;
  #made = 0;

  constructor(deployment: DeploymentState) {
    this.#deployment = deployment;
  }

  /** Writes the schema of a push; `changed` tells whether that left anything behind. */
  submit(schema: string | null): { schemaId: string | null; changed: boolean } {
    const { deployed, pendingSchema } = this.#deployment;
    if (schema === null) return { schemaId: null, changed: false };
    if (schema === deployed.schema) {
      this.#setPending(null, null);
      return { schemaId: this.#active, changed: pendingSchema !== null };
    }
    if (schema === pendingSchema) return { schemaId: this.#pending, changed: false };
    this.#setPending(this.#newId("schema"), schema);
    return { schemaId: this.#pending, changed: true };
  }

  isOverwritten(schemaId: string | null): boolean {
    return schemaId !== null && schemaId !== this.#active && schemaId !== this.#pending;
  }

  /** Keeps the code of a push until it is finished; answers where it lies. */
  keep(next: Deployed, schemaId: string | null): string {
    const storageKey = this.#newId("package");
    this.#prepared.set(storageKey, {
      next,
      schemaId,
      environment: environmentOf(this.#deployment),
    });
    return storageKey;
  }

  /**
   * Puts the code of a push in force.
   *
   * @throws {BackendError} 400 `RaceDetected`
   */
  async finish(storageKey: string): Promise<void> {
    const push = this.#prepared.get(storageKey);
    if (!push) throw new BackendError(400, "InvalidPackage", `No package is at ${storageKey}`);
    if (this.isOverwritten(push.schemaId)) {
      throw new BackendError(400, "RaceDetected", "Schema was overwritten by another push.");
    }
    if (push.environment !== environmentOf(this.#deployment)) {
      const message = "Environment variables have changed during push";
      throw new BackendError(400, "RaceDetected", message);
    }
    this.#prepared.delete(storageKey);
    await this.#deployment.replace(push.next);
    this.#active = push.schemaId;
    if (push.schemaId === this.#pending) this.#setPending(null, null);
  }

  #setPending(id: string | null, schema: string | null): void {
    this.#pending = id;
    this.#deployment.pendingSchema = schema;
  }

  #newId(kind: string): string {
    this.#made += 1;
    return `${kind}_${this.#made}`;
  }
}

function environmentOf({ variables }: DeploymentState): string {
  return JSON.stringify([...variables].sort(([one], [other]) => (one < other ? -1 : 1)));
}
