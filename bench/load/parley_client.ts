/**
 * A Parley client that costs as little as it can: the client's own machines log it on and ask for
 * the chat, and from then on it sends and counts, many messages at a time.
 */

import {
  CodecError,
  decodeDatagram,
  encodeDatagram,
  type Frame,
  parseClientId,
  type SessionId,
  textFromString,
} from "../../lib/codec/mod.ts";
import {
  CLIENT_LIMITS,
  type ClientAction,
  type ClientEvent,
  type ClientState,
  stepClient,
} from "../../lib/session/mod.ts";
import { connectTcp, type Endpoint, type Link, UdpSocket } from "../../lib/transport/mod.ts";

/** A client, its log-on done by {@linkcode ParleyClient.logOn}. */
export class ParleyClient {
  readonly id: string;
  readonly #secret: Uint8Array;
  readonly #server: Endpoint;
  #state: ClientState = { name: "Offline" };
  #udp: UdpSocket | undefined;
  #link: Link | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #connected = Promise.withResolvers<void>();
  readonly #chatting = Promise.withResolvers<SessionId>();
  /** Hears how many CHATs have arrived in one read. */
  onChats: (count: number) => void = () => {};

  constructor(id: string, secret: Uint8Array, server: Endpoint) {
    this.id = id;
    this.#secret = secret;
    this.#server = server;
  }

  async logOn(): Promise<void> {
    this.#udp = new UdpSocket("0.0.0.0", 0);
    void this.#udp.receiveAll((bytes) => this.#receiveDatagram(bytes));
    const nc = crypto.getRandomValues(new Uint8Array(16));
    const secretKey = crypto.getRandomValues(new Uint8Array(32));
    this.#dispatch({ type: "user logs on", random: { nc, secretKey, jitter: Math.random() } });
    await this.#connected.promise;
  }

  /** Starts a chat with `peer`, who is connected. */
  async chat(peer: string): Promise<SessionId> {
    this.#dispatch({ type: "user types Chat", clientId: parseClientId(peer) });
    return await this.#chatting.promise;
  }

  /** The session of the chat that the other one starts. */
  async chatted(): Promise<SessionId> {
    return await this.#chatting.promise;
  }

  /** A sender of messages of one text. */
  sender(sessionId: SessionId, size: number): (count: number, coalesce: boolean) => void {
    const link = this.#link!;
    const text = textFromString("x".repeat(size));
    let number = 0;
    return (count, coalesce) => {
      for (let i = 0; i < count; i++) {
        link.send({ type: "CHAT", sessionId, number: ++number, text });
        if (!coalesce) link.flush();
      }
      link.flush();
    };
  }

  close(): void {
    this.#link?.close();
  }

  #receiveDatagram(bytes: Uint8Array): void {
    try {
      this.#dispatch(decodeDatagram(bytes));
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
    }
  }

  #dispatch(event: ClientEvent): void {
    const after = stepClient(this.#state, event, {
      clientId: parseClientId(this.id),
      secret: this.#secret,
      limits: { ...CLIENT_LIMITS, tries: 20 },
    });
    if (after === undefined) return;
    this.#state = after.state;
    for (const action of after.actions) this.#carryOut(action);
  }

  #carryOut(action: ClientAction): void {
    switch (action.type) {
      case "send datagram":
        return void this.#udp?.send(encodeDatagram(action.datagram), this.#server);
      case "open TCP":
        return void this.#openTcp(action);
      case "send":
        this.#link?.send(action.frame);
        return this.#link?.flush();
      case "close TCP":
        return this.#link?.close();
      case "set timer":
        if (action.timer !== "retry") return;
        clearTimeout(this.#retry);
        this.#retry = setTimeout(() => this.#dispatch({ type: "retry timer" }), action.delay);
        return;
      case "clear timer":
        if (action.timer === "retry") clearTimeout(this.#retry);
        return;
      case "notify":
        if (action.notice.type === "connected") this.#connected.resolve();
        if (action.notice.type === "chat started") this.#chatting.resolve(action.notice.sessionId);
        if (action.notice.type === "log-on failed") {
          this.#connected.reject(new Error(`${this.id} cannot log on: ${action.notice.why}`));
        }
    }
  }

  async #openTcp({ port, keys }: Extract<ClientAction, { type: "open TCP" }>): Promise<void> {
    this.#udp?.close();
    const link = await connectTcp(
      { host: this.#server.host, port },
      new AbortController().signal,
    );
    this.#link = link;
    link.useKeys(keys.clientToServer, keys.serverToClient);
    link.sendClear(keys.keyId);
    this.#dispatch({ type: "TCP open" });
    while (await link.read()) {
      let chats = 0;
      for (let frames = link.nextFrames(); frames; frames = link.nextFrames()) {
        chats += this.#receive(frames);
      }
      if (chats > 0) this.onChats(chats);
    }
  }

  /** The number of CHATs among `frames`; whatever else there is goes to the machine. */
  #receive(frames: readonly Frame[]): number {
    let chats = 0;
    for (const frame of frames) {
      if (frame.type === "CHAT") chats++;
      else if (frame.type !== "RECEIPT") this.#dispatch(frame);
    }
    return chats;
  }
}
