/**
 * What a run of the bench leaves behind, as it stands in JSON, and the little statistics that
 * tables and plots share. How it was measured, and what it should be, is not known here.
 */

/** How a load behaves: see load/loads.ts. */
export type Mode = "coalesced" | "single" | "one outstanding" | "paced";

/** Which share of messages took no longer than so many milliseconds. */
export type Quantiles = readonly { readonly share: number; readonly ms: number }[];

/** One server under one load for a moment. */
export interface Sample {
  /** Processor time of the server per delivered message, and that of the system in it, in µs. */
  readonly cpu: number;
  readonly system: number;
  /** Messages a second. */
  readonly rate: number;
  /** The share of its core that the server used. */
  readonly busy: number;
  /** Latencies, where the load measures them. */
  readonly latency?: Quantiles;
}

/** One server under one load, several times. */
export interface LoadRow {
  /** What is varied: nothing, or one of the numbers below. */
  readonly experiment: "modes" | "pairs" | "sizes" | "history";
  readonly server: string;
  readonly mode: Mode;
  readonly pairs: number;
  /** Bytes of a text. */
  readonly size: number;
  /** Messages in the history beforehand. */
  readonly history: number;
  readonly samples: Sample[];
}

/** Many clients that log on and do nothing. */
export interface CrowdRow {
  readonly server: string;
  /** Log-ons, all of which succeeded, and how many of them at once. */
  readonly logOns: number;
  readonly atOnce: number;
  /** Processor time of the server for each, in µs. */
  readonly cpu: number;
  /** Connections in the end, and what memory the server gained for each, in bytes. */
  readonly idle: number;
  readonly memory: number;
}

/** Pages read from a history of so many messages, in milliseconds. */
export interface PageRow {
  readonly messages: number;
  /** Bytes of the file. */
  readonly fileSize: number;
  readonly median: number;
  readonly p99: number;
}

/** Lines piped into a real client, for another to show. */
export interface ClientRow {
  readonly lines: number;
  /** Whether all of them arrived, in order. */
  readonly complete: boolean;
  readonly seconds: number;
  /** Resident memory at most, in bytes. */
  readonly senderPeak: number;
  readonly receiverPeak: number;
}

/** The machine and the programs. */
export interface Setting {
  readonly at: string;
  readonly command: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory: number;
  readonly system: string;
  readonly fileSystem: string;
  /** One fdatasync after 4 KiB were written, in ms: the median. */
  readonly fdatasync: number;
  /** Whether the server had a core, and the load another. */
  readonly pinned: boolean;
  readonly versions: Readonly<Record<string, string>>;
  /** Servers that are not installed, or could not be measured, and why. */
  readonly missing: Record<string, string>;
}

/** Everything. */
export interface Results {
  readonly setting: Setting;
  readonly loads: LoadRow[];
  readonly crowds: CrowdRow[];
  readonly pages: PageRow[];
  client?: ClientRow;
}

/** Where the time of a message goes, as bench/profile.ts finds it. */
export interface Budget {
  readonly mode: Mode;
  /** Processor time of the server per message while it was profiled, which costs some; in µs. */
  readonly cpu: number;
  readonly system: number;
  /** Time of its main thread per message for each part of the house, waiting included; in µs. */
  readonly parts: Readonly<Record<string, number>>;
}

/** What a part of a message's way costs by itself, as bench/limits.ts finds it. */
export interface Limit {
  readonly what: string;
  /** For so many messages at once. */
  readonly messages: number;
  /** Processor time, in µs. */
  readonly cpu: number;
}

/** The value below which `share` of `values` lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? NaN;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

const SHARES = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/** The quantiles of latencies in milliseconds. */
export function quantilesOf(latencies: readonly number[]): Quantiles {
  const sorted = Float64Array.from(latencies).sort();
  return SHARES.map((share) => ({
    share,
    ms: round(sorted[Math.floor(share * sorted.length)] ?? NaN, 4),
  }));
}

/** The median over all samples of a row of the latency that `share` of the messages kept to. */
export function latency(row: LoadRow, share: number): number {
  return median(
    row.samples.map((sample) => sample.latency?.find((point) => point.share === share)?.ms ?? NaN),
  );
}

/** `value` with so many digits behind the point. */
export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
