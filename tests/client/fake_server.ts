/**
 * A server that a test plays: logins as they should be unless told otherwise, then whatever the
 * test says on the TCP connection.
 */

import {
  type Datagram,
  decodeDatagram,
  encodeDatagram,
  type Frame,
  KEY_ID_LENGTH,
} from "../../lib/codec/mod.ts";
import { toHex } from "../hex.ts";
import { type Grant, LoginDesk, SERVER_LIMITS } from "../../lib/session/mod.ts";
import { type Endpoint, type Link, TcpListener, UdpSocket } from "../../lib/transport/mod.ts";
import { randomBytes } from "../server/raw_client.ts";
import { secretOf } from "../server/rig.ts";
import { Inbox } from "../server/waiting.ts";

/** What a test may have a fake server do differently. */
export interface Tricks {
  /** Comes before the reply to a datagram; false keeps the reply back. */
  readonly instead?: (datagram: Datagram, reply: (datagram: Datagram) => void) => boolean;
  /** The port that AUTH_SUCCESS names, if not the one it listens on. */
  readonly port?: number;
}

/** The server's end of a client's connection. */
export class FakeConnection {
  readonly frames = new Inbox<Frame>();
  /** Resolves when the client's stream has ended. */
  readonly ended: Promise<void>;

  constructor(readonly link: Link, keysFor: (keyId: Uint8Array) => Grant["keys"]) {
    this.ended = this.#read(keysFor);
  }

  send(...frames: Frame[]): void {
    for (const frame of frames) this.link.send(frame);
    this.link.flush();
  }

  /** The next frame of this type. */
  next<T extends Frame["type"]>(type: T): Promise<Extract<Frame, { type: T }>> {
    return this.frames.take(
      `${type} from the client`,
      (frame): frame is Extract<Frame, { type: T }> => frame.type === type,
    );
  }

  async #read(keysFor: (keyId: Uint8Array) => Grant["keys"]): Promise<void> {
    while (await this.link.read()) {
      if (!this.link.keyed) {
        const keyId = this.link.takeClear(KEY_ID_LENGTH);
        if (keyId === undefined) continue;
        const keys = keysFor(keyId);
        this.link.useKeys(keys.serverToClient, keys.clientToServer);
      }
      for (let frames = this.link.nextFrames(); frames; frames = this.link.nextFrames()) {
        for (const frame of frames) this.frames.put(frame);
      }
    }
    await this.link.finish();
  }
}

/** A running fake server. */
export class FakeServer implements AsyncDisposable {
  readonly #udp = new UdpSocket("127.0.0.1", 0);
  readonly #tcp = new TcpListener("127.0.0.1", 0);
  readonly #grants = new Map<string, Grant>();
  readonly #connections = new Inbox<FakeConnection>();
  readonly #serving: Promise<unknown>;
  /** Datagrams that came. */
  readonly datagrams = new Inbox<Datagram>();

  constructor({ instead = () => true, port = this.#tcp.local.port }: Tricks = {}) {
    const env = () => ({ now: performance.now(), date: Date.now(), random: randomBytes });
    const desk = new LoginDesk(SERVER_LIMITS, port, secretOf, env());
    const receive = (bytes: Uint8Array, from: Endpoint): void => {
      const datagram = decodeDatagram(bytes);
      const reply = (reply: Datagram): void => void this.#udp.send(encodeDatagram(reply), from);
      this.datagrams.put(datagram);
      if (!instead(datagram, reply)) return;
      for (const action of desk.handle(datagram, "client", env())) {
        if (action.type === "reply") reply(action.datagram);
        if (action.type === "grant") this.#grants.set(toHex(action.grant.keys.keyId), action.grant);
      }
    };
    this.#serving = Promise.all([
      this.#udp.receiveAll(receive),
      this.#tcp.acceptAll((link) =>
        this.#connections.put(
          new FakeConnection(link, (keyId) => this.#grants.get(toHex(keyId))!.keys),
        )
      ),
    ]);
  }

  get address(): Endpoint {
    return this.#udp.local;
  }

  get port(): number {
    return this.#tcp.local.port;
  }

  /** Resolves when a `type` has come from the client. */
  async received(type: Datagram["type"]): Promise<void> {
    await this.datagrams.take(type, (datagram) => datagram.type === type);
  }

  /** The next connection, before anything was said on it. */
  accept(): Promise<FakeConnection> {
    return this.#connections.take("a connection", () => true);
  }

  /** The next connection, CONNECTED. */
  async connected(): Promise<FakeConnection> {
    const connection = await this.accept();
    await connection.next("CONNECT");
    connection.send({ type: "CONNECTED" });
    return connection;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#udp.close();
    this.#tcp.close();
    for (const { link, ended } of this.#connections.all) {
      link.close();
      await ended;
    }
    await this.#serving;
  }
}
