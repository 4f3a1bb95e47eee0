/**
 * Whether two samples come from the same distribution: Welch's t test and the Kolmogorov-Smirnov
 * test, both for samples of a thousand and more, where the normal approximation is good.
 */

/** What a test says: its statistic, and how likely one like it is if there is no difference. */
export interface Verdict {
  readonly statistic: number;
  readonly p: number;
}

/** Welch's t test: whether the means of `a` and `b` differ. */
export function welch(a: readonly number[], b: readonly number[]): Verdict {
  const error = Math.sqrt(variance(a) / a.length + variance(b) / b.length);
  const statistic = (mean(a) - mean(b)) / error;
  return { statistic, p: 2 * upperTail(Math.abs(statistic)) };
}

/** The Kolmogorov-Smirnov test: whether the distributions of `a` and `b` differ anywhere. */
export function kolmogorovSmirnov(a: readonly number[], b: readonly number[]): Verdict {
  const [left, right] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
  let statistic = 0;
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const value = Math.min(left[i]!, right[j]!);
    while (i < left.length && left[i] === value) i++;
    while (j < right.length && right[j] === value) j++;
    statistic = Math.max(statistic, Math.abs(i / left.length - j / right.length));
  }
  const size = Math.sqrt(left.length * right.length / (left.length + right.length));
  return { statistic, p: kolmogorovTail((size + 0.12 + 0.11 / size) * statistic) };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  return Float64Array.from(values).sort()[Math.floor(values.length / 2)] ?? NaN;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

/** How likely a standard normal variable is to be above `z`, at least 0 (Abramowitz and Stegun 26.2.17). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial = t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * polynomial;
}

/** Q of Kolmogorov's distribution. */
function kolmogorovTail(x: number): number {
  if (x < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (-1) ** (k - 1) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, 2 * sum));
}
