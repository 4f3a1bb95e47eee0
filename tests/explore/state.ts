/**
 * What an explored world consists of, as plain data that nothing writes to, and what can happen
 * in it.
 */

import type { ClientId, ClosingReason, Frame, SessionId } from "../../lib/codec/mod.ts";
import type {
  ClientState,
  ConnectionId,
  DirectoryAnswer,
  DirectoryRequest,
} from "../../lib/session/mod.ts";
import type { ChatRecord } from "./oracle.ts";
import type { Contents } from "./opened.ts";

/** What stands for a close among the frames on their way to a client. */
export interface Closed {
  readonly type: "closed";
  /** What a CLOSING before it said. */
  readonly reason: ClosingReason | undefined;
}

/** What is on its way to the server; "lost" is the end of the stream. */
export type Upward = Frame | { readonly type: "lost" };
/** What is on its way to a client. */
export type Downward = Frame | Closed;

/** A message that its sender has no answer for. */
export interface Unanswered {
  readonly sessionId: SessionId;
  readonly number: number;
}

/** One run of a client program, with its one connection. */
export interface Process {
  readonly clientId: ClientId;
  readonly connection: ConnectionId;
  readonly state: ClientState;
  readonly up: readonly Upward[];
  readonly down: readonly Downward[];
  /** Whether the server has this connection still. */
  readonly held: boolean;
  /** Messages without an answer yet, oldest first. */
  readonly unanswered: readonly Unanswered[];
  /** Whom its user asked for, without an answer yet. */
  readonly asked: ClientId | undefined;
}

/** A whole world. */
export interface State {
  readonly processes: readonly Process[];
  /** What the switchboard knows, and what the directory knows. */
  readonly board: Contents;
  readonly directory: Contents;
  /** On their way to the directory, and back from it. */
  readonly requests: readonly DirectoryRequest[];
  readonly answers: readonly DirectoryAnswer[];
  /** Chats as the oracle has them, but for those that nobody can know any more. */
  readonly chats: readonly ChatRecord[];
  readonly lastConnection: ConnectionId;
  readonly lastSession: SessionId;
}

/** One thing that happens, after which another can. */
export type Move =
  | { readonly do: "connect" | "revoke"; readonly who: ClientId }
  | { readonly do: "chat"; readonly on: ConnectionId; readonly to: ClientId }
  | {
    readonly do:
      | "say"
      | "end"
      | "log off"
      | "up"
      | "up, not stored"
      | "down"
      | "client notices"
      | "server notices";
    readonly on: ConnectionId;
  }
  | { readonly do: "directory" | "answer" };

/** What keeps a world finite: a move that would lead beyond is not made. */
export interface Bounds {
  readonly clients: readonly ClientId[];
  /** Frames on their way to the server, and from it, on each connection. */
  readonly up: number;
  readonly down: number;
  /** Messages of one member in one chat. */
  readonly messages: number;
  /** Programs of one client: with two, a newer connection replaces an older one. */
  readonly programs: number;
  /** Requests and answers between switchboard and directory; at 0 it answers at once. */
  readonly directory: number;
  /** Whether users also ask for themselves and for an unknown client-ID. */
  readonly outsiders: boolean;
  /** Whether connections are lost, clients revoked, and commits fail. */
  readonly faults: boolean;
}

/** Nobody is there, and nothing has happened. */
export function emptyState(): State {
  return {
    processes: [],
    board: [[], []],
    directory: [[], [], []],
    requests: [],
    answers: [],
    chats: [],
    lastConnection: 0,
    lastSession: 0,
  };
}
