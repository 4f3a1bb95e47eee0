/** The history's public face: what the floors above may use. */

export { type Entry, type History, HistoryError, type StoredMessage } from "./history.ts";
export type { HistoryOptions } from "./file.ts";
export { MemoryHistory } from "./memory.ts";
export { openHistory } from "./sqlite.ts";
