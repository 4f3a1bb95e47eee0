/** A server on loopback and clients for it, with everything that they tell kept for the test. */

import { assert, assertEquals } from "@std/assert";
import { ChatClient, type ChatClientOptions, type Notice } from "../../lib/client/mod.ts";
import { type ClientId, type Frame, parseClientId, textToString } from "../../lib/codec/mod.ts";
import { type History, MemoryHistory } from "../../lib/history/mod.ts";
import {
  ChatServer,
  type Dropped,
  type ServerLimits,
  type ServerNote,
  type Traced,
} from "../../lib/server/mod.ts";
import { eventually, Inbox } from "./waiting.ts";

export const [ALICE, BOB, CAROL, DAVE, ERIN] = ["alice", "bob", "carol", "dave", "erin"]
  .map(parseClientId) as [ClientId, ClientId, ClientId, ClientId, ClientId];

const encoder = new TextEncoder();

/** K_A of every client-ID that does not begin with "unknown". */
export function secretOf(clientId: ClientId): Uint8Array | undefined {
  return clientId.startsWith("unknown") ? undefined : encoder.encode(`secret of ${clientId}`);
}

/** For tests whose many datagrams all come from one host. */
export const ANY_DATAGRAMS: Pick<ServerLimits, "datagramsUnderLoad"> = {
  datagramsUnderLoad: { perSecond: 1e9, burst: 1e9, remembered: 1 },
};

/** For tests that guess at secrets, and are not to be stopped by the number of their guesses. */
export const ANY_REFUSALS: Pick<ServerLimits, "refusedLogOns"> = {
  refusedLogOns: { perSecond: 1e9, burst: 1e9, remembered: 2 },
};

/** A running server and what it told. */
export class TestServer {
  readonly notes = new Inbox<ServerNote>();
  readonly traced = new Inbox<Traced>();
  server!: ChatServer;

  /** The next note of this type. */
  note<T extends ServerNote["type"]>(type: T): Promise<Extract<ServerNote, { type: T }>> {
    return this.notes.take(
      `the note "${type}"`,
      (note): note is Extract<ServerNote, { type: T }> => note.type === type,
    );
  }

  /** Resolves when the server has received a `type` from `clientId`. */
  async received(clientId: ClientId, type: Frame["type"]): Promise<void> {
    await this.traced.take(
      `${type} from ${clientId}`,
      ({ direction, peer, message }) =>
        direction === "received" && peer === clientId && message.type === type,
    );
  }

  /** Checks that `count` of `what` were dropped, and that the log was told of the first only. */
  async assertDropped(what: Dropped, count: number): Promise<void> {
    await eventually(`${count} ${what}`, () => this.server.dropped(what) >= count);
    assertEquals(this.server.dropped(what), count);
    const told = this.notes.all.filter((note) => note.type === "dropped" && note.what === what);
    assertEquals(told[0], { type: "dropped", what, count: 1 });
    // There is a summary, should the test take more than a minute.
    assert(told.length <= 2);
  }
}

/** Runs `test` with a server, which must hold nothing any more once all clients have left. */
export async function withServer(
  test: (rig: TestServer) => Promise<void>,
  { history = new MemoryHistory(), limits = {}, secrets = secretOf }: {
    history?: History;
    limits?: Partial<ServerLimits>;
    secrets?: typeof secretOf;
  } = {},
): Promise<void> {
  const rig = new TestServer();
  rig.server = await ChatServer.start({
    host: "127.0.0.1",
    udpPort: 0,
    tcpPort: 0,
    history,
    subscribers: { secretOf: secrets },
    observer: { note: (note) => rig.notes.put(note), trace: (traced) => rig.traced.put(traced) },
    limits,
  });
  try {
    await test(rig);
    await eventually("an empty server", () => {
      const { clients, unconnected } = rig.server.load;
      return clients === 0 && unconnected === 0;
    });
  } finally {
    await rig.server.close();
  }
  assertEquals(rig.notes.all.filter(({ type }) => type === "internal error"), []);
}

/** A client, and what it told. */
export class TestClient implements AsyncDisposable {
  readonly notices = new Inbox<Notice>();
  readonly client: ChatClient;

  constructor(
    server: TestServer | ChatClientOptions["server"],
    readonly clientId: ClientId,
    options: Partial<ChatClientOptions> = {},
  ) {
    this.client = new ChatClient({
      server: server instanceof TestServer ? server.server.udpAddress : server,
      clientId,
      secret: secretOf(clientId) ?? encoder.encode("made up"),
      onNotice: (notice) => this.notices.put(notice),
      ...options,
    });
  }

  /** The next notice of this type. */
  notice<T extends Notice["type"]>(type: T): Promise<Extract<Notice, { type: T }>> {
    return this.notices.take(
      `"${type}" at ${this.clientId}`,
      (notice): notice is Extract<Notice, { type: T }> => notice.type === type,
    );
  }

  /** How many notices of this type there were so far. */
  count(type: Notice["type"]): number {
    return this.notices.all.filter((notice) => notice.type === type).length;
  }

  /** The text of the next message that arrives. */
  async text(): Promise<string> {
    return textToString((await this.notice("message")).text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.logOff();
  }
}

/** A client that has logged on. */
export async function loggedOn(
  server: TestServer | ChatClientOptions["server"],
  clientId: ClientId,
  options: Partial<ChatClientOptions> = {},
): Promise<TestClient> {
  const client = new TestClient(server, clientId, options);
  await client.client.logOn();
  return client;
}

/** Has `a` start a chat with `b`. */
export async function startChat(a: TestClient, b: TestClient): Promise<void> {
  assertEquals(await a.client.chat(b.clientId), true);
  await b.notice("chat started");
}

/** Two clients in a chat. */
export async function chatting(
  rig: TestServer,
  a: ClientId = ALICE,
  b: ClientId = BOB,
): Promise<[TestClient, TestClient]> {
  const clients = await Promise.all([loggedOn(rig, a), loggedOn(rig, b)]);
  await startChat(...clients);
  return clients;
}

/** Runs `disturb` while dave and erin chat; checks that they notice nothing of it. */
export async function whileOthersChat(
  rig: TestServer,
  disturb: () => Promise<void>,
): Promise<void> {
  const [dave, erin] = await chatting(rig, DAVE, ERIN);
  let disturbing = true;
  const disturbed = disturb().finally(() => disturbing = false);
  // Whatever goes wrong with it is told below, once these two have left.
  disturbed.catch(() => {});
  for (let round = 1, rest = 3; rest > 0; round++) {
    await Promise.all([dave.client.send(`ping ${round}`), erin.client.send(`pong ${round}`)]);
    assertEquals(await erin.text(), `ping ${round}`);
    assertEquals(await dave.text(), `pong ${round}`);
    if (!disturbing) rest--;
  }
  for (const { notices } of [dave, erin]) {
    const others = notices.all.filter(({ type }) => type !== "message" && type !== "stored");
    assertEquals(others.map(({ type }) => type), ["connected", "chat started"]);
  }
  await Promise.all([dave.client.logOff(), erin.client.logOff()]);
  await disturbed;
}
