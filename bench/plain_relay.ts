/**
 * A relay that does nothing but relay: the least that a server on Deno can cost.
 *
 * A client sends the number of its pair in four bytes, and gets one byte when its peer has come;
 * from then on bytes go from either to the other. No cryptography, no history, no messages. What
 * comes while a write is under way goes out together in the next.
 *
 * `deno run --allow-net=127.0.0.1 bench/plain_relay.ts PORT`
 */

const READ_SIZE = 64 * 1024;
const READY = Uint8Array.of(1);

/** One direction of a pair. */
class Way {
  readonly #to: Deno.TcpConn;
  #gathered: Uint8Array[] = [];
  #writing = false;

  constructor(to: Deno.TcpConn) {
    this.#to = to;
  }

  add(bytes: Uint8Array): void {
    this.#gathered.push(bytes);
    if (!this.#writing) void this.#write();
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#gathered.length > 0) {
        let bytes = concat(this.#gathered);
        this.#gathered = [];
        while (bytes.length > 0) bytes = bytes.subarray(await this.#to.write(bytes));
      }
    } catch {
      // The peer has gone; reading ends as well.
    }
    this.#writing = false;
  }
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Clients whose peers have not come, and what tells them that they have. */
const waiting = new Map<number, { connection: Deno.TcpConn; meet: (peer: Deno.TcpConn) => void }>();

async function serve(connection: Deno.TcpConn): Promise<void> {
  try {
    connection.setNoDelay(true);
    const way = new Way(await peerOf(connection));
    await connection.write(READY);
    for (;;) {
      const buffer = new Uint8Array(READ_SIZE);
      const length = await connection.read(buffer);
      if (length === null) return;
      way.add(buffer.subarray(0, length));
    }
  } catch {
    // Whatever it was, this connection is over.
  } finally {
    connection.close();
  }
}

async function peerOf(connection: Deno.TcpConn): Promise<Deno.TcpConn> {
  const bytes = new Uint8Array(4);
  if (await connection.read(bytes) !== 4) throw new Error("no number");
  const number = new DataView(bytes.buffer).getUint32(0);
  const first = waiting.get(number);
  if (first === undefined) {
    return await new Promise((meet) => void waiting.set(number, { connection, meet }));
  }
  waiting.delete(number);
  first.meet(connection);
  return first.connection;
}

if (import.meta.main) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });
  for await (const connection of listener) void serve(connection);
}
