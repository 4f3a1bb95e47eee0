/**
 * What the server does, in numbers, for Prometheus.
 *
 * Events are counted from what the server tells anyway: its notes, the messages that it traces, and
 * the commits of its history. What it holds at the moment is asked of it at a scrape. No label has
 * a value that a client chooses. How anybody gets to read the numbers is not known here.
 */

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { CLOSING_REASON, HISTORY_OUTCOME, REFUSAL } from "../../codec/mod.ts";
import { type ChatServer, DROPPED, type LogOnResult, type Traced } from "../../server/mod.ts";
import type { LogNote } from "../logging.ts";
import type { CommitMeter } from "./measured_history.ts";

/** Why clients go: what a CLOSING tells them, and two reasons that need none. */
const DISCONNECTS = ["connection closed", "silent", ...Object.keys(CLOSING_REASON)];

const LOG_ON_RESULTS = Object.keys(
  {
    "accepted": true,
    "unknown client-ID": true,
    "wrong RES": true,
    "unusable key": true,
    "too many refused": true,
  } satisfies Record<LogOnResult, true>,
) as LogOnResult[];

/** Seconds. A commit to a good disk takes one to ten milliseconds. */
const COMMIT_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const DELAY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** What is asked of a server at each scrape. */
export type Watched = Pick<ChatServer, "load" | "dropped" | "logOns">;

/** What runs. */
export interface Build {
  readonly version: string;
  /** Of Deno. */
  readonly deno: string;
}

/** All numbers of one server. */
export class Metrics implements CommitMeter {
  readonly #registry = new Registry();
  #server: Watched | undefined;

  readonly #chatsStarted = this.#counter("chats_started", "Chats that were started.");
  readonly #disconnects = this.#counters(
    "disconnects",
    "Connected clients that are so no more, by the reason that the log tells.",
    "reason",
    DISCONNECTS,
  );
  readonly #refused = this.#counters(
    "messages_refused",
    "CHATs that were answered with REFUSED, by its reason.",
    "reason",
    Object.keys(REFUSAL),
  );
  readonly #unreachable = this.#counter(
    "chats_unreachable",
    "CHAT_REQUESTs that were answered with UNREACHABLE.",
  );
  readonly #histories = this.#counters(
    "histories_read",
    "HISTORY_REQs that were answered, by their outcome.",
    "outcome",
    Object.keys(HISTORY_OUTCOME),
  );
  readonly #protocolErrors = this.#counter(
    "protocol_errors",
    "Connections whose client broke the protocol; each counts once.",
  );
  readonly #defects = this.#counter("defects", "Defects of the server itself.");
  readonly #reloads = this.#counters(
    "reloads",
    "Times that the subscribers were loaded anew, by what came of it.",
    "result",
    ["applied", "rejected"],
  );
  readonly #messages = this.#counter("messages_stored", "Messages that were stored.");
  readonly #textBytes = this.#counter("stored_text_bytes", "Bytes of text that were stored.");
  readonly #commitFailures = this.#counter(
    "history_commit_failures",
    "Commits of the history that failed; all of their messages were refused.",
  );
  readonly #commitSeconds = this.#histogram(
    "history_commit_seconds",
    "How long commits of the history took that did not fail.",
    COMMIT_BUCKETS,
  );
  readonly #loopDelay = this.#histogram(
    "event_loop_delay_seconds",
    "How late a timer fires that is set ten times a second.",
    DELAY_BUCKETS,
  );

  constructor(build: Build) {
    this.#gauge("connections", "Clients that are connected.", () => this.#server?.load.clients);
    this.#gauge(
      "unconnected",
      "TCP connections that have not shown a valid CONNECT.",
      () => this.#server?.load.unconnected,
    );
    this.#gauge(
      "pending_logins",
      "Logins that are kept: under way, or over for less than a minute.",
      () => this.#server?.load.pendingLogins,
    );
    this.#gauge("chats_active", "Chats at the moment.", () => this.#server?.load.chats);
    this.#totals(
      "log_ons",
      "RESPONSEs that were judged, by the result.",
      "result",
      LOG_ON_RESULTS,
      (result) => this.#server?.logOns(result),
    );
    this.#totals(
      "dropped",
      "What was dropped without a reply, and what the history could not do, by its kind.",
      "what",
      DROPPED,
      (what) => this.#server?.dropped(what),
    );
    this.#gauge(
      "resident_memory_bytes",
      "Memory that the process occupies.",
      () => Deno.memoryUsage().rss,
    );
    new Gauge({
      name: "parley_build_info",
      help: "Always 1; its labels are the versions of Parley and of Deno.",
      labelNames: ["version", "deno"],
      registers: [this.#registry],
    }).set({ ...build }, 1);
  }

  /** Asks `server` from now on. */
  watch(server: Watched): void {
    this.#server = server;
  }

  /** Counts what a note tells. */
  note(note: LogNote): void {
    if (note.type === "chat started") this.#chatsStarted.inc();
    else if (note.type === "disconnected") this.#disconnects.inc({ reason: note.why });
    else if (note.type === "protocol error") this.#protocolErrors.inc();
    else if (note.type === "internal error") this.#defects.inc();
    else if (note.type === "subscribers reloaded") this.#reloads.inc({ result: "applied" });
    else if (note.type === "subscribers not reloaded") this.#reloads.inc({ result: "rejected" });
  }

  /** Counts refusals and answers among the messages that the server sends. */
  trace({ direction, message }: Traced): void {
    if (direction === "received") return;
    if (message.type === "REFUSED") this.#refused.inc({ reason: message.reason });
    else if (message.type === "UNREACHABLE") this.#unreachable.inc();
    else if (message.type === "HISTORY_END") this.#histories.inc({ outcome: message.outcome });
  }

  stored(
    { messages, textBytes, seconds }: { messages: number; textBytes: number; seconds: number },
  ): void {
    this.#messages.inc(messages);
    this.#textBytes.inc(textBytes);
    this.#commitSeconds.observe(seconds);
  }

  failed(): void {
    this.#commitFailures.inc();
  }

  /** A timer was late by so many seconds. */
  delayed(seconds: number): void {
    this.#loopDelay.observe(seconds);
  }

  /** All numbers, in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** The media type of {@linkcode text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  #counter(name: string, help: string): Counter {
    return new Counter({ name: `parley_${name}_total`, help, registers: [this.#registry] });
  }

  /** A counter for each value of a label; all are there from the start, so that rates see them. */
  #counters<Label extends string>(
    name: string,
    help: string,
    label: Label,
    values: readonly string[],
  ): Counter<Label> {
    const counter = new Counter({
      name: `parley_${name}_total`,
      help,
      labelNames: [label],
      registers: [this.#registry],
    });
    for (const value of values) counter.inc(labelled(label, value), 0);
    return counter;
  }

  /** Totals that the server itself keeps. */
  #totals<Value extends string>(
    name: string,
    help: string,
    label: string,
    values: readonly Value[],
    total: (value: Value) => number | undefined,
  ): void {
    new Counter({
      name: `parley_${name}_total`,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect(): void {
        this.reset();
        for (const value of values) this.inc(labelled(label, value), total(value) ?? 0);
      },
    });
  }

  #gauge(name: string, help: string, value: () => number | undefined): void {
    new Gauge({
      name: `parley_${name}`,
      help,
      registers: [this.#registry],
      collect(): void {
        this.set(value() ?? 0);
      },
    });
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name: `parley_${name}`, help, buckets, registers: [this.#registry] });
  }
}

function labelled<Label extends string>(label: Label, value: string): Record<Label, string> {
  return { [label]: value } as Record<Label, string>;
}
