/** Stands for a value that is not known before the resources it comes from exist (previews only). */
export const UNKNOWN: unique symbol = Symbol("unknown");

export type Value =
  | null
  | boolean
  | number
  | string
  | typeof UNKNOWN
  | Value[]
  | { [key: string]: Value };

/** Named property values of a resource, secrets in the clear: they live in memory only. */
export type Properties = Record<string, Value>;

/** One property of a resource, as check, diff, secrets and the package schema see it. */
export interface PropertySpec {
  type: "string" | "integer" | "boolean" | "strings" | "stringMap" | "object";
  description: string;
  /** The program must give it. */
  required?: boolean;
  /** Taken when the program gives none. */
  default?: Value;
  /** `true`: the whole value is a secret; `"each"`: every value of the map is. */
  secret?: true | "each";
  /** A change replaces the resource. */
  replaces?: boolean;
  /** Steers the provider and is never compared. */
  control?: boolean;
  /** An output that says the same in other words: a declared value equal to it is no change. */
  sameAs?: string;
  /** The vendor chooses when the program gives none, and is then never compared. */
  vendorDefault?: boolean;
  /** Set by the provider: an output only, or an input only it fills in. */
  computed?: "output" | "input";
  /** An output that not every resource of the type has. */
  optional?: boolean;
  /** An output that no update changes, so that a preview knows it. */
  stable?: boolean;
}

export interface ResourceSpec {
  /** `clerkconvex:<module>:<Name>` */
  token: string;
  description: string;
  /** What is behind the parent's name in the name of such a child: `jwt-template` in `environment-jwt-template`. */
  role?: string;
  properties: Record<string, PropertySpec>;
}

/** An input that cannot be used. `reason` is problem, remedy and code in one text. */
export interface CheckFailure {
  property: string;
  reason: string;
}

/** What a handler is given besides its properties. */
export interface Operation<Vendors> {
  vendors: Vendors;
  /** Aborted when the engine cancels or the resource's time is up. */
  signal: AbortSignal;
  /** Shows a line of progress beside the resource. */
  progress(line: string): void;
  /** Leaves lasting words in the engine's output, of one line or more. */
  info(text: string): void;
  /** Leaves a lasting remark that must not be overlooked. */
  warn(line: string): void;
  /** The shell command that brings something in as this resource, by the id that `read` takes. */
  importCommand(id: string): string;
  /** The shell command that takes this resource out of the state. */
  forgetCommand(): string;
}

/** A resource as it is at the vendor. */
export interface Observed<Inputs, State> {
  id: string;
  inputs: Inputs;
  state: State;
}

/**
 * How one resource type is managed. Inputs have been checked against the spec; `State` is what is
 * stored and given to programs. A handler knows its vendor clients and nothing of the engine's protocol.
 */
export interface ResourceHandler<Inputs, State extends Inputs, Vendors> {
  spec: ResourceSpec;
  /** Validates further and fills in inputs. Unknown values are `UNKNOWN`. */
  check?(
    inputs: Properties,
    operation: Operation<Vendors>,
  ): Promise<CheckFailure[]> | CheckFailure[];
  /**
   * Refuses, before anything is planned, what cannot be right for the resource as it has become:
   * credentials of another deployment, say. Asks no vendor.
   */
  guard?(id: string, known: { inputs: Inputs }, operation: Operation<Vendors>): void;
  /**
   * Says, while a creation or (with `state`) an update is previewed, what it would do beyond the properties
   * that change. Changes nothing; inputs may hold `UNKNOWN`. What it throws fails the preview.
   */
  preview?(
    change: { inputs: Properties; state?: Properties },
    operation: Operation<Vendors>,
  ): Promise<void>;
  create(inputs: Inputs, operation: Operation<Vendors>): Promise<{ id: string; state: State }>;
  /** `undefined` means that it does not exist; anything that is not known for certain is thrown. */
  read(
    id: string,
    known: { inputs: Partial<Inputs>; state: Partial<State> },
    operation: Operation<Vendors>,
  ): Promise<Observed<Inputs, State> | undefined>;
  update(
    id: string,
    change: { state: State; inputs: Inputs },
    operation: Operation<Vendors>,
  ): Promise<State>;
  delete(id: string, state: State, operation: Operation<Vendors>): Promise<void>;
}

/** Something exists at the vendor, but is not as declared; it goes into the state all the same. */
export class PartialCreateError extends Error {
  readonly id: string;
  readonly state: object;
  constructor(id: string, state: object, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.id = id;
    this.state = state;
  }
}

export function isKnown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return false;
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isKnown);
}
