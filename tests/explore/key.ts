/**
 * What a state is known by: two states of one key have the same futures, but for names.
 *
 * What is left out of the key, and why nothing to come depends on it:
 * - Which numbers connections and session-IDs have. The machines compare them for equality alone,
 *   so they are named anew in the order in which this file comes across them.
 * - Which client is which. The machines treat all alike, so that the key under one order of the
 *   clients stands for all of them: an order by what is to be seen of each without any names, and
 *   where that leaves a choice, the one with the least key.
 * - A session among a member's `previous` of which its client can send no more frame: none is on
 *   its way up, its client is not in that chat and has no CHAT_STARTED of it to come. `previous`
 *   is asked only about the session of a frame that arrived. That it forgets the ninth (clause
 *   9.11) is not among the states: the explorer goes no way on which eight chats of a client pass
 *   while one frame of it is on its way, unless that way is the shortest to where it leads.
 * - A client's `previous` when no CHAT of it can come any more: none is on its way down, and the
 *   switchboard has no one in that chat. It is asked only about the session of a CHAT that arrived.
 * - The chats of the oracle that are over and that no program and no frame knows.
 * - What is on its way up on a connection that the server has closed (the switchboard finds
 *   members by connections, whose numbers never come again), and down to a client that is Offline
 *   (its driver lets nothing of an ended connection reach the machine); the world drops it.
 * - Texts, whom a user asked for, and the peers in `previous`: the oracle holds them to be what the other fields say.
 * - Strikes, of which there are none, and the times of a clock that stands still.
 */

import type { ClientId, SessionId } from "../../lib/codec/mod.ts";
import type { ConnectionId, DirectoryAnswer, DirectoryRequest } from "../../lib/session/mod.ts";
import { directoryOf, membersOf } from "./contents.ts";
import type { Process, State } from "./state.ts";

/** The key of a state, the same for every renaming of what has only a name. */
export function keyOf(state: State, clients: readonly ClientId[]): string {
  const facts = new Facts(state);
  let least: string | undefined;
  for (const order of facts.orders(clients)) {
    const key = new Spelling(facts, order).key;
    if (least === undefined || key < least) least = key;
  }
  return least!;
}

/** What all spellings of a state need to know of it. */
class Facts {
  readonly members: ReturnType<typeof membersOf>;
  readonly directory: ReturnType<typeof directoryOf>;
  /** Sessions that the switchboard has somebody in. */
  readonly on = new Set<SessionId>();

  constructor(readonly state: State) {
    this.members = membersOf(state);
    this.directory = directoryOf(state);
    for (const { state } of this.members.values()) {
      if (state.name === "In Chat") this.on.add(state.sessionId);
    }
  }

  /** The orders of `clients` that go by their looks. */
  orders(clients: readonly ClientId[]): readonly (readonly ClientId[])[] {
    const looks = clients.map((clientId) => ({ clientId, look: this.#look(clientId) }));
    const groups = new Map<string, ClientId[]>();
    for (const { clientId, look } of looks) {
      const group = groups.get(look);
      if (group === undefined) groups.set(look, [clientId]);
      else group.push(clientId);
    }
    let orders: ClientId[][] = [[]];
    for (const look of [...groups.keys()].sort()) {
      const ways = permutations(groups.get(look)!);
      orders = orders.flatMap((order) => ways.map((way) => [...order, ...way]));
    }
    return orders;
  }

  /** What is to be seen of a client without naming anybody or anything. */
  #look(clientId: ClientId): string {
    const member = this.members.get(clientId);
    let look = member === undefined ? "" : INITIALS[member.state.name]!;
    for (const { clientId: whose, state, held, up, down } of this.state.processes) {
      if (whose !== clientId) continue;
      look += (held ? "!" : "?") + INITIALS[state.name];
      for (const { type } of up) look += INITIALS[type];
      look += "v";
      for (const { type } of down) look += INITIALS[type];
    }
    return look;
  }
}

/** A state spelt for one order of the clients. */
class Spelling {
  key = "";
  readonly #facts: Facts;
  readonly #clients: readonly ClientId[];
  readonly #connections: ConnectionId[] = [];
  readonly #sessions: SessionId[] = [];

  constructor(facts: Facts, clients: readonly ClientId[]) {
    this.#facts = facts;
    this.#clients = clients;
    const { state } = facts;
    for (const clientId of clients) {
      this.key += "|";
      for (const process of state.processes) {
        if (process.clientId === clientId) this.#process(process);
      }
      this.#member(clientId);
      this.#presence(clientId);
    }
    for (const request of state.requests) this.#traffic(request);
    this.key += "/";
    for (const answer of state.answers) this.#traffic(answer);
    this.#chats();
  }

  #process({ connection, held, state, up, down, unanswered }: Process): void {
    this.key += `${held ? "!" : "?"}${this.#connection(connection)}${INITIALS[state.name]}`;
    if (state.name === "Active Chat") {
      const { sessionId, peer, requested, sent } = state;
      this.key += `${this.#session(sessionId)}${this.#client(peer)}${sent}${
        this.#client(requested)
      }`;
    } else if (state.name === "Wait for CHAT_STARTED") {
      this.key += this.#client(state.requested);
    }
    if ("previous" in state && state.previous !== undefined) {
      const { sessionId } = state.previous;
      const names = (item: { readonly type: string }): boolean =>
        item.type === "CHAT" && (item as { sessionId?: SessionId }).sessionId === sessionId;
      if (this.#facts.on.has(sessionId) || down.some(names)) {
        this.key += `p${this.#session(sessionId)}`;
      }
    }
    for (const item of up) this.#item("^", item);
    for (const item of down) this.#item("v", item);
    for (const { sessionId, number } of unanswered) {
      this.key += `u${this.#session(sessionId)}${number}`;
    }
  }

  #item(way: string, item: Process["up"][number] | Process["down"][number]): void {
    this.key += way + INITIALS[item.type];
    if ("reason" in item) this.key += item.reason;
    if ("sessionId" in item) this.key += this.#session(item.sessionId);
    if ("number" in item) this.key += item.number;
    if ("clientId" in item) this.key += this.#client(item.clientId);
  }

  #member(clientId: ClientId): void {
    const member = this.#facts.members.get(clientId);
    if (member === undefined) return;
    const { connection, state } = member;
    this.key += `m${this.#connection(connection)}${INITIALS[state.name]}`;
    if (state.name === "Gone") return;
    if (state.name === "Pairing") this.key += this.#client(state.requested);
    if (state.name === "In Chat") {
      const { sessionId, peer, peerConnection, taken } = state;
      this.key += `${this.#session(sessionId)}${this.#client(peer)}`;
      this.key += `${this.#connection(peerConnection)}${taken}`;
    }
    const process = this.#facts.state.processes.find((one) => one.connection === connection);
    const late = state.previous.filter((sessionId) => process && maySpeakOf(process, sessionId));
    this.key += `p${late.map((sessionId) => this.#session(sessionId)).sort().join("")}`;
  }

  #presence(clientId: ClientId): void {
    const { online, session } = this.#facts.directory;
    const presence = online.get(clientId);
    if (presence !== undefined) this.key += `o${this.#connection(presence.connection)}`;
    const sessionId = session.get(clientId);
    if (sessionId !== undefined) this.key += `s${this.#session(sessionId)}`;
  }

  #traffic(item: DirectoryRequest | DirectoryAnswer): void {
    this.key += item.type[0];
    if ("who" in item) this.#whole(item.who);
    if ("from" in item) this.#whole(item.from);
    if ("sessionId" in item) this.key += this.#session(item.sessionId);
    if (!("to" in item)) return;
    if (typeof item.to === "string") this.key += this.#client(item.to);
    else this.#whole(item.to);
  }

  #whole({ clientId, connection }: { clientId: ClientId; connection: ConnectionId }): void {
    this.key += this.#client(clientId) + this.#connection(connection);
  }

  /** By then all sessions that matter have their names. */
  #chats(): void {
    const { state, directory } = this.#facts;
    const parts: string[] = [];
    for (const { sessionId, over, members } of state.chats) {
      const all = members.map(({ clientId, connection, stored, shown }) =>
        this.#client(clientId) + this.#connection(connection) + stored.join("") + "," + shown
      );
      parts.push(this.#session(sessionId) + (over ? "x" : "=") + all.sort().join("&"));
    }
    for (const [sessionId, clients] of directory.chats) {
      const all = clients.map((clientId) => this.#client(clientId));
      parts.push(`${this.#session(sessionId)}d${all.sort().join("")}`);
    }
    this.key += `;${parts.sort().join(" ")}`;
  }

  #client(clientId: ClientId | undefined): string {
    if (clientId === undefined) return "-";
    const index = this.#clients.indexOf(clientId);
    return index < 0 ? "Z" : String.fromCharCode(65 + index);
  }

  #connection(connection: ConnectionId): string {
    return `#${place(this.#connections, connection)}`;
  }

  #session(sessionId: SessionId): string {
    return `@${place(this.#sessions, sessionId)}`;
  }
}

/** Short for the names of states and frames. */
const INITIALS: Readonly<Record<string, string>> = {
  "Offline": "O",
  "Connecting": "L",
  "Connected": "C",
  "Wait for CHAT_STARTED": "W",
  "Active Chat": "A",
  "Pairing": "P",
  "In Chat": "I",
  "Gone": "G",
  "CONNECTED": "k",
  "CHAT_REQUEST": "q",
  "CHAT_STARTED": "b",
  "UNREACHABLE": "n",
  "END_REQUEST": "e",
  "END_NOTIF": "f",
  "CHAT": "c",
  "RECEIPT": "r",
  "REFUSED": "x",
  "lost": "l",
  "closed": "z",
};

/** Whether a frame of that session may still arrive from this program. */
function maySpeakOf({ state, up, down }: Process, sessionId: SessionId): boolean {
  const names = (item: { readonly type: string }): boolean =>
    (item as { sessionId?: SessionId }).sessionId === sessionId;
  return (state.name === "Active Chat" && state.sessionId === sessionId) || up.some(names) ||
    (state.name !== "Offline" &&
      down.some((item) => item.type === "CHAT_STARTED" && names(item)));
}

function place<Item>(items: Item[], item: Item): number {
  const index = items.indexOf(item);
  return index >= 0 ? index : items.push(item) - 1;
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((first) =>
    permutations(items.filter((item) => item !== first)).map((others) => [first, ...others])
  );
}
