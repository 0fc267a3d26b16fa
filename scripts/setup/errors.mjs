/** A failure a person can mend: what is wrong, what to do, and a code that stays the same. */
export class SetupError extends Error {
  /**
   * @param {import("../../infra/error-codes.ts").ErrorCode} code stable, `SETUP_…`
   * @param {string} problem one sentence, with the reasons found
   * @param {string} remedy what to do about it
   */
  constructor(code, problem, remedy) {
    super(`${problem}\n  Remedy: ${remedy}\n  Code: ${code}`);
    this.name = "SetupError";
    this.code = code;
  }
}

/** One way of getting something is closed; the next one may be open. */
export class Unavailable extends Error {
  /** @param {string} reason without a final stop, to be listed among others */
  constructor(reason) {
    super(reason);
    this.name = "Unavailable";
  }
}

/**
 * Tries ways in order until one is open.
 * @template T
 * @param {readonly (() => Promise<T>)[]} ways each throws {@link Unavailable} when closed
 * @param {(reasons: string[]) => SetupError} closed makes the error when none is open
 * @returns {Promise<T>}
 */
export async function firstOpen(ways, closed) {
  /** @type {string[]} */
  const reasons = [];
  for (const way of ways) {
    try {
      return await way();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      reasons.push(error.message);
    }
  }
  throw closed(reasons);
}
