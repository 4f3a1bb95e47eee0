/**
 * Past messages: leafed through by a person, printed for a script, or written to a file.
 *
 * They are asked for in pages, backwards, where a person looks at the last of them first
 * (docs/protocol.md, clause 11.7).
 */

import type { ClientId, HistoryResp } from "../codec/mod.ts";
import type { ChatClient } from "../client/mod.ts";
import { type Terminal, visible } from "../terminal/mod.ts";
import type { Command } from "./command.ts";
import { inHome, LineFile } from "./export.ts";
import { historyLine } from "./screen.ts";

/** Messages of a page. */
const PAGE = 200;

/** How often it is told how far a file has come, in ms; what is quicker needs no telling. */
const PROGRESS = 500;

/** What asks for past messages. */
export type HistoryCommand = Extract<Command, { kind: "history" }>;

/** What a history needs. */
export interface PastOptions {
  /** The user's own folder, which `~` stands for. */
  readonly home: string | undefined;
  /** Says what takes its time; nothing any more when undefined. */
  readonly onBusy: (what: string | undefined) => void;
}

/** The past of one client. */
export class Past {
  readonly #client: ChatClient;
  readonly #terminal: Terminal;
  readonly #options: PastOptions;

  constructor(client: ChatClient, terminal: Terminal, options: PastOptions) {
    this.#client = client;
    this.#terminal = terminal;
    this.#options = options;
  }

  /**
   * Does what `command` says.
   *
   * @returns how many messages there were
   * @throws {ExportError} when the file cannot be written
   * @throws {NotPossibleError} unless connected
   * @throws {NoAnswerError} (rejects)
   */
  async recall(command: HistoryCommand): Promise<number> {
    if (command.file !== undefined) return await this.#write(command, command.file);
    return this.#terminal.interactive ? await this.#page(command) : await this.#print(command);
  }

  async #print({ clientId, last = 0 }: HistoryCommand): Promise<number> {
    let count = 0;
    await this.#client.history(clientId, (message) => {
      count++;
      this.#terminal.print(historyLine(message));
    }, { last });
    this.#terminal.print(`${messages(count)} with ${clientId}`);
    return count;
  }

  async #page({ clientId, last }: HistoryCommand): Promise<number> {
    const pages = new Pages(this.#client, clientId, last);
    await this.#terminal.page({
      title: `Messages with ${clientId}`,
      earlier: () => pages.earlier(),
    });
    const which = pages.complete ? messages(pages.count) : `The last ${messages(pages.count)}`;
    this.#terminal.print(`${which} with ${clientId}`);
    return pages.count;
  }

  async #write({ clientId, last = 0 }: HistoryCommand, path: string): Promise<number> {
    let count = 0;
    // Before there is a file that stays empty.
    await this.#client.history(clientId, () => count++, { last: 1 });
    if (count === 0) {
      this.#terminal.print(`No messages with ${clientId}: nothing was written`);
      return 0;
    }
    const { home, onBusy } = this.#options;
    using file = new LineFile(inHome(path, home));
    count = 0;
    const ticker = setInterval(() => onBusy(`${messages(count)} written`), PROGRESS);
    try {
      await this.#client.history(clientId, (message) => {
        count++;
        file.add(historyLine(message));
      }, { last });
    } finally {
      clearInterval(ticker);
      onBusy(undefined);
      file.finish();
      this.#terminal.print(`${messages(count)} with ${clientId} written to ${visible(path)}`);
    }
    return count;
  }
}

/** One history from its end backwards, as lines. */
class Pages {
  readonly #client: ChatClient;
  readonly #clientId: ClientId;
  #left: number;
  #before = 0;
  /** How many messages came so far. */
  count = 0;
  /** All that were asked for came. */
  complete = false;

  constructor(client: ChatClient, clientId: ClientId, last = Infinity) {
    this.#client = client;
    this.#clientId = clientId;
    this.#left = last;
  }

  /** @throws {NotPossibleError | NoAnswerError} (rejects) */
  async earlier(): Promise<readonly string[]> {
    if (this.complete) return [];
    const page: HistoryResp[] = [];
    const receive = (message: HistoryResp): void => void page.push(message);
    const last = Math.min(PAGE, this.#left);
    await this.#client.history(this.#clientId, receive, { last, before: this.#before });
    this.count += page.length;
    this.#left -= page.length;
    this.#before = page[0]?.position ?? 1;
    this.complete = this.#left === 0 || this.#before === 1;
    return page.map(historyLine);
  }
}

function messages(count: number): string {
  return count === 1 ? "1 message" : `${count === 0 ? "No" : count} messages`;
}
