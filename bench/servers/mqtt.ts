/**
 * mosquitto under load, in MQTT 3.1.1: each client subscribes to the topic of its own name, and a
 * message is a PUBLISH to the other's. With QoS 1 every PUBLISH is acknowledged on both ways.
 */

import { idOf, type Pair, type ServerKind } from "../load/pair.ts";
import type { Stream } from "../load/stream.ts";
import { startPeer, versionOf } from "./peer.ts";

type Qos = 0 | 1;

const CONNECT = 0x10;
const PUBLISH = 0x30;
const PUBACK = 0x40;
const SUBSCRIBE = 0x82;

/** Bytes of a CONNACK, a SUBACK, and a PUBACK. */
const CONNACK_LENGTH = 4;
const SUBACK_LENGTH = 5;
const PUBACK_LENGTH = 4;

/** Messages that a write holds at most. */
const BLOCK = 64;

const encoder = new TextEncoder();

/** mosquitto, with messages of one quality of service. */
export function mosquitto(qos: Qos): ServerKind {
  return {
    name: `mosquitto, QoS ${qos}`,
    version: () => versionOf("mosquitto", "-h"),
    start: (options) =>
      startPeer({
        program: "mosquitto",
        template: "mosquitto.conf",
        args: (configuration) => ["-c", configuration],
        logOn: (stream, index) => logOn(stream, idOf(index), qos),
        pair: (a, b, index, size) => pairOf(a, b, idOf(2 * index + 1), size, qos),
      }, options),
  };
}

async function logOn(stream: Stream, id: string, qos: Qos): Promise<void> {
  const connected = untilBytes(stream, CONNACK_LENGTH);
  // A clean session (2), and no keepalive.
  stream.write(packet(CONNECT, string("MQTT"), [4, 2, 0, 0], string(id)));
  await connected;
  const subscribed = untilBytes(stream, SUBACK_LENGTH);
  stream.write(packet(SUBSCRIBE, [0, 1], string(id), [qos]));
  await subscribed;
}

function pairOf(a: Stream, b: Stream, topic: string, size: number, qos: Qos): Pair {
  const text = encoder.encode("x".repeat(size));
  const publish = packet(PUBLISH | qos << 1, string(topic), qos === 0 ? [] : [0, 0], text);
  const idAt = publish.length - size - 2;
  const block = new Uint8Array(BLOCK * publish.length);
  for (let i = 0; i < BLOCK; i++) block.set(publish, i * publish.length);
  let lastId = 0;
  /** So many messages with IDs of their own. */
  const numbered = (count: number): Uint8Array => {
    const bytes = block.slice(0, count * publish.length);
    for (let at = idAt; at < bytes.length; at += publish.length) {
      lastId = lastId % 0xffff + 1;
      bytes[at] = lastId >> 8;
      bytes[at + 1] = lastId & 0xff;
    }
    return bytes;
  };
  const pair: Pair = {
    send: (count, coalesce) => {
      const most = coalesce ? BLOCK : 1;
      for (; count > 0; count -= most) {
        const now = Math.min(count, most);
        a.write(qos === 0 ? block.subarray(0, now * publish.length) : numbered(now));
      }
    },
    onDelivered: () => {},
    close: () => {
      a.close();
      b.close();
    },
  };
  // The topic and the text are the same for all, so all PUBLISHes have one length.
  const splitter = new Splitter(publish.length);
  b.onBytes = (bytes): void => {
    const packets = splitter.push(bytes);
    const count = packets.length / publish.length;
    if (count === 0) return;
    if (qos === 1) b.write(acknowledgements(packets, publish.length, idAt));
    pair.onDelivered(count);
  };
  return pair;
}

/** PUBACKs for all of `packets`. */
function acknowledgements(packets: Uint8Array, length: number, idAt: number): Uint8Array {
  const count = packets.length / length;
  const bytes = new Uint8Array(count * PUBACK_LENGTH);
  for (let i = 0; i < count; i++) {
    bytes[i * PUBACK_LENGTH] = PUBACK;
    bytes[i * PUBACK_LENGTH + 1] = 2;
    bytes[i * PUBACK_LENGTH + 2] = packets[i * length + idAt]!;
    bytes[i * PUBACK_LENGTH + 3] = packets[i * length + idAt + 1]!;
  }
  return bytes;
}

/** Hands out whole packets of one length. */
class Splitter {
  readonly #length: number;
  #rest = new Uint8Array(0);

  constructor(length: number) {
    this.#length = length;
  }

  /** The packets that are whole with `bytes`, one behind the other. */
  push(bytes: Uint8Array): Uint8Array {
    let all = bytes;
    if (this.#rest.length > 0) {
      all = new Uint8Array(this.#rest.length + bytes.length);
      all.set(this.#rest);
      all.set(bytes, this.#rest.length);
    }
    const whole = all.length - all.length % this.#length;
    this.#rest = all.slice(whole);
    return all.subarray(0, whole);
  }
}

function packet(type: number, ...parts: (readonly number[] | Uint8Array)[]): Uint8Array {
  const body = parts.flatMap((part) => [...part]);
  const length: number[] = [];
  for (let rest = body.length; rest > 0 || length.length === 0; rest >>= 7) {
    length.push(rest & 0x7f | (rest > 0x7f ? 0x80 : 0));
  }
  return Uint8Array.from([type, ...length, ...body]);
}

function string(text: string): number[] {
  return [text.length >> 8, text.length & 0xff, ...encoder.encode(text)];
}

function untilBytes(stream: Stream, wanted: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let length = 0;
  stream.onBytes = (bytes): void => {
    length += bytes.length;
    if (length >= wanted) resolve();
  };
  return promise;
}
