/** How the notes of a server look as lines of its log. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Log, type LogNote, type LogOptions } from "../../lib/admin/logging.ts";
import { HistoryError, MemoryHistory } from "../../lib/history/mod.ts";
import { ChatServer } from "../../lib/server/mod.ts";
import { RawLogin, RawUdp } from "../server/raw_client.ts";
import { ALICE, BOB, CAROL, loggedOn, secretOf, startChat } from "../server/rig.ts";
import { eventually } from "../server/waiting.ts";

/** What a log writes while `action` goes on, the time at the beginning of each line replaced. */
function written(options: Partial<LogOptions>, action: (log: Log) => void): string[] {
  const all: string[] = [];
  const write = (text: string): void => void all.push(text);
  using log = new Log({ format: "text", colour: false, trace: false, write, ...options });
  action(log);
  return all.map((text) => text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, "TIME"));
}

const STARTED: LogNote = { type: "chat started", sessionId: 7, between: [ALICE, BOB] };
const REFUSED: LogNote = {
  type: "log-on refused",
  clientId: ALICE,
  address: "192.0.2.1:5",
  why: "wrong RES",
};
const FAILED: LogNote = {
  type: "dropped",
  what: "commits of messages, all of them refused",
  count: 2,
  why: "the disk is full",
};
const NOTES = [STARTED, REFUSED, FAILED];

Deno.test("a line of text is time, level unless it is info, and sentence", () => {
  assertEquals(written({}, (log) => NOTES.forEach((note) => log.note(note))), [
    "TIME chat 7 started between alice and bob",
    "TIME warning: refused a log-on as alice from 192.0.2.1:5: wrong RES",
    "TIME error: dropped 2 commits of messages, all of them refused: the disk is full",
  ]);
});

Deno.test("a line of text has colours only where they are wanted", () => {
  assertEquals(written({ colour: true }, (log) => NOTES.forEach((note) => log.note(note))), [
    "\x1b[2mTIME\x1b[0m chat 7 started between alice and bob",
    "\x1b[2mTIME\x1b[0m \x1b[33mwarning: \x1b[0mrefused a log-on as alice from 192.0.2.1:5: wrong RES",
    "\x1b[2mTIME\x1b[0m \x1b[31merror: \x1b[0mdropped 2 commits of messages, all of them refused: the disk is full",
  ]);
});

Deno.test("a line of JSON has time, level, event, sentence and the fields of the note", () => {
  const lines = written({ format: "json", colour: true }, (log) => {
    NOTES.forEach((note) => log.note(note));
  });
  assertEquals(lines.map((line) => JSON.parse(line)), [
    {
      time: "TIME",
      level: "info",
      event: "chat started",
      msg: "chat 7 started between alice and bob",
      sessionId: 7,
      between: ["alice", "bob"],
    },
    {
      time: "TIME",
      level: "warning",
      event: "log-on refused",
      msg: "refused a log-on as alice from 192.0.2.1:5: wrong RES",
      clientId: "alice",
      address: "192.0.2.1:5",
      why: "wrong RES",
    },
    {
      time: "TIME",
      level: "error",
      event: "dropped",
      msg: "dropped 2 commits of messages, all of them refused: the disk is full",
      what: "commits of messages, all of them refused",
      count: 2,
      why: "the disk is full",
    },
  ]);
});

Deno.test("a message of the protocol is told only where that is wanted", () => {
  const traced = {
    direction: "sent",
    peer: "alice",
    message: { type: "CHAT_STARTED", sessionId: 7, clientId: BOB },
  } as const;
  assertEquals(written({ trace: true }, (log) => log.trace?.(traced)), [
    "trace sent CHAT_STARTED(session-ID 7, bob) to alice",
  ]);
  const [line] = written({ trace: true, format: "json" }, (log) => {
    log.trace?.({ ...traced, direction: "received" });
  });
  assertEquals(JSON.parse(line!), {
    time: "TIME",
    level: "trace",
    event: "trace",
    msg: "received CHAT_STARTED(session-ID 7, bob) from alice",
    direction: "received",
    peer: "alice",
    message: "CHAT_STARTED(session-ID 7, bob)",
  });
  assertEquals(written({}, (log) => log.trace?.(traced)), []);
});

Deno.test("a sentence is told as it is, braces and all, and JSON stays on one line", () => {
  const note: LogNote = {
    type: "subscribers not reloaded",
    file: "a {file} \\ of\nmine.toml",
    problems: ["line 1: {secret} ${x}", "line 2"],
  };
  const [text] = written({}, (log) => log.note(note));
  assert(text!.startsWith("TIME error: did not reload a {file} \\ of\nmine.toml"));
  assert(text!.endsWith("\n  line 1: {secret} ${x}\n  line 2"));
  const [json] = written({ format: "json" }, (log) => log.note(note));
  assertEquals(json!.includes("\n"), false);
  assertEquals(JSON.parse(json!).problems, note.problems);
});

Deno.test("start and stop have sentences for programs", () => {
  const lines = written({ format: "json" }, (log) => {
    log.note({
      type: "started",
      version: "1.2.3",
      udp: "127.0.0.1:4390",
      tcp: "127.0.0.1:4391",
      metrics: undefined,
      subscribers: 2,
      file: "subscribers.toml",
      history: "history.db",
    });
    log.note({ type: "stopping" });
    log.note({ type: "stopped" });
  });
  const read = lines.map((line) => JSON.parse(line));
  assertEquals(read.map(({ event }) => event), ["started", "stopping", "stopped"]);
  assertEquals(read[0].msg, "started: listening on 127.0.0.1:4390 (UDP) and 127.0.0.1:4391 (TCP)");
});

Deno.test("nothing is logged once a log was disposed of, and a later log starts anew", () => {
  let old!: Log;
  assertEquals(written({}, (log) => void (old = log)), []);
  const lines = written({ format: "json" }, (log) => {
    log.note(STARTED);
  });
  assertEquals(lines.length, 1);
  old.note(STARTED);
  assertEquals(lines.length, 1);
});

Deno.test("a defect is logged as an error: its kind and its place, not what it says", async () => {
  const lines: string[] = [];
  const write = (text: string): void => void lines.push(text);
  using log = new Log({ format: "text", colour: false, trace: false, write });
  class Full extends MemoryHistory {
    override commit(): Promise<void> {
      return Promise.reject(new HistoryError("the disk is full"));
    }
  }
  await using server = await ChatServer.start({
    host: "127.0.0.1",
    udpPort: 0,
    tcpPort: 0,
    history: new Full(),
    subscribers: {
      secretOf: (clientId) => {
        if (clientId === CAROL) throw new TypeError("a secret");
        return secretOf(clientId);
      },
    },
    observer: log,
  });
  await using alice = await loggedOn(server.udpAddress, ALICE);
  await using bob = await loggedOn(server.udpAddress, BOB);
  await startChat(alice, bob);
  await alice.client.send("a text").catch(() => {});
  using udp = new RawUdp(server.udpAddress);
  await udp.send(new RawLogin(CAROL).hello);
  await eventually("a defect", () => lines.some((line) => line.includes("a defect")));
  const defect = lines.find((line) => line.includes("a defect"))!;
  assertMatch(defect, /^\S+ error: a defect of the server: TypeError\n {4}at .*logging_test\.ts:/);
  const failed = lines.find((line) => line.includes("commits of messages"))!;
  assertMatch(failed, /^\S+ error: dropped 1 commits of .*: the disk is full$/);
});
