/** Lets what is due happen by itself, `scale` times as fast as real time. */
export interface RealTime {
  scale: number;
}

// Node fires a timer at once when its delay does not fit in 32 bits.
const longestTimer = 2 ** 31 - 1;

/** Something to run once the clock reaches `at`. */
interface Due {
  at: number;
  run: () => Promise<void>;
}

/**
 * The time retries, grace periods and expiries live in, in milliseconds since the epoch.
 * It stands still until {@link VendorClock.advance}, unless it follows real time.
 */
export class VendorClock {
  readonly #startedAt = Date.now();
  readonly #scale: number;
  #offset = 0;
  #due: Due[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(realTime?: RealTime) {
    this.#scale = realTime?.scale ?? 0;
  }

  now(): number {
    const elapsed = (Date.now() - this.#startedAt) * this.#scale;
    return Math.floor(this.#startedAt + elapsed + this.#offset);
  }

  /** Plans `run` for the given time. */
  schedule(at: number, run: () => Promise<void>): void {
    this.#due.push({ at, run });
    this.#due.sort((a, b) => a.at - b.at);
    this.#arm();
  }

  /** Moves on by `ms`, running on the way what falls due, each at its own time and to its end. */
  async advance(ms: number): Promise<void> {
    const target = this.now() + ms;
    for (let next = this.#due[0]; next && next.at <= target; next = this.#due[0]) {
      this.#offset += Math.max(0, next.at - this.now());
      await this.#runDue();
    }
    this.#offset += Math.max(0, target - this.now());
  }

  /** Forgets everything planned. */
  stop(): void {
    this.#due = [];
    clearTimeout(this.#timer);
  }

  async #runDue(): Promise<void> {
    const now = this.now();
    const ready = this.#due.filter((due) => due.at <= now);
    this.#due = this.#due.filter((due) => due.at > now);
    await Promise.all(ready.map((due) => due.run()));
  }

  #arm(): void {
    const next = this.#due[0];
    clearTimeout(this.#timer);
    if (this.#scale === 0 || !next) return;
    const wait = Math.min(longestTimer, Math.max(0, (next.at - this.now()) / this.#scale));
    this.#timer = setTimeout(() => void this.#runDue().then(() => this.#arm()), wait);
    this.#timer.unref();
  }
}
