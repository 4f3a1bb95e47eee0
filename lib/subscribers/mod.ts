/** The subscribers' public face: what the floors above may use. */

export { addSubscriber, EditError, removeSubscriber, rotateSubscriber } from "./edit.ts";
export { MAX_SECRET, MIN_SECRET, type SubscriberRules } from "./entry.ts";
export { type Problem, SubscribersError } from "./error.ts";
export { readableByOthers } from "./file.ts";
export { type Changes, LiveSubscribers } from "./live.ts";
export { rewriteSubscribers, type Rewritten } from "./rewrite.ts";
export * from "./sample.ts";
export { loadSubscribers, parseSubscribers, Subscribers } from "./subscribers.ts";
