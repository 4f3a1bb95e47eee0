/** A terminal at which the test types and reads, and alice's shell at it. */

import { assertEquals } from "@std/assert";
import { ChatClient, type ChatClientOptions } from "../../lib/client/mod.ts";
import { Shell, type ShellOptions } from "../../lib/shell/mod.ts";
import type { Line, LongText, Terminal } from "../../lib/terminal/mod.ts";
import type { FakeConnection, FakeServer } from "../client/fake_server.ts";
import { ALICE, BOB, secretOf } from "../server/rig.ts";
import { Inbox } from "../server/waiting.ts";

/** A terminal that keeps everything it is told. */
export class FakeTerminal implements Terminal {
  readonly screen = new Inbox<string>();
  readonly prompts = new Inbox<string>();
  readonly alerts = new Inbox<string>();
  /** The answers to what is not shown. */
  readonly secrets: string[] = [];
  /** Chunks of the text that was leafed through last, as they were fetched. */
  pages: (readonly string[])[] = [];
  complete: (typed: string) => readonly string[] = () => [];
  #typing!: ReadableStreamDefaultController<Line<unknown>>;
  readonly #lines = new ReadableStream<Line<unknown>>({
    start: (lines) => void (this.#typing = lines),
  });
  #begin: () => unknown = () => undefined;
  #begun: { readonly how: unknown } | undefined;
  #closed = false;

  constructor(readonly interactive: boolean) {}

  /** Types a line's first character; the next line that is typed or pasted is this one. */
  begin(): void {
    this.#begun = { how: this.#begin() };
  }

  type(...lines: string[]): void {
    for (const text of lines) this.#enter({ text, pasted: false });
  }

  paste(...lines: string[]): void {
    for (const text of lines) this.#enter({ text, pasted: true });
  }

  /** Waits until these lines are on the screen, right after those that were waited for before. */
  async shows(...lines: string[]): Promise<void> {
    for (const line of lines) assertEquals(await this.screen.take(line, () => true), line);
  }

  /** Waits for this prompt, after those that were waited for before. */
  async prompted(prompt: string): Promise<void> {
    await this.prompts.take(`the prompt "${prompt}"`, (other) => other === prompt);
  }

  lines<Begun>(begin: () => Begun): AsyncIterable<Line<Begun>> {
    this.#begin = begin;
    return this.#lines as ReadableStream<Line<Begun>>;
  }

  print(line: string): void {
    this.screen.put(line);
  }

  setCompleter(complete: (typed: string) => readonly string[]): void {
    this.complete = complete;
  }

  askSecret(prompt: string): Promise<string | undefined> {
    this.screen.put(prompt);
    return Promise.resolve(this.secrets.shift());
  }

  alert(text: string): void {
    this.alerts.put(text);
  }

  async page({ earlier }: LongText): Promise<void> {
    this.pages = [];
    for (let page = await earlier(); page.length > 0; page = await earlier()) this.pages.push(page);
  }

  setPrompt(prompt: string): void {
    this.prompts.put(prompt);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#typing.close();
  }

  #enter(line: Omit<Line<unknown>, "begun">): void {
    const { how } = this.#begun ?? { how: this.#begin() };
    this.#begun = undefined;
    this.#typing.enqueue({ ...line, begun: how });
  }
}

/** The time at which alice's shell lives, by the clock on her wall. */
export const NOW = new Date(2026, 10, 22, 14, 3).getTime();

/** What alice's shell may be given. */
export interface AliceOptions extends Partial<ShellOptions> {
  readonly limits?: ChatClientOptions["limits"];
  readonly logOn?: boolean;
}

/** alice's shell, running; `ended` resolves with whether all could be done. */
export function aliceAt(
  terminal: FakeTerminal,
  server: ChatClientOptions["server"],
  { limits = {}, logOn = false, ...options }: AliceOptions = {},
): Promise<boolean> {
  const shell = new Shell(terminal, {
    name: ALICE,
    server: "the server",
    reconnect: false,
    now: () => NOW,
    ...options,
  });
  const client = new ChatClient({
    server,
    clientId: ALICE,
    secret: secretOf(ALICE)!,
    limits,
    onNotice: (notice) => shell.notice(notice),
  });
  return shell.run(client, { logOn });
}

/** alice at a terminal of her own, with the server's end of her connection. */
export interface AliceConnected {
  readonly terminal: FakeTerminal;
  readonly connection: FakeConnection;
  readonly ended: Promise<boolean>;
}

/** alice, connected to `server`. */
export async function aliceConnected(
  server: FakeServer,
  { interactive = true, ...options }: AliceOptions & { readonly interactive?: boolean } = {},
): Promise<AliceConnected> {
  const terminal = new FakeTerminal(interactive);
  const ended = aliceAt(terminal, server.address, { logOn: true, ...options });
  const connection = await server.connected();
  await terminal.shows("Connected");
  return { terminal, connection, ended };
}

/** alice, in a chat with bob: session 7. */
export async function aliceWithBob(
  ...[server, options]: Parameters<typeof aliceConnected>
): Promise<AliceConnected> {
  const alice = await aliceConnected(server, options);
  alice.connection.send({ type: "CHAT_STARTED", sessionId: 7, clientId: BOB });
  await alice.terminal.shows("Chat started with bob");
  return alice;
}
