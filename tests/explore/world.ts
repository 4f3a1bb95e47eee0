/**
 * The real switchboard, the real directory and real client machines, with wires between them.
 *
 * It is laid out from a state, moved by one move or let settle, and read back. Wires keep their
 * order, as TCP does. Time stands still: no timer runs out here. A commit succeeds or fails as the
 * move says, at once: the switchboard does not hear of it, and how long it takes is no more than a
 * longer way to the clients. HISTORY_REQ changes no state and is left out.
 *
 * A connection that breaks is noticed by either end at its own time, or never before the other end
 * is: the client's notice drops what was on its way down, the server's what was on its way up, and
 * what is on its way otherwise may still arrive.
 */

import {
  type ClientId,
  type Frame,
  framesOf,
  runsOf,
  type SessionId,
} from "../../lib/codec/mod.ts";
import {
  CLIENT_LIMITS,
  type ClientContext,
  type ClientEvent,
  type ConnectionId,
  type DirectoryAnswer,
  type DirectoryRequest,
  type Env,
  LocalDirectory,
  type Output,
  SERVER_LIMITS,
  stepClient,
  Switchboard,
  type SwitchboardEvent,
} from "../../lib/session/mod.ts";
import { Opened } from "./opened.ts";
import { must, Oracle, textOf } from "./oracle.ts";
import { isKnownTo, withoutTheGone } from "./process.ts";
import type { Downward, Move, Process, State } from "./state.ts";

const ENV: Env = { now: 0, date: 0, random: (length) => new Uint8Array(length) };
const NO_SECRET = new Uint8Array(16);

/** One world, in one situation at a time. */
export class World {
  readonly #board = new Opened(() => new Switchboard(SERVER_LIMITS));
  readonly #directory = new Opened(() => new LocalDirectory(() => ++this.#lastSession));
  #processes: Process[] = [];
  #requests: DirectoryRequest[] = [];
  #answers: DirectoryAnswer[] = [];
  #oracle = new Oracle([]);
  #lastConnection: ConnectionId = 0;
  #lastSession: SessionId = 0;
  /** Whether commits succeed. */
  #storing = true;

  /** @param late whether the directory handles requests and answers when a move says so */
  constructor(readonly late: boolean) {}

  load(state: State): void {
    this.#board.load(state.board);
    this.#directory.load(state.directory);
    this.#processes = [...state.processes];
    this.#requests = [...state.requests];
    this.#answers = [...state.answers];
    this.#oracle = new Oracle(state.chats);
    this.#lastConnection = state.lastConnection;
    this.#lastSession = state.lastSession;
  }

  save(): State {
    return {
      processes: this.#processes,
      board: this.#board.save(),
      directory: this.#directory.save(),
      requests: this.#requests,
      answers: this.#answers,
      chats: this.#oracle.chats.filter((chat) =>
        !chat.over || isKnownTo(this.#processes, chat.sessionId)
      ),
      lastConnection: this.#lastConnection,
      lastSession: this.#lastSession,
    };
  }

  /** @throws {Violation} where the move breaks what must hold */
  act(move: Move): void {
    switch (move.do) {
      case "connect":
        return this.#connect(move.who);
      case "revoke":
        this.#gone(this.#processes.find((one) => one.clientId === move.who && one.held));
        return this.#server({ type: "revoked", clientId: move.who });
      case "directory":
        return this.#handleRequest();
      case "answer":
        return this.#hearAnswer();
      case "chat":
        return this.#client(move.on, { type: "user types Chat", clientId: move.to });
      case "say": {
        const { clientId, state } = this.#process(move.on);
        const number = state.name === "Active Chat" ? state.sent + 1 : 0;
        const text = textOf(clientId, number);
        return this.#client(move.on, { type: "user types a message", text });
      }
      case "end":
        return this.#client(move.on, { type: "user types End chat" });
      case "log off":
        return this.#client(move.on, { type: "user logs off" });
      case "client notices":
        return this.#client(move.on, { type: "TCP lost" });
      case "server notices":
        this.#update(move.on, { up: [] });
        return this.#lost(move.on);
      case "up":
        return this.#up(move.on);
      case "up, not stored":
        this.#storing = false;
        this.#up(move.on);
        this.#storing = true;
        return;
      case "down":
        return this.#down(move.on);
    }
  }

  /** Lets everything arrive, until nothing is on its way anywhere. */
  settle(): void {
    for (let busy = true; busy;) {
      busy = false;
      for (; this.#requests.length > 0; busy = true) this.#handleRequest();
      for (; this.#answers.length > 0; busy = true) this.#hearAnswer();
      for (const { connection } of this.#processes) {
        for (; this.#find(connection)?.up.length; busy = true) this.#up(connection);
        for (; this.#find(connection)?.down.length; busy = true) this.#down(connection);
      }
    }
  }

  #find(connection: ConnectionId): Process | undefined {
    return this.#processes.find((process) => process.connection === connection);
  }

  #process(connection: ConnectionId): Process {
    return this.#find(connection)!;
  }

  #connect(clientId: ClientId): void {
    const connection = ++this.#lastConnection;
    this.#gone(this.#processes.find((one) => one.clientId === clientId && one.held));
    this.#processes = [...this.#processes, {
      clientId,
      connection,
      state: { name: "Connecting", cookie: NO_SECRET },
      up: [],
      down: [],
      held: true,
      unanswered: [],
      asked: undefined,
    }];
    this.#server({ type: "connected", connection, clientId });
  }

  #up(connection: ConnectionId): void {
    const [first, ...others] = this.#process(connection).up;
    this.#update(connection, { up: others });
    if (first!.type === "lost") return this.#lost(connection);
    if (first!.type === "END_REQUEST") this.#oracle.endRequested(first!.sessionId, connection);
    for (const run of runsOf([first as Frame])) this.#server({ type: "run", connection, run });
  }

  #lost(connection: ConnectionId): void {
    this.#oracle.connectionGone(connection);
    this.#server({ type: "lost", connection });
  }

  #gone(process: Process | undefined): void {
    if (process !== undefined) this.#oracle.connectionGone(process.connection);
  }

  #down(connection: ConnectionId): void {
    const [first, ...others] = this.#process(connection).down;
    this.#update(connection, { down: others });
    if (first!.type !== "closed") return this.#client(connection, first as Frame);
    const { reason } = first as Extract<Downward, { type: "closed" }>;
    this.#client(
      connection,
      reason === undefined ? { type: "TCP lost" } : { type: "CLOSING", reason },
    );
  }

  #client(connection: ConnectionId, event: ClientEvent): void {
    const process = this.#process(connection);
    const { clientId, state } = process;
    const context: ClientContext = { clientId, secret: NO_SECRET, limits: CLIENT_LIMITS };
    const after = stepClient(state, event, context);
    must(after !== undefined, `${clientId} met ${event.type} in ${state.name}, which has no row`);
    const notices = after.actions.flatMap((one) => one.type === "notify" ? [one.notice] : []);
    const { asked, ...answered } = this.#oracle.noticed(process, after.state, notices, event);
    const up = [...process.up];
    const unanswered = [...answered.unanswered];
    for (const action of after.actions) {
      if (action.type === "close TCP") up.push({ type: "lost" });
      if (action.type !== "send") continue;
      up.push(action.frame);
      if (action.frame.type === "CHAT") unanswered.push(action.frame);
    }
    this.#update(connection, { state: after.state, up, unanswered, asked });
  }

  #server(event: SwitchboardEvent): void {
    for (const action of this.#board.machine.handle(event, ENV)) {
      if (action.type !== "ask directory") {
        this.#carryOut(action);
        continue;
      }
      this.#requests = [...this.#requests, action.request];
      if (this.late) continue;
      this.#handleRequest();
      if (this.#answers.length > 0) this.#hearAnswer();
    }
  }

  #handleRequest(): void {
    const [first, ...others] = this.#requests;
    this.#requests = others;
    const answer = this.#directory.machine.handle(first!);
    if (answer !== undefined) this.#answers = [...this.#answers, answer];
  }

  #hearAnswer(): void {
    const [first, ...others] = this.#answers;
    this.#answers = others;
    this.#server(first!);
  }

  #carryOut(output: Output): void {
    switch (output.type) {
      case "send":
        for (const frame of framesOf(output.run)) {
          if (frame.type === "CHAT") this.#oracle.sent(frame, output.connection);
          this.#send(output.connection, frame);
        }
        break;
      case "close":
        must(output.reason !== "protocol_error", "an honest client was closed for its mistakes");
        this.#send(output.connection, { type: "closed", reason: output.reason });
        this.#update(output.connection, { held: false });
        break;
      case "store":
        if (this.#storing) this.#oracle.stored(output.message);
        for (const next of this.#storing ? output.ifStored : output.ifNot) this.#carryOut(next);
        break;
      case "note":
        this.#note(output.note);
        break;
    }
  }

  #note(note: Extract<Output, { type: "note" }>["note"]): void {
    if (note.type === "protocol error") must(false, `an honest client was struck: ${note.message}`);
    if (note.type !== "chat started") return;
    const connectionOf = (clientId: ClientId): ConnectionId | undefined =>
      this.#processes.find((one) => one.clientId === clientId && one.held)?.connection;
    const members = note.between.map((clientId) => ({
      clientId,
      connection: connectionOf(clientId),
    }));
    this.#oracle.started(note.sessionId, members);
  }

  #send(connection: ConnectionId, item: Downward): void {
    const process = this.#find(connection);
    if (process === undefined) return;
    must(process.held, `${item.type} was sent on a connection that is closed`);
    this.#update(connection, { down: [...process.down, item] });
  }

  #update(connection: ConnectionId, change: Partial<Process>): void {
    this.#processes = this.#processes.flatMap((process) =>
      process.connection === connection ? withoutTheGone({ ...process, ...change }) : [process]
    );
  }
}
