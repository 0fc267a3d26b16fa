import { ProblemError } from "../errors.ts";

export type Vendor = "Clerk" | "Clerk Platform API" | "Svix" | "Convex";

/** What went wrong, in terms a caller can act on. */
export type VendorErrorKind =
  | "notFound"
  | "unauthorized"
  | "forbidden"
  | "conflict"
  | "invalid"
  | "paymentRequired"
  | "rateLimited"
  | "unavailable"
  | "unreachable"
  | "timeout"
  | "malformed";

const credentials: Record<Vendor, string> = {
  Clerk: "the Clerk secret key (clerkconvex:clerkSecretKey or CLERK_SECRET_KEY)",
  "Clerk Platform API":
    "the Platform API key of a workspace in Clerk's private beta (clerkconvex:clerkPlatformKey or CLERK_PLATFORM_API_KEY)",
  Svix: "the Clerk secret key, whose Svix session was used",
  Convex:
    "the Convex deploy key or access token (clerkconvex:convexDeployKey or CONVEX_DEPLOY_KEY, clerkconvex:convexAccessToken or CONVEX_ACCESS_TOKEN)",
};

const remedies: Record<VendorErrorKind, (vendor: Vendor) => string> = {
  notFound: () => "Refresh the stack, or check that the credentials belong to this environment",
  unauthorized: (vendor) => `Check ${credentials[vendor]}`,
  forbidden: (vendor) => `Give ${credentials[vendor]} the permission, or use another`,
  conflict: () => "Find what holds the name, then import it, adopt it or choose another name",
  invalid: () => "Correct the value that the vendor refused",
  paymentRequired: () => "Choose a plan that covers it, or do without it",
  rateLimited: () => "Wait a minute and run the command again",
  unavailable: (vendor) => `Look at ${vendor}'s status page and run the command again`,
  unreachable: (vendor) =>
    `Check the network, DNS and proxy on the way to ${vendor}, then run again`,
  timeout: (vendor) => `Look at ${vendor}'s status page and run the command again`,
  malformed: (vendor) => `Check that ${vendor}'s address is right and that no proxy answers for it`,
};

const problems: Record<VendorErrorKind, (vendor: Vendor) => string> = {
  notFound: (vendor) => `${vendor} does not know what was asked for`,
  unauthorized: (vendor) => `${vendor} did not accept the credentials`,
  forbidden: (vendor) => `${vendor} forbade the request`,
  conflict: (vendor) => `${vendor} already has something of this name`,
  invalid: (vendor) => `${vendor} refused the request as invalid`,
  paymentRequired: (vendor) => `${vendor} wants another plan`,
  rateLimited: (vendor) => `${vendor} kept answering that there are too many requests`,
  unavailable: (vendor) => `${vendor} failed to answer`,
  unreachable: (vendor) => `${vendor} could not be reached`,
  timeout: (vendor) => `${vendor} did not answer in time`,
  malformed: (vendor) => `${vendor}'s answer could not be read`,
};

const prefixes = {
  Clerk: "CLERK",
  "Clerk Platform API": "CLERK_PLATFORM_API",
  Svix: "SVIX",
  Convex: "CONVEX",
} as const satisfies Record<Vendor, string>;

const failures = {
  notFound: "NOT_FOUND",
  unauthorized: "UNAUTHORIZED",
  forbidden: "FORBIDDEN",
  conflict: "CONFLICT",
  invalid: "INVALID",
  paymentRequired: "PAYMENT_REQUIRED",
  rateLimited: "RATE_LIMITED",
  unavailable: "UNAVAILABLE",
  unreachable: "UNREACHABLE",
  timeout: "TIMEOUT",
  malformed: "MALFORMED",
} as const satisfies Record<VendorErrorKind, string>;

const transientKinds: VendorErrorKind[] = [
  "rateLimited",
  "unavailable",
  "unreachable",
  "timeout",
  "malformed",
];

/** A vendor refused or failed. Carries the vendor's own code, never its response body. */
export class VendorError extends ProblemError {
  override readonly name = "VendorError";
  readonly kind: VendorErrorKind;
  readonly vendor: Vendor;
  /** HTTP status, when the vendor answered. */
  readonly status: number | undefined;
  /** The vendor's own error code, such as `jwt_template_reserved_claim`. */
  readonly vendorCode: string | undefined;
  /** Milliseconds the vendor asked to wait. */
  readonly retryAfter: number | undefined;

  constructor(
    vendor: Vendor,
    operation: string,
    kind: VendorErrorKind,
    detail: { status?: number; vendorCode?: string; retryAfter?: number; cause?: unknown } = {},
  ) {
    const vendorCode = safeCode(detail.vendorCode);
    const facts = [detail.status && `status ${detail.status}`, vendorCode]
      .filter(Boolean)
      .join(", ");
    super(
      `${problems[kind](vendor)} while ${operation}${facts && ` (${facts})`}`,
      remedies[kind](vendor),
      `${prefixes[vendor]}_${failures[kind]}`,
    );
    this.vendor = vendor;
    this.kind = kind;
    this.status = detail.status;
    this.vendorCode = vendorCode;
    this.retryAfter = detail.retryAfter;
  }

  /** Worth another attempt when the request can be repeated. */
  get transient(): boolean {
    return transientKinds.includes(this.kind);
  }

  /** The request may or may not have taken effect. */
  get ambiguous(): boolean {
    return this.transient && this.kind !== "rateLimited";
  }
}

/** Maps an HTTP status to a kind; source: the vendors' error documentation. */
export function kindOfStatus(status: number): VendorErrorKind {
  if (status === 401) return "unauthorized";
  if (status === 402) return "paymentRequired";
  if (status === 403) return "forbidden";
  if (status === 404) return "notFound";
  if (status === 409) return "conflict";
  if (status === 429) return "rateLimited";
  if (status >= 500) return "unavailable";
  return "invalid";
}

/** Reads `Retry-After` in either form (seconds or HTTP date) as milliseconds from now. */
export function retryAfterOf(header: string | number | null | undefined): number | undefined {
  if (header === null || header === undefined || header === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(String(header));
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** The kind of a failure that is no answer at all: cut, unreachable, late or unreadable. */
export function kindOfFailure(error: unknown): VendorErrorKind {
  if (error instanceof DOMException && error.name === "TimeoutError") return "timeout";
  if (error instanceof SyntaxError) return "malformed";
  return "unreachable";
}

function safeCode(code: string | undefined): string | undefined {
  return code !== undefined && /^[\w.-]{1,80}$/.test(code) ? code : undefined;
}

/** Runs a look-up in which "not there" is an answer. */
export async function orUndefined<T>(lookup: Promise<T>): Promise<T | undefined> {
  try {
    return await lookup;
  } catch (error) {
    if (error instanceof VendorError && error.kind === "notFound") return undefined;
    throw error;
  }
}
