/**
 * The switchboard: all connected clients, as one reducer (docs/protocol.md, clauses 9 to 12).
 *
 * Everything that happens to anybody comes through here one at a time, so every crossing of two
 * clients' actions has exactly one outcome. It knows no sockets, no clock and no database.
 */

import type { ClientId, ClosingReason, Run, SessionId } from "../../codec/mod.ts";
import { Silence } from "../keepalive.ts";
import type { ServerLimits } from "../limits.ts";
import { step } from "../machine.ts";
import { MEMBER_TABLE } from "./chat_phase.ts";
import type { DirectoryAnswer, DirectoryRequest, Presence } from "./directory.ts";
import type { MemberAction, MemberContext, MemberEvent, MemberState } from "./member.ts";
import type { ConnectionId, Env, Note, Output } from "./types.ts";

/** What the switchboard is told. */
export type SwitchboardEvent =
  | { readonly type: "connected"; readonly connection: ConnectionId; readonly clientId: ClientId }
  | { readonly type: "run"; readonly connection: ConnectionId; readonly run: Run }
  | { readonly type: "lost"; readonly connection: ConnectionId }
  /** It did what no client should, in a way that only the driver can see. */
  | { readonly type: "misbehaved"; readonly connection: ConnectionId; readonly message: string }
  | { readonly type: "revoked"; readonly clientId: ClientId }
  | { readonly type: "shutting down" }
  | { readonly type: "tick" }
  | DirectoryAnswer;

/** What it wants done, in this order. */
export type SwitchboardAction =
  | Output
  | { readonly type: "ask directory"; readonly request: DirectoryRequest };

type Departure = Extract<Note, { type: "disconnected" }>["why"];

/** A connected client. */
interface Member {
  readonly clientId: ClientId;
  readonly connection: ConnectionId;
  state: MemberState;
  readonly silence: Silence;
  /** When it last did anything but show that it is alive. */
  activeAt: number;
  strikes: number;
}

/** All connected clients and their chats. */
export class Switchboard {
  readonly #members = new Map<ClientId, Member>();
  readonly #byConnection = new Map<ConnectionId, Member>();

  constructor(readonly limits: ServerLimits) {}

  /** How many clients are connected. */
  get size(): number {
    return this.#members.size;
  }

  /** Where a client stands, if it is connected. */
  stateOf(clientId: ClientId): MemberState | undefined {
    return this.#members.get(clientId)?.state;
  }

  /** What `event` leads to. */
  handle(event: SwitchboardEvent, env: Env): SwitchboardAction[] {
    const actions: SwitchboardAction[] = [];
    switch (event.type) {
      case "connected":
        this.#connect(event.clientId, event.connection, env, actions);
        break;
      case "run":
        this.#run(event.connection, event.run, env, actions);
        break;
      case "lost":
        this.#part(this.#byConnection.get(event.connection), "connection closed", env, actions);
        break;
      case "misbehaved": {
        const member = this.#byConnection.get(event.connection);
        if (member !== undefined) this.#strike(member, event.message, 1, env, actions);
        break;
      }
      case "revoked":
        this.#part(this.#members.get(event.clientId), "revoked", env, actions);
        break;
      case "shutting down":
        for (const member of this.#members.values()) {
          this.#part(member, "shutting_down", env, actions);
        }
        break;
      case "tick":
        for (const member of this.#members.values()) this.#tick(member, env, actions);
        break;
      case "paired":
        this.#pair(event.sessionId, event.from, event.to, env, actions);
        break;
      case "unavailable":
        this.#unavailable(event.from, event.to, env, actions);
        break;
    }
    return actions;
  }

  #connect(
    clientId: ClientId,
    connection: ConnectionId,
    env: Env,
    actions: SwitchboardAction[],
  ): void {
    this.#part(this.#members.get(clientId), "logged_on_elsewhere", env, actions);
    const member: Member = {
      clientId,
      connection,
      state: { name: "Connected", previous: [] },
      silence: new Silence(env.now),
      activeAt: env.now,
      strikes: 0,
    };
    this.#members.set(clientId, member);
    this.#byConnection.set(connection, member);
    actions.push(
      { type: "ask directory", request: { type: "join", who: { clientId, connection } } },
      { type: "send", connection, run: { type: "CONNECTED" } },
      { type: "note", note: { type: "connected", clientId } },
    );
  }

  #run(
    connection: ConnectionId,
    run: Run,
    env: Env,
    actions: SwitchboardAction[],
  ): void {
    const member = this.#byConnection.get(connection);
    if (member === undefined) return;
    member.silence.end(env.now);
    if (run.type !== "PING" && run.type !== "PONG") member.activeAt = env.now;
    if (!this.#step(member, run, env, actions)) {
      this.#strike(member, `${run.type} from a client`, 1, env, actions);
    }
  }

  /** Both learn of their chat; where one has gone meanwhile, or connected anew, there is none. */
  #pair(
    sessionId: SessionId,
    from: Presence,
    to: Presence,
    env: Env,
    actions: SwitchboardAction[],
  ): void {
    const asking = this.#byConnection.get(from.connection);
    const asked = this.#byConnection.get(to.connection);
    if (asking === undefined || asked === undefined) {
      actions.push({ type: "ask directory", request: { type: "release", sessionId } });
      this.#unavailable(from, to.clientId, env, actions);
      return;
    }
    const between = [from.clientId, to.clientId] as const;
    actions.push({ type: "note", note: { type: "chat started", sessionId, between } });
    for (const [member, { clientId, connection }] of [[asking, asked], [asked, asking]] as const) {
      const peer = { peer: clientId, peerConnection: connection };
      this.#step(member, { type: "paired", sessionId, ...peer }, env, actions);
    }
  }

  #unavailable(from: Presence, to: ClientId, env: Env, actions: SwitchboardAction[]): void {
    const asking = this.#byConnection.get(from.connection);
    if (asking === undefined) return;
    this.#step(asking, { type: "unavailable", clientId: to }, env, actions);
  }

  #tick(member: Member, env: Env, actions: SwitchboardAction[]): void {
    if (member.state.name === "In Chat") member.activeAt = env.now;
    const silence = member.silence.judge(env.now, this.limits.keepalive);
    if (silence === "dead") {
      this.#part(member, "silent", env, actions);
    } else if (env.now - member.activeAt >= this.limits.idleTimeout) {
      this.#part(member, "idle", env, actions);
    } else if (silence === "ping") {
      const { connection } = member;
      actions.push({ type: "send", connection, run: { type: "PING", token: 0 } });
    }
  }

  #tell(clientId: ClientId, event: MemberEvent, env: Env, actions: SwitchboardAction[]): void {
    const member = this.#members.get(clientId);
    if (member !== undefined) this.#step(member, event, env, actions);
  }

  /** Steps one client's machine; false where its state does not list the event. */
  #step(member: Member, event: MemberEvent | Run, env: Env, out: SwitchboardAction[]): boolean {
    const { clientId, connection } = member;
    const context: MemberContext = { clientId, connection, date: env.date };
    const after = step<MemberState, MemberEvent, MemberAction, MemberContext>(
      MEMBER_TABLE,
      member.state,
      event as MemberEvent,
      context,
    );
    if (after === undefined) return false;
    member.state = after.state;
    for (const action of after.actions) {
      if (action.type === "tell") this.#tell(action.clientId, action.event, env, out);
      else if (action.type !== "strike") out.push(action);
      else this.#strike(member, action.message, action.count, env, out);
    }
    return true;
  }

  #strike(
    member: Member,
    message: string,
    count: number,
    env: Env,
    actions: SwitchboardAction[],
  ): void {
    const { clientId } = member;
    if (member.strikes === 0) {
      actions.push({ type: "note", note: { type: "protocol error", clientId, message } });
    }
    member.strikes += count;
    if (member.strikes >= this.limits.maxStrikes) {
      this.#part(member, "protocol_error", env, actions);
    }
  }

  /** Ends a client's presence; its peer, if it has one, hears of it at once. */
  #part(
    member: Member | undefined,
    why: Departure,
    env: Env,
    actions: SwitchboardAction[],
  ): void {
    if (member === undefined || member.state.name === "Gone") return;
    const { clientId, connection } = member;
    this.#members.delete(clientId);
    this.#byConnection.delete(connection);
    this.#step(member, { type: "leaves" }, env, actions);
    const reason = why === "connection closed" || why === "silent" ? undefined : why;
    actions.push(
      { type: "close", connection, reason: reason satisfies ClosingReason | undefined },
      { type: "note", note: { type: "disconnected", clientId, why } },
    );
  }
}
