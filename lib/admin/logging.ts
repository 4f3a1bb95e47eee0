/**
 * The server's log: notes go in, and each comes out as a line, through LogTape.
 *
 * A line of text is for people: time, level unless it is a plain piece of news, sentence. A line of
 * JSON is for programs: the same, and the note's fields. Neither can tell more than a note does,
 * which is never a secret, a key, RES, a cookie or chat text. Where lines go is not known here.
 */

import {
  configureSync,
  getLogger,
  type Logger,
  type LogLevel,
  type LogRecord,
  resetSync,
} from "@logtape/logtape";
import { describe, type Dropped, logLine, type ServerNote, type Traced } from "../server/mod.ts";
import { adminLine, type AdminNote } from "./notes.ts";

/** Beginning and end of the program itself. */
export type ProgramNote =
  | {
    readonly type: "started";
    readonly version: string;
    /** Where the server listens, as `host:port`. */
    readonly udp: string;
    readonly tcp: string;
    /** Where metrics are served, as an URL; undefined where they are not. */
    readonly metrics: string | undefined;
    /** How many subscribers there are, and where they stand. */
    readonly subscribers: number;
    readonly file: string;
    readonly history: string;
  }
  | { readonly type: "stopping" }
  | { readonly type: "stopped" };

/** Whatever is worth a line in the log. */
export type LogNote = ServerNote | AdminNote | ProgramNote;

/** How lines look. */
export type LogFormat = "text" | "json";

/** What a log is made of. */
export interface LogOptions {
  readonly format: LogFormat;
  /** Whether lines of text have colours. */
  readonly colour: boolean;
  /** Whether protocol messages are told. */
  readonly trace: boolean;
  /** Takes one record, of one line or, in text, of several. */
  write(text: string): void;
}

const LEVELS: Readonly<Record<Exclude<LogNote["type"], "dropped">, LogLevel>> = {
  "started": "info",
  "stopping": "info",
  "stopped": "info",
  "log-on accepted": "info",
  "log-on refused": "warning",
  "connected": "info",
  "disconnected": "info",
  "chat started": "info",
  "chat ended": "info",
  "protocol error": "warning",
  "internal error": "error",
  "subscribers reloaded": "info",
  "subscribers not reloaded": "error",
  "subscribers readable by others": "warning",
};

/** What the history could not do, which is the admin's to put right. */
const HISTORY_FAILURES: ReadonlySet<Dropped> = new Set<Dropped>([
  "commits of messages, all of them refused",
  "histories that somebody asked for",
  "requests for more session-IDs",
]);

/** The log of this process: there is one at a time. Disposing of it ends it. */
export class Log implements Disposable {
  readonly #logger: Logger;
  /** Tells of a protocol message, if anybody wants that. */
  readonly trace?: (traced: Traced) => void;

  constructor({ format, colour, trace, write }: LogOptions) {
    const line = format === "json" ? jsonLine : colour ? colouredLine : textLine;
    configureSync({
      reset: true,
      sinks: { lines: (record) => write(line(record)) },
      loggers: [
        { category: "parley", sinks: ["lines"], lowestLevel: "trace" },
        { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "warning" },
      ],
    });
    this.#logger = getLogger("parley");
    if (trace) this.trace = (traced): void => this.#trace(traced);
  }

  /** Tells of `note`. */
  note(note: LogNote): void {
    const { type: event, ...fields } = note;
    this.#emit(levelOf(note), event, sentenceOf(note), fields);
  }

  [Symbol.dispose](): void {
    resetSync();
  }

  #trace({ direction, peer, message }: Traced): void {
    const shown = describe(message);
    const sentence = `${direction} ${shown} ${direction === "sent" ? "to" : "from"} ${peer}`;
    this.#emit("trace", "trace", sentence, { direction, peer, message: shown });
  }

  /** As a record of its own: LogTape would look for fields to fill in, in the sentence itself. */
  #emit(level: LogLevel, event: string, sentence: string, fields: object): void {
    this.#logger.emit({
      level,
      message: [sentence],
      rawMessage: sentence,
      timestamp: Date.now(),
      properties: { event, ...fields },
    });
  }
}

function levelOf(note: LogNote): LogLevel {
  if (note.type !== "dropped") return LEVELS[note.type];
  return HISTORY_FAILURES.has(note.what) ? "error" : "warning";
}

function sentenceOf(note: LogNote): string {
  switch (note.type) {
    case "started":
      return `started: listening on ${note.udp} (UDP) and ${note.tcp} (TCP)`;
    case "stopping":
    case "stopped":
      return note.type;
    case "subscribers reloaded":
    case "subscribers not reloaded":
    case "subscribers readable by others":
      return adminLine(note);
    default:
      return logLine(note);
  }
}

function jsonLine({ timestamp, level, message, properties, category }: LogRecord): string {
  const { event = category.join("."), ...fields } = properties;
  return JSON.stringify({
    time: timeOf(timestamp),
    level,
    event,
    msg: message.join(""),
    ...fields,
  });
}

function textLine({ timestamp, level, message }: LogRecord): string {
  const sentence = message.join("");
  if (level === "trace") return `trace ${sentence}`;
  return `${timeOf(timestamp)} ${level === "info" ? "" : `${level}: `}${sentence}`;
}

const [DIM, RED, YELLOW] = ["2", "31", "33"];

function colouredLine(record: LogRecord): string {
  const { timestamp, level, message } = record;
  if (level === "trace") return painted(DIM!, textLine(record));
  const word = level === "info" ? "" : painted(level === "warning" ? YELLOW! : RED!, `${level}: `);
  return `${painted(DIM!, timeOf(timestamp))} ${word}${message.join("")}`;
}

function painted(colour: string, text: string): string {
  return `\x1b[${colour}m${text}\x1b[0m`;
}

function timeOf(timestamp: number): string {
  return new Date(timestamp).toISOString();
}
