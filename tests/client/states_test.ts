import { assertEquals, assertRejects } from "@std/assert";
import { type ChatClient, LogOnError, NotPossibleError } from "../../lib/client/mod.ts";
import type { Datagram } from "../../lib/codec/mod.ts";
import { ALICE, BOB, CAROL, TestClient } from "../server/rig.ts";
import { type FakeConnection, FakeServer } from "./fake_server.ts";

type Method = "logOn" | "chat" | "send" | "endChat" | "history";
type StateName = ChatClient["state"];

const METHODS: Record<Method, (client: ChatClient) => unknown> = {
  logOn: (client) => client.logOn(),
  chat: (client) => client.chat(CAROL),
  send: (client) => client.send("hello"),
  endChat: (client) => client.endChat(),
  history: (client) => client.history(BOB, () => {}),
};

/** What is possible where; everything else is not. Logging off always is. */
const POSSIBLE: Record<StateName, readonly Method[]> = {
  "Offline": ["logOn"],
  "Wait for CHALLENGE": [],
  "Wait for AUTH_SUCCESS": [],
  "Connecting": [],
  "Connected": ["chat", "history"],
  "Wait for CHAT_STARTED": ["history"],
  "Active Chat": ["send", "endChat", "history"],
};

/** Which datagram a server must not answer, so that a client stays in a state. */
const UNANSWERED: Partial<Record<StateName, Datagram["type"]>> = {
  "Wait for CHALLENGE": "HELLO",
  "Wait for AUTH_SUCCESS": "RESPONSE",
};

/** Brings `client` into `state`; the promises that its way there left open. */
async function bring(
  alice: TestClient,
  server: FakeServer,
  state: StateName,
): Promise<Promise<unknown>[]> {
  if (state === "Offline") return [];
  const { client } = alice;
  const loggingOn = client.logOn();
  const unanswered = UNANSWERED[state];
  if (unanswered !== undefined || state === "Connecting") {
    if (unanswered !== undefined) await server.received(unanswered);
    else await (await server.accept()).next("CONNECT");
    return [assertRejects(() => loggingOn, LogOnError)];
  }
  const connection: FakeConnection = await server.connected();
  await loggingOn;
  if (state === "Connected") return [];
  const asked = client.chat(BOB);
  if (state === "Wait for CHAT_STARTED") return [asked];
  connection.send({ type: "CHAT_STARTED", sessionId: 7, clientId: BOB });
  await asked;
  await alice.notice("chat started");
  return [];
}

for (const [state, possible] of Object.entries(POSSIBLE) as [StateName, readonly Method[]][]) {
  Deno.test(`what is not possible when ${state} throws, and changes nothing`, async () => {
    const unanswered = UNANSWERED[state];
    await using server = new FakeServer({ instead: ({ type }) => type !== unanswered });
    const sent: string[] = [];
    const alice = new TestClient(server.address, ALICE, {
      onTrace: (direction, message) => {
        if (direction === "sent") sent.push(message.type);
      },
    });
    const open = await bring(alice, server, state);
    const { client } = alice;
    const before = [client.state, client.peer, client.sessionId, client.unconfirmed, sent.length];
    for (const [name, call] of Object.entries(METHODS) as [Method, typeof METHODS[Method]][]) {
      if (possible.includes(name)) continue;
      await assertRejects(async () => await call(client), NotPossibleError);
      const after = [client.state, client.peer, client.sessionId, client.unconfirmed, sent.length];
      assertEquals(after, before, name);
    }
    assertEquals(client.state, state);
    await Promise.all([client.logOff(), ...open]);
    assertEquals(client.state, "Offline");
    await client.logOff();
  });
}
