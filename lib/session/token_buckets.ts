/** How often each of many may do something: a bucket of tokens for each, refilled as time passes. */

/** The bounds of some buckets. */
export interface TokenBucketLimits {
  /** Tokens that come back in a second. */
  readonly perSecond: number;
  /** Tokens that a bucket holds. */
  readonly burst: number;
  /** Buckets that are remembered; beyond that all are forgotten, and each is full again. */
  readonly remembered: number;
}

interface Bucket {
  tokens: number;
  /** When it had so many, in milliseconds. */
  at: number;
}

/** Buckets by name. */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();

  constructor(readonly limits: TokenBucketLimits) {}

  /** Takes a token from the bucket of `name`; false where it is empty. `now` is in milliseconds. */
  take(name: string, now: number): boolean {
    const { perSecond, burst, remembered } = this.limits;
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      if (this.#buckets.size >= remembered) this.#buckets.clear();
      bucket = { tokens: burst, at: now };
      this.#buckets.set(name, bucket);
    }
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) * perSecond / 1_000);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }
}
