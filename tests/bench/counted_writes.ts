/** How often a server in this process writes to its TCP connections, seen where it listens. */

/** Counts the writes of every connection that is accepted until it is disposed of. */
export class CountedWrites implements Disposable {
  readonly #listen = Object.getOwnPropertyDescriptor(Deno, "listen")!;
  count = 0;

  constructor() {
    const listen = Deno.listen;
    const value = (options: Deno.ListenOptions & { transport?: "tcp" }): Deno.TcpListener => {
      const listener = listen(options);
      const accept = listener.accept.bind(listener);
      listener.accept = async (): Promise<Deno.TcpConn> => this.#counted(await accept());
      return listener;
    };
    Object.defineProperty(Deno, "listen", { value, configurable: true, writable: true });
  }

  [Symbol.dispose](): void {
    Object.defineProperty(Deno, "listen", this.#listen);
  }

  #counted(connection: Deno.TcpConn): Deno.TcpConn {
    const write = connection.write.bind(connection);
    connection.write = (bytes): Promise<number> => {
      this.count++;
      return write(bytes);
    };
    return connection;
  }
}
