import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import pRetry, { AbortError } from "p-retry";
import { ProblemError } from "../errors.ts";
import {
  kindOfFailure,
  kindOfStatus,
  retryAfterOf,
  type Vendor,
  VendorError,
} from "./vendor-error.ts";

/** How one vendor call is made. Times in milliseconds. */
export interface CallOptions {
  vendor: Vendor;
  /** What the call does, as it reads after "while": `reading the instance`. */
  operation: string;
  /** Cancels the call and any wait between attempts. */
  signal: AbortSignal;
  /**
   * Whether repeating the request can do harm. A call that is not idempotent is repeated only when
   * the vendor said that it did not take effect (429); otherwise it fails as ambiguous.
   */
  idempotent: boolean;
  /** Turns what the SDK threw into a {@link VendorError}. */
  classify: (error: unknown, options: CallOptions) => VendorError;
}

const attemptTimeout = 30_000;
const deadline = 120_000;
const retries = 6;
const firstBackoff = 500;
const longestBackoff = 15_000;

/**
 * Calls a vendor with a time-out per attempt, full-jitter backoff under an overall deadline, and
 * `Retry-After` honoured.
 *
 * @throws {VendorError} when the vendor refuses, or stays unreachable past the deadline
 */
export async function callVendor<T>(options: CallOptions, request: () => Promise<T>): Promise<T> {
  const stopAt = Date.now() + deadline;
  return pRetry(
    async () => {
      try {
        return await withTimeout(request, options.signal);
      } catch (error) {
        options.signal.throwIfAborted();
        const failure = error instanceof ProblemError ? error : options.classify(error, options);
        if (!(failure instanceof VendorError) || !mayRepeat(failure, options)) {
          throw new AbortError(failure);
        }
        throw failure;
      }
    },
    {
      retries,
      minTimeout: 0,
      maxTimeout: 0,
      signal: options.signal,
      onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
        if (retriesLeft === 0) return;
        const wait = waitBefore(error as VendorError, attemptNumber);
        if (Date.now() + wait > stopAt) throw error;
        await delay(wait, undefined, { signal: options.signal });
      },
    },
  );
}

/**
 * Creates something through a call that must not be repeated blindly: after an ambiguous failure it
 * looks for the thing first and creates again only when it is not there.
 *
 * @param find reads back what an earlier attempt may have made
 */
export async function createOnce<T>(
  create: () => Promise<T>,
  find: () => Promise<T | undefined>,
  attemptsLeft = 2,
): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof VendorError) || !error.ambiguous) throw error;
    const made = await find();
    if (made !== undefined) return made;
    if (attemptsLeft === 0) throw error;
    return createOnce(create, find, attemptsLeft - 1);
  }
}

/** A failed answer, before it is made an error for people. */
export class Refusal {
  readonly response: Response;
  /** The answer's JSON, `undefined` when it is none. */
  readonly body: unknown;
  constructor(response: Response, body: unknown) {
    this.response = response;
    this.body = body;
  }
}

/** One request where the vendor's SDK does not cover the call. */
export interface JsonRequest {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** The whole header, scheme and credential. */
  authorization: string;
  body?: object;
  /** For code, of which there can be megabytes. */
  compressed?: boolean;
  signal: AbortSignal;
}

const compress = promisify(brotliCompress);
/** The default takes seconds for a megabyte. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/**
 * Sends JSON and reads JSON back. A redirect is a failure: it would carry the credential elsewhere.
 *
 * @throws {Refusal} or what fetch throws, both understood by {@link classifierOf}
 */
export async function requestJson<T>(
  url: string,
  { method, authorization, body, compressed, signal }: JsonRequest,
): Promise<T> {
  const text = body && JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: {
      authorization,
      ...(body && { "content-type": "application/json" }),
      ...(compressed && { "content-encoding": "br" }),
    },
    ...(text && { body: compressed ? await compress(text, brotli) : text }),
    redirect: "error",
    signal,
  });
  if (!response.ok) throw new Refusal(response, await response.json().catch(() => undefined));
  return (await response.json()) as T;
}

/**
 * Makes a classifier of refusals.
 *
 * @param codeOf finds the vendor's own code in an answer's JSON
 */
export function classifierOf(codeOf: (body: unknown) => unknown): CallOptions["classify"] {
  return (error, { vendor, operation }) => {
    if (error instanceof VendorError) return error;
    if (!(error instanceof Refusal))
      return new VendorError(vendor, operation, kindOfFailure(error));
    const { status, headers } = error.response;
    const retryAfter = retryAfterOf(headers.get("retry-after"));
    const code = codeOf(error.body);
    return new VendorError(vendor, operation, kindOfStatus(status), {
      status,
      ...(typeof code === "string" && { vendorCode: code }),
      ...(retryAfter !== undefined && { retryAfter }),
    });
  };
}

function mayRepeat(failure: VendorError, options: CallOptions): boolean {
  if (failure.kind === "rateLimited") return true;
  return options.idempotent && failure.transient;
}

function waitBefore(failure: VendorError, attempt: number): number {
  if (failure.retryAfter !== undefined) return failure.retryAfter;
  return Math.random() * Math.min(longestBackoff, firstBackoff * 2 ** (attempt - 1));
}

async function withTimeout<T>(request: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const stop = AbortSignal.any([signal, AbortSignal.timeout(attemptTimeout)]);
  let onAbort: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () => reject(stop.reason);
    stop.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([request(), stopped]);
  } finally {
    if (onAbort) stop.removeEventListener("abort", onAbort);
  }
}
