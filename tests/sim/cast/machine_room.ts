/** The server of a world, and whoever sees to it: killed, restarted, its subscribers edited. */

import { type ClientId, describe } from "../../../lib/codec/mod.ts";
import { ChatServer, logLine, type ServerNote, type Traced } from "../../../lib/server/mod.ts";
import type { Process } from "../world/world.ts";
import { SERVER, type Stage } from "./stage.ts";

/** A server that may be up or down. */
export class MachineRoom {
  readonly #stage: Stage;
  #process: Process | undefined;
  #server: ChatServer | undefined;
  #starts = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  get process(): Process | undefined {
    return this.#process;
  }

  get server(): ChatServer | undefined {
    return this.#server;
  }

  /** Starts the server, unless it runs. It may fail, as with a full disk; then it is down. */
  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    const { world, disk, secrets, limits } = this.#stage;
    const process = this.#process = world.start(`server ${++this.#starts}`, SERVER.host);
    await world.act(process, () => {
      ChatServer.start({
        host: SERVER.host,
        udpPort: SERVER.port,
        tcpPort: SERVER.port,
        history: disk.open(process),
        subscribers: { secretOf: (clientId) => secrets.get(clientId) },
        observer: {
          note: (note) => this.#note(note),
          trace: (traced) => this.#trace(traced),
        },
        limits,
      }).then((server) => {
        this.#server = server;
      }, () => {
        if (this.#process === process) this.#process = undefined;
      });
    });
  }

  /** Everything that was not on the disk is lost. */
  kill(how: "killed" | "power cut"): void {
    if (this.#process === undefined) return;
    this.#stage.world.kill(this.#process, how);
    this.#gone();
  }

  /** The server stops in order, if it runs. */
  async stop(): Promise<void> {
    const { world, oracle } = this.#stage;
    const [process, server] = [this.#process, this.#server];
    if (process === undefined || server === undefined) return;
    let closed = false;
    await world.act(process, () => void server.close().then(() => closed = true));
    // Readers who are gone or slow have their time (clause 12.5), and so has a slow disk.
    for (let waited = 0; !closed && waited < 600; waited++) await world.pass(1_000);
    if (this.#process !== process) return;
    oracle.demand(closed, "the server does not stop");
    oracle.demand(world.network.socketsOf(process) === 0, "the server stopped with sockets open");
    oracle.demand(process.timers.size === 0, "the server stopped with timers running");
    this.kill("killed");
  }

  /** The admin changes a secret. */
  async rotate(clientId: ClientId, secret: Uint8Array): Promise<void> {
    this.#stage.secrets.set(clientId, secret);
    if (this.#server === undefined) return;
    await this.#stage.world.act(this.#process!, () => this.#server!.revoke(clientId));
  }

  #gone(): void {
    this.#process = undefined;
    this.#server = undefined;
    this.#stage.oracle.serverGone();
  }

  #trace({ direction, peer, message }: Traced): void {
    this.#stage.say(() => `the server ${direction} ${describe(message)} (${peer})`);
    if (direction === "received") return;
    if (message.type === "CHAT") this.#stage.oracle.sends(peer, message.text, false);
    if (message.type === "HISTORY_RESP") this.#stage.oracle.sends(peer, message.text, true);
  }

  #note(note: ServerNote): void {
    this.#stage.say(() => `the server notes: ${logLine(note)}`);
    this.#stage.oracle.notes(note, (clientId) => this.#stage.honest.has(clientId));
  }
}
