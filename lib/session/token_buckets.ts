/**
 * How often something may be done: a bucket of tokens, refilled as time passes.
 *
 * Of buckets by name no more are remembered than is allowed, however many names there are: whoever
 * makes names up gets a full bucket for each, and takes nothing from anybody else's.
 */

/** How fast a bucket fills, and how much it holds. */
export interface Rate {
  /** Tokens that come back in a second. */
  readonly perSecond: number;
  /** Tokens that a bucket holds, at least 1. */
  readonly burst: number;
}

/** The bounds of some buckets. */
export interface TokenBucketLimits extends Rate {
  /** Buckets that are remembered, at least 2. A bucket that is forgotten is full again. */
  readonly remembered: number;
}

/** One bucket, full at first. Times are in milliseconds. */
export class TokenBucket {
  #tokens: number;
  #at: number;

  constructor(readonly rate: Rate, now: number) {
    this.#tokens = rate.burst;
    this.#at = now;
  }

  /** Puts in what has come back since the last time. */
  refill(now: number): void {
    const { perSecond, burst } = this.rate;
    this.#tokens = Math.min(burst, this.#tokens + (now - this.#at) * perSecond / 1_000);
    this.#at = now;
  }

  /**
   * Takes `count` tokens; false where there is none. Where there are fewer, the rest is owed: what
   * cannot be parted passes, and the next has to wait the longer for it.
   */
  take(count = 1): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= count;
    return true;
  }

  /** How long it is until there is a token. */
  get wait(): number {
    return this.#tokens < 1 ? (1 - this.#tokens) * 1_000 / this.rate.perSecond : 0;
  }
}

/**
 * Buckets by name, in two generations: what was not used since the last change of generation is
 * forgotten at the next one. Generations change when buckets have had the time to fill, so that
 * nothing is lost; and before that only where there are too many.
 */
export class TokenBuckets {
  #young = new Map<string, TokenBucket>();
  #old = new Map<string, TokenBucket>();
  #since = -Infinity;
  readonly #filledIn: number;

  constructor(readonly limits: TokenBucketLimits) {
    this.#filledIn = limits.burst * 1_000 / limits.perSecond;
  }

  /** How many buckets are remembered. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Takes a token from the bucket of `name`; false where it is empty. */
  take(name: string, now: number): boolean {
    const bucket = this.#young.get(name) ?? this.#rejuvenate(name, now);
    bucket.refill(now);
    return bucket.take();
  }

  /** Whether {@linkcode take} would find the bucket of `name` empty. */
  isEmpty(name: string, now: number): boolean {
    const bucket = this.#young.get(name) ?? this.#old.get(name);
    bucket?.refill(now);
    return bucket !== undefined && bucket.wait > 0;
  }

  #rejuvenate(name: string, now: number): TokenBucket {
    const bucket = this.#old.get(name) ?? new TokenBucket(this.limits, now);
    const tooMany = 2 * (this.#young.size + 1) > this.limits.remembered;
    if (tooMany || now - this.#since >= this.#filledIn) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#since = now;
    }
    this.#old.delete(name);
    this.#young.set(name, bucket);
    return bucket;
  }
}
