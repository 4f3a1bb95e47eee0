/**
 * A TCP or TLS connection of a load, as cheap as it can be: written to without waiting, read from
 * until it ends. A write becomes one TLS record. What the bytes mean is servers/'s business.
 */

/** Large enough for a round of messages, small enough for thousands of connections. */
const READ_SIZE = 16 * 1024;

/** A write of so many bytes may be taken in part; smaller ones, as few as are on the way, are not. */
const LARGE = 4 * 1024;

/** Where a stream leads to. */
export interface Address {
  readonly port: number;
  /** The certificate of the server, in PEM; without one, the connection is in clear. */
  readonly certificate?: string;
}

/** A connection. */
export class Stream implements Disposable {
  readonly #connection: Deno.Conn;
  readonly #broken: (error: Error) => void;
  /** What is being written, if it is large, and what has to wait for it. */
  readonly #queue: Uint8Array[] = [];
  #closed = false;
  /** Hears every piece that is read; it is overwritten afterwards. */
  onBytes: (bytes: Uint8Array) => void = () => {};

  private constructor(connection: Deno.TcpConn | Deno.TlsConn, broken: (error: Error) => void) {
    this.#connection = connection;
    this.#broken = broken;
    void this.#read();
  }

  /** @param broken hears when it ends without having been closed */
  static async connect(
    { port, certificate }: Address,
    broken: (error: Error) => void,
  ): Promise<Stream> {
    const hostname = "127.0.0.1";
    const connection = await Deno.connect({ hostname, port });
    connection.setNoDelay(true);
    if (certificate === undefined) return new Stream(connection, broken);
    const encrypted = await Deno.startTls(connection, { hostname, caCerts: [certificate] });
    await encrypted.handshake();
    return new Stream(encrypted, broken);
  }

  /** Writes `bytes`, which must stay as they are for a while. Writes keep their order. */
  write(bytes: Uint8Array): void {
    if (this.#queue.length > 0) return void this.#queue.push(bytes);
    if (bytes.length < LARGE) return void this.#writeSome(bytes);
    this.#queue.push(bytes);
    void this.#drain();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Not waiting for small writes, one for each message, is what keeps up with a server. */
  async #writeSome(bytes: Uint8Array): Promise<void> {
    try {
      const length = await this.#connection.write(bytes);
      if (length < bytes.length) this.#end("took only part of a small write");
    } catch (error) {
      this.#end(String(error));
    }
  }

  async #drain(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        let bytes = this.#queue[0]!;
        while (bytes.length > 0) bytes = bytes.subarray(await this.#connection.write(bytes));
        this.#queue.shift();
      }
    } catch (error) {
      this.#end(String(error));
    }
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ_SIZE);
    try {
      for (;;) {
        const length = await this.#connection.read(buffer);
        if (length === null) return this.#end("ended");
        this.onBytes(buffer.subarray(0, length));
      }
    } catch (error) {
      this.#end(String(error));
    }
  }

  #end(why: string): void {
    if (!this.#closed) this.#broken(new Error(`a connection to the server: ${why}`));
    this.close();
  }
}

/** Resolves with what was read, as text, once it holds `wanted`. */
export function untilText(stream: Stream, wanted: RegExp): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const decoder = new TextDecoder("latin1");
  let text = "";
  stream.onBytes = (bytes): void => {
    text += decoder.decode(bytes);
    if (wanted.test(text)) resolve(text);
  };
  return promise;
}
