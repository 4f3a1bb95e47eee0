/**
 * V8's inspector at another process: the size of its heap, and a collection of its garbage.
 *
 * It speaks the Chrome DevTools Protocol over a WebSocket, as far as that.
 */

interface Answer {
  readonly id: number;
  readonly result: unknown;
}

/** A connection to an inspector. */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }): void => {
      const { id, result } = JSON.parse(data) as Answer;
      this.#waiting.get(id)?.resolve(result);
      this.#waiting.delete(id);
    };
    socket.onclose = (): void => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the inspector is gone"));
    };
  }

  /** Connects to the inspector at `url`, a WebSocket's. */
  static async open(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    const opened = Promise.withResolvers<void>();
    socket.onopen = (): void => opened.resolve();
    socket.onerror = (): void => opened.reject(new Error(`no inspector at ${url}`));
    await opened.promise;
    return new Inspector(socket);
  }

  /** Bytes of the JavaScript heap in use, garbage among them. */
  async heapUsed(): Promise<number> {
    const { usedSize } = await this.#ask("Runtime.getHeapUsage") as { usedSize: number };
    return usedSize;
  }

  /** Collects all garbage. */
  async collectGarbage(): Promise<void> {
    await this.#ask("HeapProfiler.collectGarbage");
  }

  close(): void {
    this.#socket.close();
  }

  #ask(method: string): Promise<unknown> {
    const id = ++this.#asked;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#socket.send(JSON.stringify({ id, method }));
    return answer.promise;
  }
}
