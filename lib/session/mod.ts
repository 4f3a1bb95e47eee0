/** The public face of the state machines: what the drivers may use. */

export * from "./client/mod.ts";
export { Silence } from "./keepalive.ts";
export * from "./limits.ts";
export * from "./server/mod.ts";
export { type Rate, TokenBucket } from "./token_buckets.ts";
