/**
 * Clients and a switchboard with wires between them that carry what they are told to, when they are
 * told to: in order, as TCP does, and as late as a test wants.
 *
 * Every crossing of messages is a choice of which wire to let run first.
 */

import type { ClientId, Frame } from "../../lib/codec/mod.ts";
import type { ClientLimits, ConnectionId, ServerLimits } from "../../lib/session/mod.ts";
import { BoardRig, type Closed } from "./board_rig.ts";
import { ClientRig } from "./client_rig.ts";
import { VirtualClock } from "./clock.ts";
import { clientContext, text } from "./fixtures.ts";

interface Wire {
  readonly connection: ConnectionId;
  readonly up: (Frame | "lost")[];
  readonly down: (Frame | Closed)[];
}

/** A server and its clients. */
export class World {
  readonly clock = new VirtualClock();
  readonly board: BoardRig;
  readonly #clients = new Map<ClientId, ClientRig>();
  readonly #wires = new Map<ClientId, Wire>();

  constructor(
    readonly clientLimits: Partial<ClientLimits> = {},
    serverLimits: Partial<ServerLimits> = {},
  ) {
    this.board = new BoardRig(serverLimits);
  }

  client(clientId: ClientId): ClientRig {
    return this.#clients.get(clientId)!;
  }

  /** `clientId` gets a connection, up to its CONNECTED; an earlier one of its is cut. */
  connect(...clientIds: ClientId[]): void {
    for (const clientId of clientIds) {
      this.cut(clientId);
      const wire: Wire = { connection: this.board.connect(clientId), up: [], down: [] };
      this.#wires.set(clientId, wire);
      const connecting = { name: "Connecting", cookie: new Uint8Array(16) } as const;
      const rig = new ClientRig(
        clientContext(clientId, this.clientLimits),
        this.clock,
        connecting,
        { frame: (frame) => wire.up.push(frame), close: () => wire.up.push("lost") },
      );
      this.#clients.set(clientId, rig);
      this.down(clientId);
    }
  }

  /** The connection of `clientId` breaks: what is on its way is gone, and both ends notice. */
  cut(clientId: ClientId): void {
    const wire = this.#wires.get(clientId);
    if (wire === undefined) return;
    this.#wires.delete(clientId);
    this.board.handle({ type: "lost", connection: wire.connection });
    if (this.client(clientId).state.name !== "Offline") {
      this.client(clientId).handle({ type: "TCP lost" });
    }
  }

  /** Lets `count` messages of `clientId` arrive at the server, or all. */
  up(clientId: ClientId, count = Infinity): void {
    const wire = this.#wires.get(clientId);
    if (wire === undefined) return;
    const { connection } = wire;
    for (const item of wire.up.splice(0, count)) {
      if (item === "lost") this.board.handle({ type: "lost", connection });
      else this.board.sendOn(connection, item);
    }
  }

  /** Lets `count` messages of the server arrive at `clientId`, or all. */
  down(clientId: ClientId, count = Infinity): void {
    const wire = this.#wires.get(clientId);
    if (wire === undefined) return;
    wire.down.push(...this.board.take(clientId, wire.connection));
    for (const item of wire.down.splice(0, count)) this.#receive(this.client(clientId), item);
  }

  /** Lets everything arrive, until nothing is on its way anywhere. */
  settle(): void {
    for (let busy = true; busy;) {
      this.board.settle();
      busy = false;
      for (const [clientId, wire] of this.#wires) {
        wire.down.push(...this.board.take(clientId, wire.connection));
        if (wire.up.length + wire.down.length > 0) busy = true;
        this.up(clientId);
        this.down(clientId);
      }
    }
  }

  /** What `clientId`'s user does. */
  chat(clientId: ClientId, peer: ClientId): void {
    this.client(clientId).handle({ type: "user types Chat", clientId: peer });
  }

  say(clientId: ClientId, words: string): void {
    this.client(clientId).handle({ type: "user types a message", text: text(words) });
  }

  endChat(clientId: ClientId): void {
    this.client(clientId).handle({ type: "user types End chat" });
  }

  logOff(clientId: ClientId): void {
    this.client(clientId).handle({ type: "user logs off" });
  }

  /** How often the user of `clientId` saw such a notice. */
  count(clientId: ClientId, type: string): number {
    return this.client(clientId).notices.filter((notice) => notice.type === type).length;
  }

  #receive(client: ClientRig, item: Frame | Closed): void {
    if (client.state.name === "Offline") return;
    if (item.type !== "closed") client.handle(item);
    else if (item.reason === undefined) client.handle({ type: "TCP lost" });
    else client.handle({ type: "CLOSING", reason: item.reason });
  }
}
