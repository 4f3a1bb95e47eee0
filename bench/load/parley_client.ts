/**
 * A Parley client that costs as little as it can: the client's own machines log it on and ask for
 * the chat, and from then on it sends and counts, many messages at a time.
 */

import {
  ByteWriter,
  CodecError,
  decodeDatagram,
  decodeFrames,
  encodeDatagram,
  encodeFrame,
  FRAME_HEADER,
  parseClientId,
  type SessionId,
  textFromString,
  TYPE_CODE,
} from "../../lib/codec/mod.ts";
import {
  CLIENT_LIMITS,
  type ClientAction,
  type ClientEvent,
  type ClientState,
  stepClient,
} from "../../lib/session/mod.ts";
import { type Endpoint, UdpSocket } from "../../lib/transport/mod.ts";
import { Records } from "./records.ts";
import { Stream } from "./stream.ts";

/** Messages in a record at most, as long as they fit. */
const BLOCK = 64;
/** Bytes of messages in a record at most. */
const MAX_BLOCK = 16_000;
/** Where a CHAT has its number: behind the session-ID. */
const NUMBER_AT = FRAME_HEADER + 8;

/** A client, its log-on done by {@linkcode ParleyClient.logOn}. */
export class ParleyClient implements Disposable {
  readonly id: string;
  readonly #secret: Uint8Array;
  readonly #server: Endpoint;
  readonly #broken: (error: Error) => void;
  #state: ClientState = { name: "Offline" };
  #udp: UdpSocket | undefined;
  #records: Records | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #connected = Promise.withResolvers<void>();
  readonly #chatting = Promise.withResolvers<SessionId>();
  /** Hears how many CHATs have arrived in one read. */
  onChats: (count: number) => void = () => {};

  /** @param broken hears when its connection ends without having been closed */
  constructor(id: string, secret: string, server: Endpoint, broken: (error: Error) => void) {
    this.id = id;
    this.#secret = new TextEncoder().encode(secret);
    this.#server = server;
    this.#broken = broken;
  }

  /** @throws {Error} when the server refuses it, or does not answer */
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

  /** A sender of messages of one text: many in a record, or a record for each. */
  sender(sessionId: SessionId, size: number): (count: number, coalesce: boolean) => void {
    const records = this.#records!;
    const { block, length } = blockOf(sessionId, size);
    const numbers = new DataView(block.buffer);
    const most = Math.max(Math.min(BLOCK, Math.floor(MAX_BLOCK / length)), 1);
    let number = 0;
    return (count, coalesce) => {
      for (; count > 0; count -= most) {
        const now = Math.min(count, most);
        for (let i = 0; i < now; i++) numbers.setUint32(i * length + NUMBER_AT, ++number);
        if (coalesce) {
          records.write(block.subarray(0, now * length));
        } else {
          const frame = (i: number): Uint8Array => block.subarray(i * length, (i + 1) * length);
          records.write(...Array.from({ length: now }, (_, i) => frame(i)));
        }
      }
    };
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#records?.close();
  }

  [Symbol.dispose](): void {
    this.close();
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
        return void this.#openTcp(action).catch((error) => this.#connected.reject(error));
      case "send": {
        const writer = new ByteWriter();
        encodeFrame(action.frame, writer);
        return this.#records?.write(writer.view());
      }
      case "close TCP":
        return this.close();
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
    const stream = await Stream.connect({ port }, this.#broken);
    this.#records = new Records(stream, keys);
    this.#records.onRecords = (plaintexts): void => this.#receive(plaintexts);
    this.#dispatch({ type: "TCP open" });
  }

  #receive(plaintexts: readonly Uint8Array[]): void {
    let chats = 0;
    for (const plaintext of plaintexts) {
      const count = countChats(plaintext);
      if (count === undefined) {
        for (const frame of decodeFrames(plaintext)) {
          // A PING of the server may come with it.
          if (frame.type === "CHAT") chats++;
          else this.#dispatch(frame);
        }
      } else chats += count;
    }
    if (chats > 0) this.onChats(chats);
  }
}

/** CHATs of one text, one behind the other, and the length of each. */
function blockOf(
  sessionId: SessionId,
  size: number,
): { block: Uint8Array<ArrayBuffer>; length: number } {
  const writer = new ByteWriter();
  encodeFrame(
    { type: "CHAT", sessionId, number: 1, text: textFromString("x".repeat(size)) },
    writer,
  );
  const frame = writer.view().slice();
  const block = new Uint8Array(BLOCK * frame.length);
  for (let i = 0; i < BLOCK; i++) block.set(frame, i * frame.length);
  return { block, length: frame.length };
}

/** How many CHATs a record holds, if there is nothing else in it but RECEIPTs. */
function countChats(plaintext: Uint8Array): number | undefined {
  let chats = 0;
  for (let at = 0; at < plaintext.length;) {
    const type = plaintext[at]!;
    if (type === TYPE_CODE.CHAT) chats++;
    else if (type !== TYPE_CODE.RECEIPT) return undefined;
    at += FRAME_HEADER + (plaintext[at + 1]! << 8 | plaintext[at + 2]!);
  }
  return chats;
}
