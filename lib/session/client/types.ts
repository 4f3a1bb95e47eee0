/** The client machine's vocabulary: its states, and what goes in and comes out. */

import type {
  Challenge,
  ClientId,
  ClosingReason,
  Datagram,
  Frame,
  Hello,
  HistoryOutcome,
  HistoryResp,
  Refusal,
  Response,
  SessionId,
  Text,
} from "../../codec/mod.ts";
import type { LoginKeys } from "../../crypto/mod.ts";
import type { ClientLimits } from "../limits.ts";
import type { Rows } from "../machine.ts";

/** What a login needs at random, drawn by the driver. */
export interface LoginRandom {
  /** Client nonce Nc, 16 bytes. */
  readonly nc: Uint8Array;
  /** Ephemeral X25519 secret key, 32 bytes. */
  readonly secretKey: Uint8Array;
  /** Spreads the retransmissions of many clients: at least 0, below 1. */
  readonly jitter: number;
}

/** A state of the assignment's client diagrams, with what is known in it. */
export type ClientState =
  | { readonly name: "Offline" }
  | {
    readonly name: "Wait for CHALLENGE";
    readonly random: LoginRandom;
    readonly hello: Hello;
    readonly tries: number;
  }
  | {
    readonly name: "Wait for AUTH_SUCCESS";
    readonly random: LoginRandom;
    readonly hello: Hello;
    readonly challenge: Challenge;
    readonly response: Response;
    readonly tries: number;
  }
  | { readonly name: "Connecting"; readonly cookie: Uint8Array }
  | { readonly name: "Connected"; readonly previous: Finished | undefined }
  | {
    readonly name: "Wait for CHAT_STARTED";
    readonly requested: ClientId;
    readonly previous: Finished | undefined;
  }
  | {
    readonly name: "Active Chat";
    readonly sessionId: SessionId;
    readonly peer: ClientId;
    /** Messages sent in this session so far. */
    readonly sent: number;
    /** Asked for when this chat came in its stead; the answer is still to come. */
    readonly requested: ClientId | undefined;
  };

/** The client's states of these names. */
export type ClientStateOf<Name extends ClientState["name"]> = Extract<ClientState, { name: Name }>;

/** A chat that is over, of which messages may still be on their way. */
export interface Finished {
  readonly sessionId: SessionId;
  readonly peer: ClientId;
}

/** What the user does. */
export type UserEvent =
  | { readonly type: "user logs on"; readonly random: LoginRandom }
  | { readonly type: "user logs off" }
  | { readonly type: "user types Chat"; readonly clientId: ClientId }
  | { readonly type: "user types a message"; readonly text: Text }
  | { readonly type: "user types End chat" }
  | {
    readonly type: "user types History";
    readonly clientId: ClientId;
    readonly last: number;
    readonly before: number;
  };

/** What happens to the client. */
export type ClientEvent =
  | UserEvent
  | Datagram
  | Frame
  | { readonly type: "TCP open" }
  | { readonly type: "TCP lost" }
  | { readonly type: `${Timer} timer` };

/** The client's timers: of each there is one, and setting it again starts it anew. */
export type Timer = "retry" | "connect" | "activity";

/** Why a log-on came to nothing. */
export type LogOnFailure =
  | "no answer"
  /** Unknown client-ID or wrong secret: the same log-on will fail again. */
  | "refused"
  /** Not judged, as the server had to refuse too many from the same host: to be tried later. */
  | "try later"
  | "connection failed"
  | "given up";

/** Why the connection is no more. */
export type LogOffReason = "asked" | "activity timer" | "connection lost" | ClosingReason;

/** Something the user should see. */
export type Notice =
  | { readonly type: "connected" }
  | { readonly type: "log-on failed"; readonly why: LogOnFailure; readonly tries: number }
  | { readonly type: "logged off"; readonly why: LogOffReason }
  | { readonly type: "chat started"; readonly sessionId: SessionId; readonly peer: ClientId }
  | { readonly type: "chat ended"; readonly sessionId: SessionId; readonly peer: ClientId }
  | { readonly type: "unreachable"; readonly clientId: ClientId }
  | {
    readonly type: "message";
    readonly sessionId: SessionId;
    readonly from: ClientId;
    readonly number: number;
    readonly text: Text;
  }
  | { readonly type: "stored"; readonly sessionId: SessionId; readonly number: number }
  | {
    readonly type: "refused";
    readonly sessionId: SessionId;
    readonly number: number;
    readonly reason: Refusal;
  }
  | { readonly type: "history message"; readonly message: HistoryResp }
  | {
    readonly type: "history end";
    readonly clientId: ClientId;
    readonly outcome: HistoryOutcome;
  };

/** What the driver is to do. */
export type ClientAction =
  | { readonly type: "send datagram"; readonly datagram: Datagram }
  | { readonly type: "open TCP"; readonly port: number; readonly keys: LoginKeys }
  | { readonly type: "send"; readonly frame: Frame }
  | { readonly type: "close TCP" }
  | { readonly type: "set timer"; readonly timer: Timer; readonly delay: number }
  | { readonly type: "clear timer"; readonly timer: Timer }
  | { readonly type: "notify"; readonly notice: Notice };

/** What stays the same over all transitions. */
export interface ClientContext {
  readonly clientId: ClientId;
  /** K_A. */
  readonly secret: Uint8Array;
  readonly limits: ClientLimits;
}

/** The rows that the client's states of type `From` may have. */
export type ClientRows<From> = Rows<From, ClientState, ClientEvent, ClientAction, ClientContext>;
