/**
 * Two clients that chat through some server, as the load sees them: messages go in at one end and
 * are counted at the other. Which server, and in what protocol, is servers/'s business.
 */

/** A pair, ready to chat. Messages go one way. */
export interface Pair {
  /**
   * Sends so many messages: as few writes as the protocol allows, or in a record of its own each.
   */
  send(count: number, coalesce: boolean): void;

  /** Hears how many messages have just arrived at the other end. */
  onDelivered: (count: number) => void;

  close(): void;
}

/** A server under load. */
export interface LoadedServer extends AsyncDisposable {
  /** What the tables call it. */
  readonly name: string;
  /** Its process. */
  readonly pid: number;
  /** Logs so many pairs on, whose messages have `size` bytes of text. */
  connect(pairs: number, size: number): Promise<Pair[]>;
}
