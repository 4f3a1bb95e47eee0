/**
 * What an installation may tune: timers in milliseconds, and the bound of every table and queue.
 *
 * What both ends must agree on stands in lib/codec/constants.ts. A server's `connectTimeout`,
 * `cookieLifetime` and `maxHistoryRequests` are what clients rely on (docs/protocol.md, clause 13):
 * they may be more, but not less. All else works with any values.
 */

import type { Rate, TokenBucketLimits } from "./token_buckets.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The client's timers and bounds. */
export interface ClientLimits {
  /** First wait for a reply to a datagram; each further wait doubles, up to `maxRetry`. */
  readonly firstRetry: number;
  readonly maxRetry: number;
  /** How often HELLO, and then RESPONSE, is sent before giving up. */
  readonly tries: number;
  /** From AUTH_SUCCESS to CONNECTED. */
  readonly connectTimeout: number;
  /** The activity timer of the assignment. */
  readonly activityTimeout: number;
  /** Messages on their way, sent but without a receipt. */
  readonly maxUnconfirmed: number;
  /** HISTORY_REQs whose answer is still to come; a server takes this many. */
  readonly maxHistoryRequests: number;
  /** How long a log-off waits for the receipts that are still to come. */
  readonly lastReceipts: number;
  readonly keepalive: KeepaliveLimits;
  /** How often a silent server is looked for. */
  readonly tick: number;
}

/** When a silent peer is asked for a sign of life, and when it is given up. */
export interface KeepaliveLimits {
  readonly pingAfter: number;
  readonly deadAfter: number;
}

/** The server's timers and bounds. */
export interface ServerLimits {
  /** Logins under way. Half of it filled, challenges become stateless. */
  readonly maxPendingLogins: number;
  /** Of the other half, how many logins of one client-ID. */
  readonly maxUnkeptLogins: number;
  /** Datagrams of one host that are looked at. */
  readonly datagrams: TokenBucketLimits;
  /** The same while half of the table is filled. */
  readonly datagramsUnderLoad: TokenBucketLimits;
  /** Datagrams beyond that, whosever they are: an address can be forged, and its share used up. */
  readonly spareDatagrams: Rate;
  /** Log-ons that are refused to one host, before it is asked to try again later. */
  readonly refusedLogOns: TokenBucketLimits;
  /** How long one server ephemeral key and challenge secret is in use; a login is kept for two. */
  readonly epochLifetime: number;
  /** From AUTH_SUCCESS to CONNECT. */
  readonly cookieLifetime: number;
  /** From accepting a TCP connection to its CONNECT. */
  readonly connectTimeout: number;
  /** TCP connections without a CONNECT, in all and from one host. */
  readonly maxUnconnected: number;
  readonly maxUnconnectedPerAddress: number;
  /** A client that is in no chat and asks for nothing is logged off after this. */
  readonly idleTimeout: number;
  readonly keepalive: KeepaliveLimits;
  /** How often overdue connections and silent clients are looked for. */
  readonly tick: number;
  /** Frames of one connection; beyond that, no more are read from it for a while. */
  readonly messages: Rate;
  /** Frames that fit no state, before a connection is closed. */
  readonly maxStrikes: number;
  /** Bytes waiting to be sent on a connection, before its reader counts as too slow. */
  readonly maxQueuedBytes: number;
  /** HISTORY_REQs of one client waiting for their answer. */
  readonly maxHistoryRequests: number;
  /** Text bytes read from the history at a time for one answer. */
  readonly historyPageBytes: number;
}

const KEEPALIVE: KeepaliveLimits = { pingAfter: 30 * SECOND, deadAfter: 90 * SECOND };

/** What a client uses unless told otherwise. */
export const CLIENT_LIMITS: ClientLimits = {
  firstRetry: 500,
  maxRetry: 2 * SECOND,
  tries: 7,
  connectTimeout: 10 * SECOND,
  activityTimeout: 10 * MINUTE,
  maxUnconfirmed: 1_024,
  maxHistoryRequests: 16,
  lastReceipts: 5 * SECOND,
  keepalive: KEEPALIVE,
  tick: 5 * SECOND,
};

/** Hosts whose buckets are remembered. */
const HOSTS = 16_384;

/**
 * So many datagrams a second, and at first as many as come in 5 s: a thousand clients at one
 * address that log on at once, and some of them twice, are all heard.
 */
export function datagramRate(perSecond: number): TokenBucketLimits {
  return { perSecond, burst: 5 * perSecond, remembered: HOSTS };
}

/**
 * So many refused log-ons a second, and at first as many as come in 20 s: an office may mistype,
 * and nobody gets far with guessing.
 */
export function refusalRate(perSecond: number): TokenBucketLimits {
  return { perSecond, burst: 20 * perSecond, remembered: HOSTS };
}

/** So many frames a second, and at first as many as come in 2 s: 100,000 lines are pasted at once. */
export function messageRate(perSecond: number): Rate {
  return { perSecond, burst: 2 * perSecond };
}

/** What a server uses unless told otherwise. */
export const SERVER_LIMITS: ServerLimits = {
  maxPendingLogins: 8_192,
  maxUnkeptLogins: 32,
  datagrams: datagramRate(2_000),
  datagramsUnderLoad: { perSecond: 10, burst: 20, remembered: HOSTS },
  spareDatagrams: { perSecond: 500, burst: 500 },
  refusedLogOns: refusalRate(5),
  epochLifetime: 30 * SECOND,
  cookieLifetime: 30 * SECOND,
  connectTimeout: 5 * SECOND,
  maxUnconnected: 4_096,
  maxUnconnectedPerAddress: 1_024,
  idleTimeout: 10 * MINUTE + 30 * SECOND,
  keepalive: KEEPALIVE,
  tick: SECOND,
  messages: messageRate(50_000),
  maxStrikes: 256,
  maxQueuedBytes: 4 * 1024 * 1024,
  maxHistoryRequests: 16,
  historyPageBytes: 64 * 1024,
};
