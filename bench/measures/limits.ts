/** The parts of a message's way through the server, each by itself: what is to be measured of it. */

import { join } from "@std/path";
import {
  ByteWriter,
  decodeFrames,
  encodeFrame,
  type Frame,
  parseClientId,
  textFromString,
} from "../../lib/codec/mod.ts";
import { Opener, Sealer } from "../../lib/crypto/mod.ts";
import { type Entry, openHistory } from "../../lib/history/mod.ts";
import { idOf } from "../load/pair.ts";

/** Something to do again and again. */
export interface Action {
  readonly what: string;
  /** How many messages it is done for at once. */
  readonly messages: number;
  act(): void | Promise<void>;
}

const PAIRS = 50;
/** Messages of a pair in one record, and in one commit, under saturation. */
const RUN = 64;
const TEXT = textFromString("x".repeat(64));
/** A file of this size is written over and over, as SQLite does with its log. */
const FILE_SIZE = 4 * 1024 * 1024;

/** All of them. Files are in `folder`, and stay open until the program ends. */
export async function limitActions(folder: string): Promise<Action[]> {
  return [
    ...[1, RUN].flatMap((messages) => codecAndCrypto(messages)),
    ...[1, PAIRS].map((messages) => syncing(folder, messages)),
    syncing(folder, PAIRS * RUN),
    await committing(folder, 1),
    await committing(folder, RUN),
  ];
}

function codecAndCrypto(messages: number): Action[] {
  const frames = Array.from({ length: messages }, (_, i): Frame => {
    return { type: "CHAT", sessionId: 1, number: i + 1, text: TEXT };
  });
  const writer = new ByteWriter();
  const encode = (): void => {
    writer.truncate(0);
    for (const frame of frames) encodeFrame(frame, writer);
  };
  encode();
  const plaintext = writer.view().slice();
  const key = { key: new Uint8Array(32).fill(7), iv: new Uint8Array(12) };
  const header = 2;
  const record = new Uint8Array(header + plaintext.length + 16);
  const target = new Uint8Array(plaintext.length);
  return [
    { what: "decode and check", messages, act: () => void decodeFrames(plaintext) },
    { what: "encode", messages, act: encode },
    {
      what: "seal, and open again",
      messages,
      act: () => {
        new Sealer(key).sealInto(record, header, plaintext);
        new Opener(key).openInto(record, header, target, 0);
      },
    },
  ];
}

/** One write to a file, and the disk told to take it: what a durable store cannot do without. */
function syncing(folder: string, messages: number): Action {
  const file = Deno.openSync(join(folder, `sync-${messages}`), { write: true, create: true });
  file.writeSync(new Uint8Array(FILE_SIZE));
  const bytes = new Uint8Array(messages * TEXT.length);
  let at = 0;
  return {
    what: "write the texts to a file, and fdatasync",
    messages,
    act: () => {
      if (at + bytes.length > FILE_SIZE) at = 0;
      file.seekSync(at, Deno.SeekMode.Start);
      file.writeSync(bytes);
      file.syncDataSync();
      at += bytes.length;
    },
  };
}

/** One commit of runs of `length` messages of each pair, which waits for nothing. */
async function committing(folder: string, length: number): Promise<Action> {
  const path = join(folder, `history-${length}.db`);
  const history = await openHistory(path, { durability: "normal" });
  const texts = Array.from({ length }, () => TEXT);
  let number = 1;
  return {
    what: "store in the history, without fdatasync",
    messages: PAIRS * length,
    act: async () => {
      const entries = Array.from({ length: PAIRS }, (_, i): Entry => ({
        ...{ sessionId: i + 1, at: Date.now(), number, texts },
        from: parseClientId(idOf(2 * i)),
        to: parseClientId(idOf(2 * i + 1)),
      }));
      number += length;
      await history.commit(entries);
    },
  };
}
