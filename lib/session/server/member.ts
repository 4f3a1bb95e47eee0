/** The vocabulary of one connected client's machine at the server. */

import type {
  ChatRequest,
  ChatRun,
  ClientId,
  EndRequest,
  HistoryReq,
  Ping,
  Pong,
  SessionId,
} from "../../codec/mod.ts";
import type { Rows } from "../machine.ts";
import type { DirectoryRequest } from "./directory.ts";
import type { ConnectionId, Output } from "./types.ts";

/** Where a connected client stands. `previous` are its last chats, of which frames may still come. */
export type MemberState =
  | { readonly name: "Connected"; readonly previous: readonly SessionId[] }
  | {
    readonly name: "Pairing";
    readonly requested: ClientId;
    readonly previous: readonly SessionId[];
  }
  | {
    readonly name: "In Chat";
    readonly sessionId: SessionId;
    readonly peer: ClientId;
    readonly peerConnection: ConnectionId;
    /** Messages taken from this client in this session; the next has this number plus one. */
    readonly taken: number;
    readonly previous: readonly SessionId[];
  }
  | { readonly name: "Gone" };

/** What can happen to a connected client. */
export type MemberEvent =
  | ChatRequest
  | EndRequest
  | ChatRun
  | HistoryReq
  | Ping
  | Pong
  | {
    readonly type: "paired";
    readonly sessionId: SessionId;
    readonly peer: ClientId;
    readonly peerConnection: ConnectionId;
  }
  | { readonly type: "unavailable"; readonly clientId: ClientId }
  | { readonly type: "peer left"; readonly sessionId: SessionId }
  | { readonly type: "leaves" };

/** What a row wants done. */
export type MemberAction =
  | Output
  | { readonly type: "ask directory"; readonly request: DirectoryRequest }
  | { readonly type: "tell"; readonly clientId: ClientId; readonly event: MemberEvent }
  /** The client did, `count` times, what no client should; too often, and it has to go. */
  | { readonly type: "strike"; readonly message: string; readonly count: number };

/** What a transition may look at. */
export interface MemberContext {
  readonly clientId: ClientId;
  readonly connection: ConnectionId;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly date: number;
}

/** The member's states of these names. */
export type MemberStateOf<Name extends MemberState["name"]> = Extract<MemberState, { name: Name }>;

/** The rows that the member's states of type `From` may have. */
export type MemberRows<From> = Rows<From, MemberState, MemberEvent, MemberAction, MemberContext>;
