/** The server machines' vocabulary: what they are told, and what they want done. */

import type { ClientId, ClosingReason, HistoryReq, Run, SessionId, Text } from "../../codec/mod.ts";
import type { LoginKeys } from "../../crypto/mod.ts";

/** A TCP connection, by a number that is never used again. */
export type ConnectionId = number;

/** Time and chance, which a machine has none of its own. */
export interface Env {
  /** Milliseconds on a clock that never jumps. */
  readonly now: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly date: number;
  /** Fresh random bytes. */
  random(length: number): Uint8Array;
}

/** A login that succeeded: who may CONNECT, with what, until when. */
export interface Grant {
  readonly clientId: ClientId;
  readonly keys: LoginKeys;
  readonly cookie: Uint8Array;
  readonly expires: number;
}

/**
 * Chat messages that were accepted together, on their way into the history. `number` is that of the
 * first; the others follow by one.
 */
export interface Accepted {
  readonly sessionId: SessionId;
  readonly from: ClientId;
  readonly to: ClientId;
  readonly number: number;
  readonly at: number;
  readonly texts: readonly Text[];
}

/**
 * Why a log-on was refused. The client is told whether it was the last one (docs/protocol.md, clause
 * 7.17), and never more (clause 7.8).
 */
export type LogOnRefusal =
  | "unknown client-ID"
  | "wrong RES"
  | "unusable key"
  /** From the same host, so that this one was not judged. */
  | "too many refused";

/** Something worth a line in the log: never a secret, never chat text. */
export type Note =
  | {
    readonly type: "log-on refused";
    readonly clientId: ClientId;
    readonly address: string;
    readonly why: LogOnRefusal;
  }
  | { readonly type: "log-on accepted"; readonly clientId: ClientId; readonly address: string }
  | { readonly type: "connected"; readonly clientId: ClientId }
  | {
    readonly type: "disconnected";
    readonly clientId: ClientId;
    readonly why: ClosingReason | "connection closed" | "silent";
  }
  | {
    readonly type: "chat started";
    readonly sessionId: SessionId;
    readonly between: readonly [ClientId, ClientId];
  }
  | { readonly type: "chat ended"; readonly sessionId: SessionId }
  | { readonly type: "protocol error"; readonly clientId: ClientId; readonly message: string };

/**
 * What is to be done for those outside, in this order. Whatever follows a "store" waits until it
 * is known to be stored or not.
 */
export type Output =
  | { readonly type: "send"; readonly connection: ConnectionId; readonly run: Run }
  | {
    readonly type: "close";
    readonly connection: ConnectionId;
    /** Told to the client in a CLOSING first. */
    readonly reason: ClosingReason | undefined;
  }
  | {
    readonly type: "store";
    readonly message: Accepted;
    readonly ifStored: readonly Output[];
    readonly ifNot: readonly Output[];
  }
  | {
    readonly type: "answer history";
    readonly connection: ConnectionId;
    readonly clientId: ClientId;
    readonly request: HistoryReq;
  }
  | { readonly type: "note"; readonly note: Note };
