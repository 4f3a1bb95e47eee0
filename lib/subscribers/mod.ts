/** The subscribers' public face: what the floors above may use. */

export { MAX_SECRET, MIN_SECRET, type SubscriberRules } from "./entry.ts";
export { type Problem, SubscribersError } from "./error.ts";
export { readableByOthers } from "./file.ts";
export { type Changes, LiveSubscribers } from "./live.ts";
export * from "./sample.ts";
export { loadSubscribers, parseSubscribers, Subscribers } from "./subscribers.ts";
