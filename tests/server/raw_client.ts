/**
 * A client that keeps to no rule: every step of a login by hand, and any bytes at any time.
 *
 * It reads only when asked to, so it can also be a client that stops reading.
 */

import {
  type Admission,
  ByteWriter,
  type Challenge,
  type ClientId,
  type Datagram,
  datagramHeader,
  decodeAdmission,
  decodeDatagram,
  decodeFrames,
  encodeDatagram,
  encodeFrame,
  type Frame,
  type Hello,
  RECORD_HEADER,
  recordHeader,
  RecordSplitter,
  type Response,
} from "../../lib/codec/mod.ts";
import {
  a3,
  a8,
  deriveKeys,
  type LoginKeys,
  Opener,
  Sealer,
  x25519,
  x25519PublicKey,
} from "../../lib/crypto/mod.ts";
import type { ChatServer } from "../../lib/server/mod.ts";
import type { Endpoint } from "../../lib/transport/mod.ts";
import { concatBytes } from "../hex.ts";
import { secretOf } from "./rig.ts";
import { within } from "./waiting.ts";

/** Where a server is. */
interface Served {
  readonly server: Pick<ChatServer, "udpAddress" | "tcpAddress">;
}

/** `length` random bytes. */
export function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  }
  return bytes;
}

/** `bytes` with the bit `bit` of byte `at` turned over; `at` may count from the end. */
export function flip(bytes: Uint8Array, at: number, bit = 0): Uint8Array {
  const flipped = bytes.slice();
  flipped[at < 0 ? bytes.length + at : at]! ^= 1 << bit;
  return flipped;
}

/** The bytes of `frames`, as a record holds them. */
export function plain(...frames: Frame[]): Uint8Array {
  const writer = new ByteWriter();
  for (const frame of frames) encodeFrame(frame, writer);
  return writer.view().slice();
}

/** A UDP socket that sends anything, and hands out datagrams one by one. */
export class RawUdp implements Disposable {
  readonly #socket: Deno.DatagramConn;

  /** @param host the address to send from */
  constructor(readonly server: Endpoint, host = "127.0.0.1") {
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname: host, port: 0 });
  }

  async send(datagram: Uint8Array | Datagram): Promise<void> {
    const bytes = datagram instanceof Uint8Array ? datagram : encodeDatagram(datagram);
    const { host, port } = this.server;
    await this.#socket.send(bytes, { transport: "udp", hostname: host, port });
  }

  /** The bytes of the next datagram that arrives. */
  async receive(): Promise<Uint8Array> {
    const [bytes] = await within("a datagram", this.#socket.receive());
    return bytes.slice();
  }

  /** Sends a datagram and waits for a reply to it. */
  async ask(datagram: Uint8Array | Datagram): Promise<Datagram> {
    await this.send(datagram);
    return decodeDatagram(await this.receive());
  }

  /** The CHALLENGE that answers the HELLO of `login`. */
  async challenge({ hello }: RawLogin): Promise<Challenge> {
    const reply = await this.ask(hello);
    if (reply.type !== "CHALLENGE") throw new Error(`${reply.type} instead of CHALLENGE`);
    return reply;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** A login by hand. */
export class RawLogin {
  readonly #secretKey = randomBytes(32);
  readonly hello: Hello;

  constructor(
    readonly clientId: ClientId,
    readonly secret: Uint8Array = secretOf(clientId) ?? randomBytes(8),
  ) {
    const clientKey = x25519PublicKey(this.#secretKey);
    this.hello = { type: "HELLO", nc: randomBytes(16), clientKey, clientId };
  }

  response({ rand }: Challenge): Response {
    const { nc, clientKey, clientId } = this.hello;
    return { type: "RESPONSE", nc, res: a3(rand, this.secret), rand, clientKey, clientId };
  }

  keys(challenge: Challenge): LoginKeys {
    const dh = x25519(this.#secretKey, challenge.serverKey)!;
    const ck = a8(challenge.rand, this.secret);
    return deriveKeys(encodeDatagram(this.hello), encodeDatagram(challenge), ck, dh);
  }
}

/** What a login yields. */
export interface Admitted extends Admission {
  readonly keys: LoginKeys;
}

/** The whole of a login as it should be. */
export async function logIn(
  { server }: Served,
  clientId: ClientId,
  secret?: Uint8Array,
): Promise<Admitted> {
  using udp = new RawUdp(server.udpAddress);
  const login = new RawLogin(clientId, secret);
  const challenge = await udp.challenge(login);
  const success = await udp.ask(login.response(challenge));
  if (success.type !== "AUTH_SUCCESS") throw new Error(`${success.type} for ${clientId}`);
  const keys = login.keys(challenge);
  const opener = new Opener(keys.authSuccess);
  const admission = opener.open(datagramHeader(success), success.sealed)!;
  return { keys, ...decodeAdmission(admission) };
}

/** A TCP connection to the server that writes anything. */
export class RawClient implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #splitter = new RecordSplitter();
  #frames: Frame[] = [];
  #sealer: Sealer | undefined;
  #opener: Opener | undefined;
  /** Everything that was written, and everything that was read. */
  readonly written: Uint8Array[] = [];
  readonly read: Uint8Array[] = [];

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** A connection on which nothing has been said. */
  static async open({ server }: Served): Promise<RawClient> {
    const { host, port } = server.tcpAddress;
    return new RawClient(await Deno.connect({ hostname: host, port }));
  }

  /** A connection of `clientId` that is CONNECTED. */
  static async connected(rig: Served, clientId: ClientId): Promise<RawClient> {
    return await RawClient.connectedAs(rig, await logIn(rig, clientId));
  }

  /** A connection that is CONNECTED by what a login yielded. */
  static async connectedAs(rig: Served, admitted: Admitted): Promise<RawClient> {
    const client = await RawClient.open(rig);
    client.useKeys(admitted.keys);
    await client.write(
      admitted.keys.keyId,
      client.seal(plain({ type: "CONNECT", cookie: admitted.cookie })),
    );
    await client.next("CONNECTED");
    return client;
  }

  useKeys(keys: LoginKeys): void {
    this.#sealer = new Sealer(keys.clientToServer);
    this.#opener = new Opener(keys.serverToClient);
  }

  /** The next record, holding whatever `plaintext` is. */
  seal(plaintext: Uint8Array): Uint8Array {
    const header = recordHeader(plaintext.length);
    return concatBytes(header, this.#sealer!.seal(header, plaintext));
  }

  /** Writes `parts` in one piece. */
  async write(...parts: Uint8Array[]): Promise<void> {
    let bytes = concatBytes(...parts);
    this.written.push(bytes);
    while (bytes.length > 0) bytes = bytes.subarray(await this.#connection.write(bytes));
  }

  /** Writes a record with these frames. */
  async send(...frames: Frame[]): Promise<void> {
    await this.write(this.seal(plain(...frames)));
  }

  /** The next frame of this type; others before it are skipped. */
  async next<T extends Frame["type"]>(type: T): Promise<Extract<Frame, { type: T }>> {
    while (true) {
      const frame = await this.frame();
      if (frame === undefined) throw new Error(`the connection ended before ${type}`);
      if (frame.type === type) return frame as Extract<Frame, { type: T }>;
    }
  }

  /** The next frame; undefined when the server has ended the connection. */
  async frame(): Promise<Frame | undefined> {
    while (this.#frames.length === 0) {
      const record = this.#splitter.next();
      if (record !== undefined) {
        const header = record.subarray(0, RECORD_HEADER);
        const plaintext = this.#opener!.open(header, record.subarray(RECORD_HEADER));
        if (plaintext === undefined) throw new Error("a record of the server does not open");
        this.#frames = decodeFrames(plaintext);
      } else if (!await this.#read()) {
        return undefined;
      }
    }
    return this.#frames.shift();
  }

  /** Reads to the end, whatever comes; resolves when the server has ended the connection. */
  async ended(): Promise<void> {
    while (await this.#read());
  }

  async #read(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    const reading = this.#connection.read(buffer).catch(() => null);
    const length = await within("bytes, or the end of the connection", reading);
    if (length === null) return false;
    const piece = buffer.subarray(0, length);
    this.read.push(piece.slice());
    this.#splitter.push(piece);
    return true;
  }

  /** Ends this direction only. */
  closeWrite(): Promise<void> {
    return this.#connection.closeWrite();
  }

  [Symbol.dispose](): void {
    try {
      this.#connection.close();
    } catch {
      // Closed already.
    }
  }
}
