/** Targets: sealed records that somebody on the way flips, cuts, doubles, swaps or makes up. */

import {
  ByteWriter,
  encodeFrame,
  type Frame,
  RECORD_HEADER,
  recordHeader,
} from "../../../lib/codec/mod.ts";
import { Opener, Sealer, type TrafficKey } from "../../../lib/crypto/mod.ts";
import { isPeerError } from "../../../lib/transport/mod.ts";
import { concatBytes } from "../../hex.ts";
import { SeededRandom } from "../../session/fixtures.ts";
import { Choices, cut } from "../choices.ts";
import { FakeConnection } from "../fake_connection.ts";
import { letters, must, sameBytes, type Target } from "../target.ts";

const KEY: TrafficKey = { key: new Uint8Array(32).fill(1), iv: new Uint8Array(12).fill(2) };
const OTHER: TrafficKey = { key: new Uint8Array(32).fill(3), iv: new Uint8Array(12).fill(4) };
/** What is sealed: a record with a few frames for each of these. */
const CONTENTS: readonly Uint8Array[] = [1, 2, 1, 3, 1].map((frames, record) =>
  encode(
    ...Array.from({ length: frames }, (_, i): Frame => ({
      type: "CHAT",
      sessionId: 1,
      number: 1 + 10 * record + i,
      text: letters(1 + 5 * record),
    })),
  )
);
const RECORDS = sealAll(KEY);
const FOREIGN = sealAll(OTHER);

function encode(...frames: Frame[]): Uint8Array {
  const writer = new ByteWriter();
  for (const frame of frames) encodeFrame(frame, writer);
  return writer.view();
}

function sealAll(key: TrafficKey): Uint8Array[] {
  const sealer = new Sealer(key);
  return CONTENTS.map((plain) => {
    const header = recordHeader(plain.length);
    return concatBytes(header, sealer.seal(header, plain));
  });
}

/** The stream that arrives, and how many of its first records are as they were sealed. */
function tamper(choices: Choices): { stream: Uint8Array; whole: number } {
  const records = RECORDS.map((record) => record.slice());
  for (let count = choices.below(4); count > 0; count--) {
    const at = choices.below(records.length);
    const record = records[at]!;
    switch (choices.below(8)) {
      case 0:
      case 1:
      case 2:
        if (record.length > 0) record[choices.byte() % record.length]! ^= 1 << choices.below(8);
        break;
      case 3:
        records[at] = record.slice(0, choices.byte() % (record.length + 1));
        break;
      case 4:
        records.splice(at, 1);
        break;
      case 5:
        records.splice(at, 0, choices.pick(RECORDS).slice());
        break;
      case 6:
        records.splice(at, 0, choices.pick(FOREIGN).slice());
        break;
      case 7:
        records.splice(at, 0, choices.rest().slice(0, 40));
        break;
    }
    if (records.length === 0) break;
  }
  const stream = concatBytes(...records);
  let whole = 0;
  for (let offset = 0; whole < RECORDS.length; whole++) {
    const record = RECORDS[whole]!;
    if (!sameBytes(stream.subarray(offset, offset + record.length), record)) break;
    offset += record.length;
  }
  return { stream, whole };
}

export const SEALED: Target = {
  invariant:
    "whatever becomes of sealed records on their way, a Link delivers exactly those before " +
    "the first that was touched, then refuses the stream or waits for more; nothing else.",
  name: "sealed",
  share: 6,
  maxLength: 80,
  seeds: () => {
    const random = new SeededRandom(10);
    return [new Uint8Array(1), ...Array.from({ length: 40 }, (_, i) => random.bytes(2 + i))];
  },
  async check(input): Promise<void> {
    const choices = new Choices(input);
    const { stream, whole } = tamper(choices);
    const link = new FakeConnection(cut(stream, choices)).link();
    link.useKeys(OTHER, KEY);
    const delivered: Uint8Array[] = [];
    try {
      while (await link.read()) {
        for (let some = link.nextFrames(); some !== undefined; some = link.nextFrames()) {
          delivered.push(encode(...some));
        }
      }
    } catch (error) {
      if (!isPeerError(error)) throw error;
      must(whole < RECORDS.length || stream.length > concatBytes(...RECORDS).length, "refused");
    }
    must(delivered.length === whole, `delivered ${delivered.length} records of ${whole}`);
    must(delivered.every((frames, i) => sameBytes(frames, CONTENTS[i]!)), "other frames");
  },
};

export const OPENER: Target = {
  invariant: "Opener.open() gives the plaintext of the next record exactly as it was sealed, and " +
    "undefined for everything else, which changes nothing: the next record opens after it.",
  name: "opener",
  share: 6,
  maxLength: 60,
  seeds: () => [
    Uint8Array.of(0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0),
    Uint8Array.of(0, 0, 1, 9, 1, 0, 0, 2, 30, 0, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0),
    ...SEALED.seeds(),
  ],
  check(input): void {
    const choices = new Choices(input);
    const opener = new Opener(KEY);
    let next = 0;
    while (choices.left) {
      const which = choices.below(RECORDS.length);
      const record = choices.pick([RECORDS, RECORDS, RECORDS, FOREIGN])[which]!.slice();
      const change = choices.below(4);
      if (change === 1) record[choices.byte() % record.length]! ^= 1 << choices.below(8);
      const kept = change === 2 ? choices.byte() % record.length : record.length;
      const whole = record.subarray(0, Math.max(kept, RECORD_HEADER));
      const plain = opener.open(whole.subarray(0, RECORD_HEADER), whole.subarray(RECORD_HEADER));
      const right = next < RECORDS.length && sameBytes(whole, RECORDS[next]!);
      must((plain !== undefined) === right, right ? "a record does not open" : "a record opens");
      if (plain !== undefined) must(sameBytes(plain, CONTENTS[next++]!), "another plaintext");
    }
  },
};
