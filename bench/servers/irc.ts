/** ngIRCd and InspIRCd under load: a message is a PRIVMSG to the other's nick. */

import { idOf, type Pair, type ServerKind } from "../load/pair.ts";
import { type Stream, untilText } from "../load/stream.ts";
import { type Peer, startPeer, versionOf } from "./peer.ts";

const NEWLINE = "\n".charCodeAt(0);

/** Messages that a write holds at most. */
const BLOCK = 64;

const encoder = new TextEncoder();

const CLIENT: Pick<Peer, "logOn" | "pair"> = {
  async logOn(stream, index): Promise<void> {
    const nick = idOf(index);
    const welcomed = untilText(stream, / (376|422) /);
    stream.write(encoder.encode(`NICK ${nick}\r\nUSER ${nick} 0 * :${nick}\r\n`));
    await welcomed;
    // What else it has to say, such as modes, comes before this answer.
    const answered = untilText(stream, /PONG .*\r\n/);
    stream.write(encoder.encode("PING :bench\r\n"));
    await answered;
  },

  pair(a, b, index, size): Pair {
    const line = encoder.encode(`PRIVMSG ${idOf(2 * index + 1)} :${"x".repeat(size)}\r\n`);
    return pairOf(a, b, line);
  },
};

/** ngIRCd. */
export const NGIRCD: ServerKind = {
  name: "ngIRCd",
  version: () => versionOf("ngircd", "--version"),
  // It lets ten connections wait to be accepted.
  atOnce: 50,
  start: (options) =>
    startPeer({
      program: "ngircd",
      template: "ngircd.conf",
      args: (configuration) => ["-n", "-f", configuration],
      ...CLIENT,
    }, options),
};

/** InspIRCd. */
export const INSPIRCD: ServerKind = {
  name: "InspIRCd",
  version: () => versionOf("inspircd", "--version"),
  start: (options) =>
    startPeer({
      program: "inspircd",
      template: "inspircd.conf",
      args: (configuration) => ["--nofork", "--runasroot", "--config", configuration],
      ...CLIENT,
    }, options),
};

/** Every line that arrives is a message: nothing else is said after the log-on. */
function pairOf(a: Stream, b: Stream, line: Uint8Array): Pair {
  const block = new Uint8Array(BLOCK * line.length);
  for (let i = 0; i < BLOCK; i++) block.set(line, i * line.length);
  const pair: Pair = {
    send: (count, coalesce) => {
      const most = coalesce ? BLOCK : 1;
      for (; count > 0; count -= most) {
        a.write(block.subarray(0, Math.min(count, most) * line.length));
      }
    },
    onDelivered: () => {},
    close: () => {
      a.close();
      b.close();
    },
  };
  b.onBytes = (bytes): void => {
    let count = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
    if (count > 0) pair.onDelivered(count);
  };
  return pair;
}
