/**
 * A switchboard and a directory with a driver around them, and clients that remember what they got.
 *
 * The directory answers at once, or, held back, when a test lets it: requests are handled in order,
 * answers come as late as wanted.
 */

import {
  type ClientId,
  type ClosingReason,
  type Frame,
  framesOf,
  runsOf,
  type SessionId,
} from "../../lib/codec/mod.ts";
import {
  type Accepted,
  type ConnectionId,
  type DirectoryAnswer,
  type DirectoryRequest,
  type Env,
  LocalDirectory,
  type MemberState,
  type Note,
  type Output,
  SERVER_LIMITS,
  type ServerLimits,
  Switchboard,
  type SwitchboardEvent,
} from "../../lib/session/mod.ts";
import { text } from "./fixtures.ts";
import "./table.ts";

/** What stands for a close among the frames that a connection got. */
export interface Closed {
  readonly type: "closed";
  /** What a CLOSING before it said. */
  readonly reason: ClosingReason | undefined;
}

/** Builds a switchboard, and talks to it. */
export class BoardRig {
  readonly board: Switchboard;
  readonly directory: LocalDirectory;
  /** All outputs, in order. */
  readonly outputs: Output[] = [];
  readonly #connections = new Map<ClientId, ConnectionId>();
  readonly #received = new Map<ConnectionId, (Frame | Closed)[]>();
  /** All requests that were made of the directory, in order. */
  readonly requested: DirectoryRequest[] = [];
  readonly #requests: DirectoryRequest[] = [];
  readonly #answers: DirectoryAnswer[] = [];
  #lastConnection = 0;
  #lastSession: SessionId = 0;
  /** Whether the directory waits to be let. */
  held = false;
  /** Whether the history takes what it is given. */
  storing = true;
  /** Where session-IDs end. */
  lastSession = Infinity;
  now = 0;

  constructor(limits: Partial<ServerLimits> = {}) {
    this.board = new Switchboard({ ...SERVER_LIMITS, ...limits });
    this.directory = new LocalDirectory(() =>
      this.#lastSession < this.lastSession ? ++this.#lastSession : undefined
    );
  }

  /** `clientId` is admitted on a new connection. */
  connect(...clientIds: ClientId[]): ConnectionId {
    for (const clientId of clientIds) {
      const connection = ++this.#lastConnection;
      this.#connections.set(clientId, connection);
      this.#received.set(connection, []);
      this.handle({ type: "connected", connection, clientId });
    }
    return this.#lastConnection;
  }

  /** The newest connection of `clientId`; 0, which is none, before the first. */
  connectionOf(clientId: ClientId): ConnectionId {
    return this.#connections.get(clientId) ?? 0;
  }

  /** `clientId` sends `frames` at once, on its newest connection. */
  send(clientId: ClientId, ...frames: Frame[]): void {
    this.sendOn(this.connectionOf(clientId), ...frames);
  }

  /** `frames` arrive at once, on `connection`. */
  sendOn(connection: ConnectionId, ...frames: Frame[]): void {
    for (const run of runsOf(frames)) this.handle({ type: "run", connection, run });
  }

  /** Sends CHAT_REQUEST. */
  request(from: ClientId, to: ClientId): void {
    this.send(from, { type: "CHAT_REQUEST", clientId: to });
  }

  /** Sends CHAT. */
  say(from: ClientId, sessionId: SessionId, number: number, words = "hello"): void {
    this.send(from, { type: "CHAT", sessionId, number, text: text(words) });
  }

  /** Sends END_REQUEST. */
  end(from: ClientId, sessionId: SessionId): void {
    this.send(from, { type: "END_REQUEST", sessionId });
  }

  /** The TCP connection of `clientId` is lost. */
  lose(clientId: ClientId): void {
    this.handle({ type: "lost", connection: this.connectionOf(clientId) });
  }

  /** Starts a chat between two who are free; its session-ID. */
  chat(from: ClientId, to: ClientId): SessionId {
    this.request(from, to);
    return this.sessionOf(from)!;
  }

  stateOf(clientId: ClientId): MemberState | undefined {
    return this.board.stateOf(clientId);
  }

  /** The session that the switchboard has `clientId` in. */
  sessionOf(clientId: ClientId): SessionId | undefined {
    const state = this.stateOf(clientId);
    return state?.name === "In Chat" ? state.sessionId : undefined;
  }

  /** Takes what `clientId` got on its newest connection, or on `connection`, since last asked. */
  take(clientId: ClientId, connection = this.connectionOf(clientId)): (Frame | Closed)[] {
    return this.#received.get(connection)?.splice(0) ?? [];
  }

  /** Forgets what was got so far. */
  clear(): void {
    for (const received of this.#received.values()) received.splice(0);
    this.outputs.splice(0);
  }

  get notes(): Note[] {
    return this.outputs.flatMap((output) => output.type === "note" ? [output.note] : []);
  }

  /** The messages that were to be stored. */
  get stores(): Accepted[] {
    return this.outputs.flatMap((output) => output.type === "store" ? [output.message] : []);
  }

  /** Protocol errors that `clientId` was noted for, at most one for each connection. */
  strikesOf(clientId: ClientId): number {
    return this.notes.filter((note) => note.type === "protocol error" && note.clientId === clientId)
      .length;
  }

  env(): Env {
    return {
      now: this.now,
      date: 1_700_000_000_000 + this.now,
      random: (length) => new Uint8Array(length),
    };
  }

  handle(event: SwitchboardEvent): void {
    for (const action of this.board.handle(event, this.env())) {
      if (action.type !== "ask directory") {
        this.outputs.push(action);
        this.#carryOut(action);
      } else {
        this.requested.push(action.request);
        this.#requests.push(action.request);
        if (!this.held) this.settle();
      }
    }
  }

  /** Lets the directory handle its next request; false where there is none. */
  handleRequest(): boolean {
    const request = this.#requests.shift();
    if (request === undefined) return false;
    const answer = this.directory.handle(request);
    if (answer !== undefined) this.#answers.push(answer);
    return true;
  }

  /** Lets the switchboard hear the next answer; false where there is none. */
  hearAnswer(): boolean {
    const answer = this.#answers.shift();
    if (answer === undefined) return false;
    this.handle(answer);
    return true;
  }

  /** Until nothing is on its way to or from the directory. */
  settle(): void {
    while (this.handleRequest() || this.hearAnswer());
  }

  #carryOut(output: Output): void {
    switch (output.type) {
      case "send":
        this.#received.get(output.connection)?.push(...framesOf(output.run));
        break;
      case "close":
        this.#received.get(output.connection)?.push({ type: "closed", reason: output.reason });
        break;
      case "store":
        for (const next of this.storing ? output.ifStored : output.ifNot) this.#carryOut(next);
        break;
    }
  }
}
