/**
 * What a switchboard should do, from the clauses and as plainly as possible: a model to compare with.
 *
 * It covers strikes, sessions that ended lately, silence and idling, and histories that store nothing.
 */

import type { ClientId, Frame, SessionId } from "../../../lib/codec/mod.ts";
import type { ConnectionId } from "../../../lib/session/mod.ts";
import type { Closed } from "../../session/board_rig.ts";

/** Limits small enough to be met. */
export const LIMITS = {
  maxStrikes: 3,
  idleTimeout: 500,
  keepalive: { pingAfter: 100, deadAfter: 300 },
};
/** Sessions that ended lately, of which frames may still come (clause 10). */
const REMEMBERED = 8;

interface ModelMember {
  readonly connection: ConnectionId;
  strikes: number;
  late: SessionId[];
  chat: { readonly id: SessionId; readonly peer: ClientId; taken: number } | undefined;
  heardAt: number;
  activeAt: number;
  pingedAt: number;
}

/** Who should have got what, from the clauses and as plainly as possible. */
export class Model {
  /** Clients that were noted for a protocol error, once for each connection. */
  noted = 0;
  readonly members = new Map<ClientId, ModelMember>();
  readonly got = new Map<ConnectionId, (Frame | Closed)[]>();
  #lastSession = 0;

  connect(who: ClientId, connection: ConnectionId, now: number): void {
    this.part(who, "logged_on_elsewhere");
    this.got.set(connection, [{ type: "CONNECTED" }]);
    this.members.set(who, {
      connection,
      strikes: 0,
      late: [],
      chat: undefined,
      heardAt: now,
      activeAt: now,
      pingedAt: -Infinity,
    });
  }

  part(who: ClientId, reason: Closed["reason"]): void {
    const member = this.members.get(who);
    if (member === undefined) return;
    this.#endChat(who);
    this.#tell(who, { type: "closed", reason });
    this.members.delete(who);
  }

  frame(who: ClientId, frame: Frame, now: number, storing: boolean): void {
    const member = this.members.get(who)!;
    member.heardAt = now;
    if (frame.type !== "PING" && frame.type !== "PONG") member.activeAt = now;
    switch (frame.type) {
      case "CHAT_REQUEST":
        return this.#request(who, frame.clientId);
      case "CHAT":
        return this.#say(who, frame, storing);
      case "END_REQUEST":
        if (member.chat?.id === frame.sessionId) return this.#endChat(who);
        if (!member.late.includes(frame.sessionId)) this.strike(who);
        return;
      case "PING":
        return this.#tell(who, { type: "PONG", token: frame.token });
      case "PONG":
      case "HISTORY_REQ":
        return;
      default:
        return this.strike(who);
    }
  }

  strike(who: ClientId): void {
    const member = this.members.get(who)!;
    if (++member.strikes === 1) this.noted++;
    if (member.strikes >= LIMITS.maxStrikes) this.part(who, "protocol_error");
  }

  tick(now: number): void {
    const { pingAfter, deadAfter } = LIMITS.keepalive;
    for (const [who, member] of this.members) {
      if (member.chat !== undefined) member.activeAt = now;
      const silent = now - member.heardAt;
      const ping = silent < deadAfter &&
        now - Math.max(member.heardAt, member.pingedAt) >= pingAfter;
      if (ping) member.pingedAt = now;
      if (silent >= deadAfter) this.part(who, undefined);
      else if (now - member.activeAt >= LIMITS.idleTimeout) this.part(who, "idle");
      else if (ping) this.#tell(who, { type: "PING", token: 0 });
    }
  }

  #request(who: ClientId, to: ClientId): void {
    const asking = this.members.get(who)!;
    const asked = this.members.get(to);
    if (asking.chat?.peer === to) return;
    if (asked === undefined || asked === asking || asking.chat || asked.chat) {
      return this.#tell(who, { type: "UNREACHABLE", clientId: to });
    }
    const id = ++this.#lastSession;
    asking.chat = { id, peer: to, taken: 0 };
    asked.chat = { id, peer: who, taken: 0 };
    this.#tell(who, { type: "CHAT_STARTED", sessionId: id, clientId: to });
    this.#tell(to, { type: "CHAT_STARTED", sessionId: id, clientId: who });
  }

  #say(who: ClientId, frame: Extract<Frame, { type: "CHAT" }>, storing: boolean): void {
    const { chat, late } = this.members.get(who)!;
    const { sessionId, number } = frame;
    const reason = chat?.id !== sessionId
      ? "not_in_session"
      : number !== chat.taken + 1
      ? "out_of_order"
      : storing
      ? undefined
      : "not_stored";
    if (reason === undefined || reason === "not_stored") chat!.taken++;
    if (reason === undefined) {
      this.#tell(chat!.peer, frame);
      return this.#tell(who, { type: "RECEIPT", sessionId, number });
    }
    this.#tell(who, { type: "REFUSED", sessionId, number, reason });
    if (reason !== "not_stored" && !late.includes(sessionId)) this.strike(who);
  }

  #endChat(who: ClientId): void {
    const member = this.members.get(who)!;
    if (member.chat === undefined) return;
    const { id, peer } = member.chat;
    this.#tell(peer, { type: "END_NOTIF", sessionId: id });
    for (const side of [member, this.members.get(peer)!]) {
      side.chat = undefined;
      side.late = [id, ...side.late].slice(0, REMEMBERED);
    }
  }

  #tell(who: ClientId, item: Frame | Closed): void {
    this.got.get(this.members.get(who)!.connection)!.push(item);
  }
}
