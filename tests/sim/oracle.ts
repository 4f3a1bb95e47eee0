/**
 * What must hold, whatever happens: rules about people, chats and messages, as plain as they can
 * be written, by somebody who knows nothing of machines, frames or sockets.
 *
 * It is told what each user did and saw, what the server's log says, and what the disk has. The
 * first rule that is broken is kept.
 */

import type { ClientId, HistoryResp, SessionId } from "../../lib/codec/mod.ts";
import type { ServerNote } from "../../lib/server/mod.ts";
import type { Written } from "./world/disk.ts";

/** A device on which somebody uses Parley, from one start of the program to its end. */
export type DeviceName = string;

interface Message {
  readonly text: string;
  readonly sessionId: SessionId;
  readonly from: ClientId;
  readonly to: ClientId;
  stored: boolean;
  delivered: boolean;
  refused: boolean;
}

/** What one device shows. */
interface View {
  readonly clientId: ClientId;
  chat: { readonly sessionId: SessionId; readonly peer: ClientId } | undefined;
  /** Chats that it has seen on its present connection. */
  readonly seen: Set<SessionId>;
}

interface Session {
  readonly between: readonly [ClientId, ClientId];
  /** Number of the last message that was delivered, by sender. */
  readonly delivered: Map<ClientId, number>;
  readonly stored: Message[];
}

/** Judges a world. */
export class Oracle {
  readonly #messages = new Map<string, Message>();
  readonly #sessions = new Map<SessionId, Session>();
  readonly #views = new Map<DeviceName, View>();
  /** In the order of the disk, by pair. */
  readonly #history = new Map<string, Written[]>();
  readonly #textOf: (bytes: Uint8Array) => string;
  /** By the server's word: who is connected, and in which chat. */
  readonly #online = new Map<ClientId, SessionId | undefined>();
  /** The first rule that was broken. */
  broken: string | undefined;
  /** How often each thing happened, to show that a rule had something to judge. */
  readonly counts = { chats: 0, stored: 0, delivered: 0, refused: 0, histories: 0 };

  constructor(textOf: (bytes: Uint8Array) => string) {
    this.#textOf = textOf;
  }

  /** Notes that `rule` is broken, unless it `holds`. */
  demand(holds: boolean, rule: string): void {
    if (!holds) this.broken ??= rule;
  }

  // What people do and see.

  starts(device: DeviceName, clientId: ClientId): void {
    this.#views.set(device, { clientId, chat: undefined, seen: new Set() });
  }

  /** The program on the device was killed: it shows nothing any more. */
  dies(device: DeviceName): void {
    this.#views.delete(device);
  }

  says(from: ClientId, to: ClientId, sessionId: SessionId, text: string): void {
    const message = { text, sessionId, from, to, stored: false, delivered: false, refused: false };
    this.#messages.set(text, message);
  }

  /** The sender was told that its message is safe. */
  receipted(text: string): void {
    this.demand(this.#messages.get(text)!.stored, `"${text}" has a receipt, and is not stored`);
  }

  /** The sender was told that its message did not get anywhere. */
  refused(text: string): void {
    const message = this.#messages.get(text)!;
    message.refused = true;
    this.counts.refused++;
    this.demand(!message.stored, `"${text}" was refused, and is stored`);
  }

  chatStarts(device: DeviceName, sessionId: SessionId, peer: ClientId): void {
    const view = this.#views.get(device)!;
    const { clientId } = view;
    this.demand(view.chat === undefined, `${device} is in two chats`);
    for (const earlier of view.seen) this.#heardAll(view, earlier);
    view.chat = { sessionId, peer };
    view.seen.add(sessionId);
    const between = this.#sessions.get(sessionId)?.between;
    this.demand(
      between !== undefined && between.includes(clientId) && between.includes(peer) &&
        clientId !== peer,
      `${device} is in chat ${sessionId} with ${peer}, which is another's or nobody's`,
    );
  }

  chatEnds(device: DeviceName, sessionId: SessionId): void {
    const view = this.#views.get(device)!;
    this.demand(
      view.chat?.sessionId === sessionId,
      `${device} sees the end of chat ${sessionId}, which it is not in`,
    );
    view.chat = undefined;
  }

  /** What a chat was, and all that it had not heard, is lost with the connection. */
  loggedOff(device: DeviceName): void {
    const view = this.#views.get(device)!;
    this.demand(view.chat === undefined, `${device} is logged off, and still in a chat`);
    view.seen.clear();
  }

  hears(
    device: DeviceName,
    sessionId: SessionId,
    from: ClientId,
    number: number,
    text: string,
  ): void {
    const { clientId } = this.#views.get(device)!;
    const message = this.#messages.get(text);
    if (message === undefined) return this.demand(false, `${device} hears what nobody said`);
    const what = `${device} hears "${text}" of ${message.from} to ${message.to}`;
    this.demand(
      message.to === clientId && message.from === from && message.sessionId === sessionId,
      `${what} in chat ${message.sessionId} as of ${from} in chat ${sessionId}`,
    );
    this.demand(!message.delivered, `${what} twice`);
    this.demand(message.stored, `${what} before it is stored`);
    const { delivered } = this.#sessions.get(message.sessionId)!;
    this.demand((delivered.get(from) ?? 0) < number, `${what} out of order`);
    delivered.set(from, number);
    message.delivered = true;
    this.counts.delivered++;
  }

  /** A history was shown, whole: `newest` is how long it was when it was asked for. */
  recalls(
    self: ClientId,
    other: ClientId,
    { last, before }: { last: number; before: number },
    newest: number,
    shown: readonly HistoryResp[],
  ): void {
    const kept = this.#history.get(pairKey(self, other)) ?? [];
    this.counts.histories++;
    for (const { position, sessionId, number, sender, text } of shown) {
      const entry = kept[position - 1];
      this.demand(
        entry !== undefined && entry.sessionId === sessionId && entry.number === number &&
          entry.from === sender && this.#textOf(entry.text) === this.#textOf(text),
        `${self} recalls message ${position} with ${other}, which is not in their history`,
      );
    }
    const positions = shown.map(({ position }) => position);
    let matches = false;
    for (let length = newest; length <= kept.length && !matches; length++) {
      const end = before === 0 ? length : Math.min(length, before - 1);
      const first = last === 0 ? 1 : Math.max(1, end - last + 1);
      matches = positions.length === Math.max(0, end - first + 1) &&
        positions.every((position, index) => position === first + index);
    }
    this.demand(
      matches,
      `${self} recalls ${positions} of ${newest} to ${kept.length} with ${other} ` +
        `(last ${last}, before ${before})`,
    );
  }

  /** Who is with `clientId` in a chat that has begun; undefined where it is none of its own. */
  peerIn(sessionId: SessionId, clientId: ClientId): ClientId | undefined {
    const between: readonly ClientId[] = this.#sessions.get(sessionId)?.between ?? [];
    return between.includes(clientId) ? between.find((member) => member !== clientId) : undefined;
  }

  /** All session-IDs that were given out. */
  get sessionIds(): SessionId[] {
    return [...this.#sessions.keys()];
  }

  // What the disk has.

  /** How many messages of two clients are stored. */
  historyLength(a: ClientId, b: ClientId): number {
    return this.#history.get(pairKey(a, b))?.length ?? 0;
  }

  stores(written: Written): void {
    const { sessionId, from, to } = written;
    const text = this.#textOf(written.text);
    const message = this.#messages.get(text);
    if (message === undefined) return this.demand(false, `the disk has what nobody said: ${text}`);
    this.demand(!message.stored, `"${text}" is stored twice`);
    this.demand(!message.refused, `"${text}" was refused, and is stored after that`);
    this.demand(
      message.sessionId === sessionId && message.from === from && message.to === to,
      `"${text}" is stored as of ${from} to ${to} in chat ${sessionId}`,
    );
    message.stored = true;
    this.counts.stored++;
    this.#sessions.get(sessionId)?.stored.push(message);
    const key = pairKey(from, to);
    const kept = this.#history.get(key) ?? [];
    kept.push(written);
    this.#history.set(key, kept);
  }

  // What the server's log says.

  notes(note: ServerNote, honest: (clientId: ClientId) => boolean): void {
    switch (note.type) {
      case "connected":
        this.demand(!this.#online.has(note.clientId), `${note.clientId} is connected twice`);
        this.#online.set(note.clientId, undefined);
        break;
      case "disconnected":
        this.demand(
          this.#online.has(note.clientId) && this.#online.get(note.clientId) === undefined,
          `${note.clientId} leaves a chat with one member behind, or leaves twice`,
        );
        this.#online.delete(note.clientId);
        break;
      case "chat started":
        this.#chatStarted(note.sessionId, note.between);
        break;
      case "chat ended":
        for (const [clientId, sessionId] of this.#online) {
          if (sessionId === note.sessionId) this.#online.set(clientId, undefined);
        }
        break;
      case "protocol error":
        this.demand(!honest(note.clientId), `the honest ${note.clientId} ${note.message}`);
        break;
      case "internal error":
        this.demand(false, `a defect of the server: ${note.message}`);
        break;
    }
  }

  /** The server sent a message to `clientId`, whether it is honest and tells of it, or not. */
  sends(clientId: string, bytes: Uint8Array, recalled: boolean): void {
    const text = this.#textOf(bytes);
    const message = this.#messages.get(text);
    this.demand(
      message !== undefined &&
        (message.to === clientId || (recalled && message.from === clientId)),
      `the server sends "${text}" to ${clientId}, which it is not for`,
    );
  }

  /** The server is gone, and with it who was connected. */
  serverGone(): void {
    this.#online.clear();
  }

  // In the end, when everything on its way has arrived.

  /** Whoever is still connected has heard all that was said to it. */
  settled(): void {
    for (const view of this.#views.values()) {
      for (const sessionId of view.seen) this.#heardAll(view, sessionId);
    }
  }

  /** Everything stored in a chat was delivered to its member, whose connection never broke. */
  #heardAll({ clientId }: View, sessionId: SessionId): void {
    for (const { text, to, delivered } of this.#sessions.get(sessionId)?.stored ?? []) {
      this.demand(to !== clientId || delivered, `"${text}" is stored, and ${to} never heard it`);
    }
  }

  #chatStarted(sessionId: SessionId, between: readonly [ClientId, ClientId]): void {
    this.demand(!this.#sessions.has(sessionId), `session-ID ${sessionId} is used again`);
    this.#sessions.set(sessionId, { between, delivered: new Map(), stored: [] });
    this.counts.chats++;
    for (const clientId of between) {
      this.demand(this.#online.has(clientId), `${clientId} is in a chat, and not connected`);
      this.demand(this.#online.get(clientId) === undefined, `${clientId} is in two chats`);
      this.#online.set(clientId, sessionId);
    }
  }
}

function pairKey(a: ClientId, b: ClientId): string {
  return [a, b].sort().join(" ");
}
