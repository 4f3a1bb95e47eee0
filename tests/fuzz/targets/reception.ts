/**
 * Target: what anybody may send to the server's TCP port, before CONNECTED and after.
 *
 * The real reception, exchange and links run on connections in memory.
 */

import { ByteWriter, encodeFrame, type Frame, recordHeader } from "../../../lib/codec/mod.ts";
import { deriveKeys, type LoginKeys, Sealer } from "../../../lib/crypto/mod.ts";
import { type History, MemoryHistory } from "../../../lib/history/mod.ts";
import { Drops } from "../../../lib/server/drops.ts";
import type { ServerNote } from "../../../lib/server/events.ts";
import { Exchange } from "../../../lib/server/exchange.ts";
import { Reception } from "../../../lib/server/reception.ts";
import { SessionIds } from "../../../lib/server/session_ids.ts";
import { AdmissionDesk, SERVER_LIMITS } from "../../../lib/session/mod.ts";
import type { Link, TcpListener } from "../../../lib/transport/mod.ts";
import { concatBytes } from "../../hex.ts";
import { ALICE, BOB, SeededRandom, text } from "../../session/fixtures.ts";
import { Choices, cut } from "../choices.ts";
import { FakeConnection } from "../fake_connection.ts";
import { letters, must, sameBytes, type Target } from "../target.ts";

function keys(seed: number): LoginKeys {
  return deriveKeys(...[0, 1, 2, 3].map((part) => Uint8Array.of(seed, part)) as Four);
}
type Four = [Uint8Array, Uint8Array, Uint8Array, Uint8Array];

const KEYS = keys(1);
const COOKIE = new Uint8Array(16).fill(9);
const CONNECT: Frame = { type: "CONNECT", cookie: COOKIE };
const PING: Frame = { type: "PING", token: 1 };
/** All that counts: the key-id, then a record with CONNECT. */
const RIGHT = concatBytes(KEYS.keyId, seal(KEYS, [CONNECT])[0]!);
const KEY_ID = KEYS.keyId.length;

/** `records` of frames, sealed one after the other. */
function seal(keys: LoginKeys, ...records: Frame[][]): Uint8Array[] {
  const sealer = new Sealer(keys.clientToServer);
  return records.map((frames) => {
    const writer = new ByteWriter();
    for (const frame of frames) encodeFrame(frame, writer);
    const header = recordHeader(writer.length);
    return concatBytes(header, sealer.seal(header, writer.view()));
  });
}

/** First records: the right one more often than others that open as well. */
const FIRST: readonly Frame[][] = [
  [CONNECT],
  [CONNECT],
  [CONNECT],
  [{ type: "CONNECT", cookie: new Uint8Array(16) }],
  [CONNECT, PING],
  [PING],
  [{ type: "CHAT", sessionId: 1, number: 1, text: letters(1) }],
  [{ type: "CHAT", sessionId: 1, number: 1, text: letters(4_096) }],
];
const LATER: readonly Frame[][] = [
  [],
  [PING],
  [{ type: "CHAT_REQUEST", clientId: BOB }],
  [{ type: "HISTORY_REQ", clientId: BOB, last: 0, before: 0 }],
  [{ type: "CHAT", sessionId: 1, number: 1, text: text("hello") }, PING],
];

/** What a connection sends, as `choices` say. */
function streamOf(choices: Choices): Uint8Array {
  const use = choices.below(8) === 7 ? keys(2) : KEYS;
  const later = choices.pick(LATER);
  const records = seal(use, choices.pick(FIRST), ...(later.length > 0 ? [later] : []));
  const stream = concatBytes(use.keyId, ...records);
  const damage = choices.below(8);
  const at = choices.byte() % stream.length;
  if (damage === 5) stream[at]! ^= 1 << choices.below(8);
  if (damage === 6) return stream.slice(0, at);
  if (damage === 7) return choices.rest().slice();
  return stream;
}

/** Whether pieces that begin with RIGHT never leave more unread than anybody may send so soon. */
function isPatient(pieces: readonly Uint8Array[]): boolean {
  let read = 0;
  for (const { length } of pieces) {
    const taken = read >= KEY_ID ? KEY_ID : 0;
    read += length;
    if (read - taken > RIGHT.length) return false;
    if (read >= RIGHT.length) return true;
  }
  return false;
}

/** A server's TCP half with one grant, on which connections are served one after the other. */
class Server {
  readonly notes: readonly ServerNote[];
  readonly #desk = new AdmissionDesk(SERVER_LIMITS);
  readonly #exchange: Exchange;
  readonly #reception: Reception;
  readonly #links: Link[] = [];

  constructor(history: History, sessionIds: SessionIds, drops: Drops, notes: ServerNote[]) {
    const { observer } = drops;
    const desk = this.#desk;
    const { messages } = SERVER_LIMITS;
    const exchange = new Exchange({ history, sessionIds, limits: SERVER_LIMITS, observer, drops });
    const acceptAll = (accept: (link: Link) => void): Promise<void> => {
      this.#links.splice(0).forEach(accept);
      return Promise.resolve();
    };
    const listener = { acceptAll } as unknown as TcpListener;
    this.notes = notes;
    this.#exchange = exchange;
    this.#reception = new Reception({ listener, desk, messages, exchange, observer, drops });
    const expires = performance.now() + 60_000;
    desk.grant({ clientId: ALICE, keys: KEYS, cookie: COOKIE, expires });
  }

  static async start(): Promise<Server> {
    const history = new MemoryHistory();
    const notes: ServerNote[] = [];
    const drops = new Drops({ note: (note) => notes.push(note) });
    return new Server(history, await SessionIds.open(history, drops), drops, notes);
  }

  /** Serves `connection` to its end; whether it was admitted. */
  async serve(connection: FakeConnection): Promise<boolean> {
    const before = this.#admitted();
    this.#links.push(connection.link());
    await this.#reception.serve();
    await this.#reception.ended();
    await this.#exchange.settled();
    must(this.#desk.size === 0 && this.#exchange.size === 0, "something is left of a connection");
    must(connection.closed, "a connection is left open");
    return this.#admitted() > before;
  }

  #admitted(): number {
    return this.notes.filter(({ type }) => type === "connected").length;
  }
}

export const RECEPTION: Target = {
  invariant:
    "only a stream that begins with the key-id and the record of CONNECT with the cookie, " +
    "with no more behind it than may be unread, is admitted, and only once; nobody else is " +
    "written a byte; every connection is closed and forgotten; the server has no defect.",
  name: "reception",
  share: 1.5,
  maxLength: 120,
  seeds: () => {
    const random = new SeededRandom(11);
    return [
      Uint8Array.of(0, 0, 0),
      Uint8Array.of(0, 1, 0, 0, 0, 3, 52, 0, 0),
      ...Array.from({ length: 60 }, (_, i) => random.bytes(4 + i)),
    ];
  },
  async check(input): Promise<void> {
    const choices = new Choices(input);
    const server = await Server.start();
    let used = false;
    do {
      const stream = streamOf(choices);
      const pieces = cut(stream, choices);
      const right = sameBytes(stream.subarray(0, RIGHT.length), RIGHT) && isPatient(pieces);
      const connection = new FakeConnection(pieces);
      const admitted = await server.serve(connection);
      must(admitted === (right && !used), admitted ? "somebody is let in" : "the client is not");
      must(admitted || connection.written.length === 0, "a stranger gets an answer");
      used ||= admitted;
    } while (choices.left);
    const defect = server.notes.find(({ type }) => type === "internal error");
    must(defect === undefined, `a defect: ${JSON.stringify(defect)}`);
  },
};
