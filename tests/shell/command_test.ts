/** What typed lines mean, in a chat and out of one. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { parseClientId } from "../../lib/codec/mod.ts";
import { parseLine, type Typed } from "../../lib/shell/mod.ts";

const BOB = parseClientId("bob");

/** Lines that are exactly a command, in a chat or not. */
const COMMANDS: [string, Typed][] = [
  ["Log on", { kind: "logOn" }],
  ["log  ON", { kind: "logOn" }],
  ["\tLog\u3000off\r", { kind: "logOff" }],
  ["End Chat", { kind: "endChat" }],
  [" end   chat ", { kind: "endChat" }],
  ["Chat bob", { kind: "chat", clientId: BOB }],
  [" CHAT   bob ", { kind: "chat", clientId: BOB }],
  ["chat Bob", { kind: "chat", clientId: parseClientId("Bob") }],
  ["History bob", { kind: "history", clientId: BOB }],
  ["history bob 20", { kind: "history", clientId: BOB, last: 20 }],
  ["History bob 4294967295", { kind: "history", clientId: BOB, last: 4294967295 }],
  ["HELP", { kind: "help" }],
  ["quit", { kind: "quit" }],
];

/** Lines that are a command for a person; in a pipe, what they were before. */
const FOR_PERSONS: [string, string][] = [
  ["status", "status"],
  ["Send  Again", "sendAgain"],
  ["FORGET", "forget"],
  ["Remember", "remember"],
  ["help send again", "helpAbout"],
];

/** Lines that are nearly a command: a mistake, or in a chat a message. */
const NEARLY = [
  "Chat",
  "Chat b!b",
  "chat later?",
  "Chat bob now",
  "Chat " + "x".repeat(33),
  "History",
  "History b.b",
  "History bob 0",
  "History bob -1",
  "History bob 1e3",
  "History bob 4294967296",
  "History bob 20 please",
  "History bob >",
  "History > file",
  "History bob 0 > file",
  "History bob> file",
  "constructor",
  "Status",
  "Send again",
  "Help chat",
  "Log",
  "log in",
  "Logon",
  "End",
  "End chat now",
  "help me",
  "hello",
  "Log on\u0000",
];

Deno.test("parseLine() reads commands without regard to case and surplus spaces", () => {
  for (const [line, typed] of COMMANDS) {
    assertEquals(parseLine(line, false), typed, line);
    assertEquals(parseLine(line, true), typed, line);
  }
});

Deno.test("parseLine() explains a mistake when there is no chat", () => {
  for (const line of NEARLY) {
    const typed = parseLine(line, false);
    assert(typed.kind === "mistake", line);
    assertMatch((typed as { explanation: string }).explanation, /\btype\b.*\.$/i);
  }
});

Deno.test("parseLine() knows some more commands at a terminal, in a chat or not", () => {
  for (const [line, kind] of FOR_PERSONS) {
    for (const chatting of [true, false]) {
      assertEquals(parseLine(line, chatting, true).kind, kind, line);
      assertEquals(parseLine(line, chatting).kind, chatting ? "message" : "mistake", line);
    }
    const escaped = parseLine(`\\${line}`, true, true);
    assertEquals(escaped, { kind: "message", text: line });
  }
  assertEquals(parseLine("help me", true, true), { kind: "message", text: "help me" });
});

Deno.test("parseLine() takes a file for a history at a terminal", () => {
  const forms: [string, Typed][] = [
    ["History bob > a file.txt ", { kind: "history", clientId: BOB, file: "a file.txt" }],
    ["history  bob  20 >b>c", { kind: "history", clientId: BOB, last: 20, file: "b>c" }],
  ];
  for (const [line, typed] of forms) {
    for (const chatting of [true, false]) assertEquals(parseLine(line, chatting, true), typed);
    assertEquals(parseLine(line, true), { kind: "message", text: line });
    const inPipe = parseLine(line, false);
    assert(inPipe.kind === "mistake" && inPipe.explanation.endsWith("redirect the output."));
  }
});

Deno.test("parseLine() tells a person the nearest command, where one is near", () => {
  const near: [string, string][] = [
    ["Staus", "Status"],
    ["qiut", "Quit"],
    ["logon", "Log on"],
    ["Caht bob", "Chat bob"],
    ["histroy Bob_2", "History Bob_2"],
  ];
  for (const [line, meant] of near) {
    const explanation = `"${line}" is no command. Did you mean "${meant}"?`;
    assertEquals(parseLine(line, false, true), { kind: "mistake", explanation });
  }
  for (const line of ["hello", "ok", "hi there", "", "chap bob is here", "x".repeat(5_000)]) {
    const typed = parseLine(line, false, true);
    assert(typed.kind !== "mistake" || !typed.explanation.includes("Did you mean"), line);
  }
});

Deno.test("parseLine() shows no control character of a malformed client-ID", () => {
  const typed = parseLine("chat \u001b[2J", false);
  assert(typed.kind === "mistake");
  assert(!JSON.stringify(typed).includes("\\u001b"));
});

Deno.test("parseLine() takes a line in a chat for a message unless it is exactly a command", () => {
  for (const text of [...NEARLY, "  two spaces before, one after ", "\tx", " ", "CHAT(1, hi)"]) {
    assertEquals(parseLine(text, true), { kind: "message", text });
  }
});

Deno.test("parseLine() takes a backslash before a command off and sends the rest", () => {
  assertEquals(parseLine("\\End chat", true), { kind: "message", text: "End chat" });
  assertEquals(parseLine("\\chat  bob", true), { kind: "message", text: "chat  bob" });
  assertEquals(parseLine("\\\\quit", true), { kind: "message", text: "\\quit" });
});

Deno.test("parseLine() leaves a backslash before anything else", () => {
  for (const text of ["\\o/", "\\\\server\\share", "\\", " \\quit"]) {
    assertEquals(parseLine(text, true), { kind: "message", text });
  }
});

Deno.test("parseLine() lets any text at all be sent in a chat", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      const asTyped = parseLine(text, true);
      const line = asTyped.kind === "message" && asTyped.text === text ? text : `\\${text}`;
      assertEquals(parseLine(line, true), { kind: "message", text });
    }),
  );
});

Deno.test("parseLine() makes nothing of an empty line", () => {
  assertEquals(parseLine("", true), { kind: "nothing" });
  for (const line of ["", " ", "\t "]) assertEquals(parseLine(line, false), { kind: "nothing" });
});

Deno.test("parseLine() never sends a line typed outside a chat", () => {
  fc.assert(
    fc.property(fc.string(), (line) => {
      assert(parseLine(line, false).kind !== "message");
    }),
  );
});
