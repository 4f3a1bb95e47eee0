/** How long things took, in milliseconds, and what to tell of it. It knows no clock. */

/** What is told of many durations, in milliseconds. */
export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** The latency that `durations` amount to. */
export function summarize(durations: readonly number[]): Latency {
  const sorted = Float64Array.from(durations).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
