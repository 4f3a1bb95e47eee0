/** The history's public face: what the floors above may use. */

export { Archive } from "./archive.ts";
export { type Entry, type History, HistoryError, type StoredMessage } from "./history.ts";
export type { HistoryOptions } from "./file.ts";
export { MemoryHistory } from "./memory.ts";
export type { Pruned, PruneOptions } from "./prune.ts";
export { openHistory } from "./sqlite.ts";
export type { HistoryStats, PairStats } from "./stats.ts";
