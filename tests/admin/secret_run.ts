/**
 * A run of a real server with all that people, attackers, an admin and defects can do to it, every
 * secret, key and text of which is known afterwards.
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { allOf } from "../../lib/admin/listeners.ts";
import { Log, type LogFormat } from "../../lib/admin/logging.ts";
import { Monitor } from "../../lib/admin/metrics/monitor.ts";
import { Reloader } from "../../lib/admin/reload.ts";
import { type ClientId, parseClientId, textFromString } from "../../lib/codec/mod.ts";
import { a3, a8 } from "../../lib/crypto/mod.ts";
import { type Entry, MemoryHistory, type StoredMessage } from "../../lib/history/mod.ts";
import { ChatServer, LiveSubscribers, type Traced } from "../../lib/server/mod.ts";
import { flip, logIn, plain, RawClient, RawLogin, RawUdp } from "../server/raw_client.ts";
import { loggedOn, startChat, TestClient } from "../server/rig.ts";
import { eventually } from "../server/waiting.ts";
import { Forbidden } from "./forbidden.ts";

const encoder = new TextEncoder();

/** A history whose errors quote what they hold, as those of some parser would. */
class QuotingHistory extends MemoryHistory {
  quoting = false;

  override commit(entries: readonly Entry[]): Promise<void> {
    if (!this.quoting) return super.commit(entries);
    const said = entries.flatMap(({ texts }) => texts)
      .map((text) => new TextDecoder().decode(text)).join();
    return Promise.reject(new SyntaxError(`Unexpected token in "${said}"`));
  }

  override async read(...args: Parameters<MemoryHistory["read"]>): Promise<StoredMessage[]> {
    const messages = await super.read(...args);
    if (!this.quoting) return messages;
    const said = messages.map(({ text }) => new TextDecoder().decode(text)).join();
    throw new SyntaxError(`Unexpected token in "${said}"`);
  }
}

/** A run with everything in it that must not be seen. */
class Run {
  readonly forbidden = new Forbidden();
  readonly history = new QuotingHistory();
  readonly traced: Traced[] = [];
  server!: ChatServer;
  #marks = 0;
  #defect: string | undefined;

  constructor(readonly file: string, readonly subscribers: Map<string, string>) {}

  /** A text that stands nowhere else. */
  text(what: string): string {
    const text = `${what} zqx${++this.#marks}xqz "né" {event} \\ \x1b[31m`;
    this.forbidden.text(`the text of ${what}`, text);
    // A part of it tells as much.
    this.forbidden.text(`a part of the text of ${what}`, `zqx${this.#marks}xqz`);
    return text;
  }

  /** A secret as it may stand in the file. */
  secret(what: string): string {
    const secret = `secret of ${what} qzj${++this.#marks}jzq é`;
    this.forbidden.text(`the secret of ${what}`, secret);
    this.forbidden.text(`a part of the secret of ${what}`, `qzj${this.#marks}jzq`);
    return secret;
  }

  /** Writes the file of the subscribers, and `more` below them. */
  write(more = ""): void {
    const entries = [...this.subscribers].map(([id, secret]) =>
      `[${id}]\nsecret = ${JSON.stringify(secret)}\n`
    );
    Deno.writeTextFileSync(this.file, entries.join("") + more, { mode: 0o600 });
  }

  secretOf(live: LiveSubscribers, clientId: ClientId): Uint8Array | undefined {
    if (clientId === this.#defect) {
      throw new RangeError(`cannot use ${this.subscribers.get("alice")}`);
    }
    return live.secretOf(clientId);
  }

  /** From now on this client's log-on meets a defect. */
  breakFor(clientId: string): void {
    this.#defect = clientId;
  }

  on(id: string, secret = this.subscribers.get(id)!): Promise<TestClient> {
    return loggedOn(this.server.udpAddress, parseClientId(id), { secret: encoder.encode(secret) });
  }
}

/** A chat of which everything is known but to the log. */
async function chat(run: Run, a: TestClient, b: TestClient): Promise<void> {
  await startChat(a, b);
  for (const [from, to] of [[a, b], [b, a]] as const) {
    const text = run.text(`${from.clientId}'s message`);
    await from.client.send(text);
    assertEquals(await to.text(), text);
  }
}

/** The validation scenarios of the assignment. */
async function scenarios(run: Run): Promise<void> {
  const [alice, carol] = await Promise.all([run.on("alice"), run.on("carol")]);
  assertEquals(await alice.client.chat(parseClientId("bob")), false);
  const bob = await run.on("bob");
  await chat(run, alice, bob);
  assertEquals(await carol.client.chat(alice.clientId), false);
  await alice.client.endChat();
  await bob.notice("chat ended");
  await chat(run, bob, alice);
  await bob.client.endChat();
  await alice.notice("chat ended");
  await alice.client.logOff();
  const again = await run.on("alice");
  let recalled = 0;
  await again.client.history(bob.clientId, () => recalled++);
  assertEquals(recalled, 4);
  run.history.quoting = true;
  await again.client.history(bob.clientId, () => {}).catch(() => {});
  await startChat(again, bob);
  await again.client.send(run.text("a message that is not stored")).catch(() => {});
  run.history.quoting = false;
  await Promise.all([again, bob, carol].map(({ client }) => client.logOff()));
  await Promise.all([["dave", "erin"], ["frank", "grace"], ["heidi", "ivan"], ["judy", "mallory"]]
    .map(async ([one, other]) => {
      const [a, b] = await Promise.all([run.on(one!), run.on(other!)]);
      await chat(run, a, b);
      await Promise.all([a.client.logOff(), b.client.logOff()]);
    }));
}

/** What people who are no subscribers, or who keep to no rule, can do. */
async function attacks(run: Run): Promise<void> {
  const { server } = run;
  for (const id of ["alice", "nobody"]) {
    const secret = encoder.encode(run.secret(`whoever would be ${id}`));
    await using client = new TestClient(server.udpAddress, parseClientId(id), { secret });
    await client.client.logOn().catch(() => {});
  }
  using udp = new RawUdp(server.udpAddress);
  await udp.send(encoder.encode(run.text("a datagram of another protocol")));
  const secret = encoder.encode(run.subscribers.get("alice"));
  const { keys } = await logIn(run, parseClientId("alice"), secret);
  for (const name of ["authSuccess", "clientToServer", "serverToClient"] as const) {
    run.forbidden.bytes(`the key ${name}`, keys[name].key);
    run.forbidden.bytes(`the IV of ${name}`, keys[name].iv);
  }

  for (
    const spoil of [
      (client: RawClient): Uint8Array => client.seal(encoder.encode(run.text("no frame"))),
      (client: RawClient): Uint8Array =>
        flip(client.seal(plain({ type: "CONNECT", cookie: new Uint8Array(16) })), -1),
    ]
  ) {
    using client = await RawClient.open(run);
    client.useKeys(keys);
    await client.write(keys.keyId, spoil(client));
    await client.ended();
  }
  await strange(run);
}

/** A connected client that says what no client should. */
async function strange(run: Run): Promise<void> {
  const secret = encoder.encode(run.subscribers.get("bob"));
  const admitted = await logIn(run, parseClientId("bob"), secret);
  using client = await RawClient.connectedAs(run, admitted);
  await client.send(
    { type: "CHAT", sessionId: 7, number: 1, text: textFromString(run.text("no session")) },
    { type: "CONNECT", cookie: admitted.cookie },
  );
  await client.next("REFUSED");
  await client.write(client.seal(encoder.encode(run.text("garbage"))));
  await client.ended();
}

/** What an admin does, right and wrong. */
async function administration(run: Run, reloader: Reloader): Promise<void> {
  const alice = await run.on("alice");
  run.subscribers.set("alice", run.secret("alice, rotated"));
  run.subscribers.set("zoe", run.secret("zoe"));
  run.subscribers.delete("mallory");
  run.write();
  await reloader.reload();
  await alice.notice("logged off");
  for (
    const wrong of [
      `[nina]\nsecret = "${run.secret("nina, without an end")}\n`,
      `[olga]\nsecret = ["${run.secret("olga, in a list")}"]\n`,
      `[pat]\npassword = "${run.secret("pat, under another name")}"\n`,
      `${run.secret("nobody, on a line of its own")}\n`,
      `[zoe]\nsecret = "${run.secret("zoe, twice")}"\n`,
    ]
  ) {
    run.write(wrong);
    await reloader.reload();
  }
  run.write();
  await reloader.reload();
  await (await run.on("alice")).client.logOff();
}

const PEOPLE = [
  ...["alice", "bob", "carol", "dave", "erin", "frank"],
  ...["grace", "heidi", "ivan", "judy", "mallory"],
];

/** Plays a whole run; resolves with what must not be seen, and with all that was told. */
export async function play(
  format: LogFormat,
  trace: boolean,
): Promise<{ forbidden: Forbidden; lines: string[] }> {
  const folder = await Deno.makeTempDir({ prefix: "parley-" });
  const lines: string[] = [];
  using log = new Log({ format, colour: false, trace, write: (text) => lines.push(text) });
  try {
    const run = new Run(join(folder, "subscribers.toml"), new Map());
    for (const id of PEOPLE) run.subscribers.set(id, run.secret(id));
    run.write();
    const live = await LiveSubscribers.open(run.file);
    await using monitor = new Monitor(0, "1.2.3");
    const record = {
      note: (): void => {},
      trace: (one: Traced): void => void run.traced.push(one),
    };
    const observer = allOf([log, monitor, record]);
    run.server = await ChatServer.start({
      host: "127.0.0.1",
      udpPort: 0,
      tcpPort: 0,
      history: monitor.measure(run.history),
      subscribers: { secretOf: (clientId) => run.secretOf(live, clientId) },
      observer,
    });
    monitor.watch(run.server);
    const { note } = observer;
    using reloader = new Reloader(live, { note, revoke: (id) => run.server.revoke(id) });
    await scenarios(run);
    await attacks(run);
    await administration(run, reloader);
    run.breakFor("dave");
    using udp = new RawUdp(run.server.udpAddress);
    await udp.send(new RawLogin(parseClientId("dave")).hello);
    await eventually("a defect", () => lines.some((line) => line.includes("RangeError")));
    await run.on("erin");
    for (const page of ["metrics", "healthz"]) {
      lines.push(await (await fetch(`${monitor.url}/${page}`)).text());
    }
    await run.server.close();
    forbidTraced(run);
    return { forbidden: run.forbidden, lines };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The messages of everybody, which the server saw in full. */
function forbidTraced({ forbidden, traced, subscribers }: Run): void {
  for (const { peer, message } of traced) {
    if (message.type === "RESPONSE") {
      forbidden.bytes(`RES of ${peer}`, message.res);
      const secret = encoder.encode(subscribers.get(peer));
      forbidden.bytes(`XRES of ${peer}`, a3(message.rand, secret));
      forbidden.bytes(`CK of ${peer}`, a8(message.rand, secret));
    } else if (message.type === "CONNECT") forbidden.bytes("a rand_cookie", message.cookie);
    else if (message.type === "AUTH_SUCCESS") forbidden.bytes("an AUTH_SUCCESS", message.sealed);
    else if (message.type === "CHAT" || message.type === "HISTORY_RESP") {
      forbidden.bytes(`a text to or from ${peer}`, message.text);
    }
  }
}
