/**
 * A TCP relay on loopback that passes a stream on in other pieces than it came: one byte, then
 * more, and never as it was written. It knows nothing of what passes through it.
 */

/** A relay for one connection after the other. */
export class PiecewiseRelay implements Disposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  /** The port on loopback that connections are passed on to. */
  target = 0;

  constructor() {
    void this.#acceptAll();
  }

  /** Where it listens. */
  get port(): number {
    return this.#listener.addr.port;
  }

  [Symbol.dispose](): void {
    this.#listener.close();
  }

  async #acceptAll(): Promise<void> {
    for await (const near of this.#listener) {
      const far = await Deno.connect({ hostname: "127.0.0.1", port: this.target });
      near.setNoDelay(true);
      far.setNoDelay(true);
      void Promise.all([pass(near, far), pass(far, near)]).finally(() => {
        near.close();
        far.close();
      });
    }
  }
}

async function pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  let length = 1;
  for (;;) {
    const available = await from.read(buffer);
    if (available === null) return await to.closeWrite();
    for (let offset = 0; offset < available; length = length * 7 % 1_009) {
      const piece = buffer.subarray(offset, Math.min(offset + length, available));
      offset += await to.write(piece);
    }
  }
}
