/** Targets: what is typed or piped into the terminal, and what of others' text is shown there. */

import { LineSplitter, MAX_LINE } from "../../../lib/terminal/line_splitter.ts";
import { type Command, parseLine } from "../../../lib/shell/mod.ts";
import { visible } from "../../../lib/terminal/mod.ts";
import { concatBytes } from "../../hex.ts";
import { Choices, cut } from "../choices.ts";
import { isWellFormedId, must, type Target, utf8 } from "../target.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** What a terminal acts on, or what hides or reorders a line wherever it stands. */
const DANGEROUS = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\u2060-\u206f\ufeff\ufff9-\ufffb]/u;

/** What hides where it spells nothing: joiners after ASCII, selectors at the start or in a row. */
const HIDING =
  /[\0-\x7f][\u034f\u180e\u200b-\u200d]|(?:^|\p{Variation_Selector})\p{Variation_Selector}/u;

/** The lines of `stream`, and how many bytes of them are dropped, found in the plainest way. */
function linesOf(stream: Uint8Array): { lines: string[]; dropped: number } {
  const lines: string[] = [];
  let dropped = 0;
  for (let start = 0; start < stream.length;) {
    const newline = stream.indexOf(0x0a, start);
    const whole = stream.subarray(start, newline < 0 ? stream.length : newline);
    const kept = whole.subarray(0, MAX_LINE);
    dropped += whole.length - kept.length;
    const line = decoder.decode(kept.at(-1) === 0x0d ? kept.subarray(0, -1) : kept);
    lines.push(start === 0 && line.startsWith("\ufeff") ? line.slice(1) : line);
    start += whole.length + 1;
  }
  return { lines, dropped };
}

/** An input: how to cut, 8 bytes of it, how often to repeat it, then the bytes. */
function piped(cuts: number, repeats: number, text: string): Uint8Array {
  return concatBytes(Uint8Array.of(cuts, ...new Uint8Array(7).fill(cuts * 7), repeats), utf8(text));
}

export const LINES: Target = {
  invariant:
    "LineSplitter gives the same lines however its input is cut, without their ends, keeps " +
    "64 KiB of each, and tells of every byte that it drops.",
  name: "lines",
  share: 9,
  maxLength: 400,
  seeds: () =>
    [0, 1, 5, 31].flatMap((cuts) => [
      piped(cuts, 1, "Log on\nChat bob\r\nhello\n\n\r\nEnd chat"),
      piped(cuts, 1, "\ufeffé\n\ufeff世界\r\r\n😀"),
      piped(cuts, 2, "a\nb"),
    ]).concat(piped(4, 255, "x".repeat(300)), piped(4, 255, "y".repeat(256) + "\r\n")),
  check(input): void {
    const choices = new Choices(input.subarray(0, 8));
    const part = input.subarray(9);
    const repeats = (input[8] ?? 0) === 255 ? 255 : (input[8] ?? 0) % 4;
    const stream = new Uint8Array(part.length * repeats);
    for (let i = 0; i < repeats; i++) stream.set(part, i * part.length);
    const expected = linesOf(stream);
    let dropped = 0;
    const splitter = new LineSplitter((count) => dropped += count);
    const lines = cut(stream, choices).flatMap((piece) => splitter.push(piece));
    lines.push(...splitter.end());
    must(lines.length === expected.lines.length, "another number of lines");
    must(lines.every((line, i) => line === expected.lines[i]), "another line");
    must(dropped === expected.dropped, "bytes are dropped untold");
  },
};

/** A command as a person would type it. */
function spelled(command: Command): string {
  switch (command.kind) {
    case "logOn":
      return "log on";
    case "logOff":
      return "log off";
    case "endChat":
      return "end chat";
    case "chat":
      return `chat ${command.clientId}`;
    case "history":
      return `history ${command.clientId}` +
        (command.last === undefined ? "" : ` ${command.last}`) +
        (command.file === undefined ? "" : ` > ${command.file}`);
    case "sendAgain":
      return "send again";
    case "helpAbout":
      return `help ${command.command.name.toLowerCase()}`;
    default:
      return command.kind;
  }
}

const TYPED = [
  "Log on",
  " log  OFF ",
  "Chat bob",
  "chat Bob_2-x ",
  "History bob",
  "History bob 20",
  "HISTORY bob 4294967295",
  "history bob 4294967296",
  "History bob > a file",
  "history bob 20 >x  > y",
  "End chat",
  "\\End chat",
  "\\\\Log off",
  "help",
  "Help history",
  "Status",
  "SEND  again",
  "staus",
  "Quit",
  "Chat",
  "Chat bob carol",
  "hello, world",
  "",
  "   ",
  "\u3000quit\u00a0",
];

export const COMMANDS: Target = {
  invariant:
    "parseLine() gives a well-formed command that was typed, in a chat the line as it is " +
    "or without one backslash, or a mistake to show; a backslash makes any command a message.",
  name: "commands",
  share: 40,
  maxLength: 80,
  seeds: () =>
    [0, 1, 2, 3].flatMap((circumstances) =>
      TYPED.map((line) => concatBytes(Uint8Array.of(circumstances), utf8(line)))
    ),
  check(input): void {
    const circumstances = input[0] ?? 0;
    const chatting = (circumstances & 1) !== 0;
    const atTerminal = (circumstances & 2) !== 0;
    const line = decoder.decode(input.subarray(1));
    const typed = parseLine(line, chatting, atTerminal);
    switch (typed.kind) {
      case "nothing":
        return must(chatting ? line === "" : line.trim() === "", "a line is ignored");
      case "mistake":
        must(!chatting && typed.explanation !== "", "no explanation");
        return must(!DANGEROUS.test(typed.explanation), "an explanation with a control");
      case "message":
        must(chatting && typed.text !== "", "an empty message");
        return must(typed.text === line || `\\${typed.text}` === line, "a message is changed");
    }
    if ("clientId" in typed) must(isWellFormedId(typed.clientId), "no client-ID");
    const words = line.trim().split(/\s+/).join(" ");
    must(sameCommand(words, spelled(typed)), "a command that was not typed");
    const escaped = parseLine(`\\${line}`, true, atTerminal);
    must(escaped.kind === "message" && escaped.text === line, "a backslash changes nothing");
  },
};

/** Whether both are the same but for the case of the first word, spaces, and zeros before a number. */
function sameCommand(typed: string, spelled: string): boolean {
  const plain = (text: string): string[] =>
    text.split(/\s+/).join(" ").replace(/ > ?/, " > ").trimEnd()
      .replace(/^(\S+ \S+ )0+(?=\d)/, "$1").split(" ");
  const [verb, ...words] = plain(typed);
  const [expected, ...others] = plain(spelled);
  const fixed = ["log", "end", "send", "help"].includes(expected!);
  return verb!.toLowerCase() === expected &&
      words.join(" ") === others.join(" ") || fixed && typed.toLowerCase() === spelled;
}

const SHOWN = [
  "Hello, world! <U+202E> ~`|\\",
  "שלום عולם می\u200cخواهم क्\u200dष ខ្មែ\u200bរ ᠮ\u180eᠠ",
  "👩\u200d👩\u200d👧 🏳️\u200d🌈 1️⃣ 👍🏽 🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
  "\x1b[2J\x07\t\r\n\0\x7f\x80\x9b\x85",
  "a\u202eb\u2066c\u2069\u200e\u061c\u2028\u2029\u00ad\u2060\ufeff\ufff9",
  "bo\u200bb \u200d\u200c \ufe0fa\ufe0e\ufe0f\u{e0100} 🏴\u{e0061}\u{e007f}",
];

export const VISIBLE: Target = {
  invariant:
    "visible() lets no control, bidi or line separator through, changes nothing the second " +
    "time and no printable ASCII ever, and grows a text to at most eight times its length.",
  name: "visible",
  share: 30,
  maxLength: 200,
  seeds: () => SHOWN.map(utf8),
  check(input): void {
    const text = decoder.decode(input);
    const shown = visible(text);
    must(!DANGEROUS.test(shown), "something dangerous is shown");
    must(!HIDING.test(shown), "something hides");
    must(visible(shown) === shown, "it changes the second time");
    must(shown.length <= 8 * text.length, "it grows too much");
    must(shown.isWellFormed(), "half a surrogate pair");
    const ascii = (text: string): string => text.replace(/[^ -~]|<U\+[0-9A-F]{4,6}>/g, "");
    must(ascii(shown) === ascii(text), "ordinary text is changed");
  },
};
