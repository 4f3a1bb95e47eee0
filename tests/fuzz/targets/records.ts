/** Target: the splitter that finds the records in a TCP stream. */

import {
  CodecError,
  MAX_RECORD_PLAINTEXT,
  RECORD_HEADER,
  recordHeader,
  RecordSplitter,
  TAG_LENGTH,
} from "../../../lib/codec/mod.ts";
import { concatBytes } from "../../hex.ts";
import { Choices, cut } from "../choices.ts";
import { must, sameBytes, type Target } from "../target.ts";

const LONGEST = RECORD_HEADER + MAX_RECORD_PLAINTEXT + TAG_LENGTH;
const SHORTEST = RECORD_HEADER + 3 + TAG_LENGTH;

/** How the records of a stream end: where, and whether with one that is none. */
interface Ending {
  readonly offset: number;
  readonly refused: boolean;
}

/** Where each record of `stream` ends, found in the plainest way. */
function endsOf(stream: Uint8Array): { ends: number[]; ending: Ending } {
  const ends: number[] = [];
  let offset = 0;
  while (offset + RECORD_HEADER <= stream.length) {
    const length = RECORD_HEADER + stream[offset]! * 256 + stream[offset + 1]!;
    if (length < SHORTEST || length > LONGEST) return { ends, ending: { offset, refused: true } };
    if (offset + length > stream.length) break;
    offset += length;
    ends.push(offset);
  }
  return { ends, ending: { offset, refused: false } };
}

function record(plain: number, fill: number): Uint8Array {
  const header = recordHeader(plain);
  return concatBytes(header, new Uint8Array(plain + TAG_LENGTH).fill(fill));
}

/** An input: how to cut, 8 bytes of it, then the stream. */
function seed(cuts: number, ...records: Uint8Array[]): Uint8Array {
  return concatBytes(Uint8Array.of(cuts, ...new Uint8Array(7).fill(cuts * 5)), ...records);
}

export const RECORDS: Target = {
  invariant:
    "RecordSplitter finds the same records however a stream is cut, each whole and within " +
    "its limits, keeps no more than a record and a piece, and refuses what is none with CodecError.",
  name: "records",
  share: 80,
  maxLength: 600,
  seeds: () => [
    ...[0, 1, 3, 7, 31].flatMap((cuts) => [
      seed(cuts, record(3, 1)),
      seed(cuts, record(3, 0), record(40, 2), record(100, 3)),
      seed(cuts, record(200, 4), Uint8Array.of(0, 18), record(3, 5)),
      seed(cuts, Uint8Array.of(0x40, 0x11)),
    ]),
    seed(9, record(MAX_RECORD_PLAINTEXT, 6), record(3, 7)),
  ],
  check(input): void {
    const choices = new Choices(input.subarray(0, 8));
    const stream = input.subarray(8);
    const { ends, ending } = endsOf(stream);
    const splitter = new RecordSplitter();
    let taken = 0;
    let found = 0;
    for (const piece of cut(stream, choices)) {
      splitter.push(piece);
      try {
        for (let next = splitter.next(); next !== undefined; next = splitter.next()) {
          must(next.length === ends[found]! - taken, "a record of another length");
          must(sameBytes(next, stream.subarray(taken, ends[found])), "a record of other bytes");
          taken = ends[found++]!;
        }
      } catch (error) {
        if (!(error instanceof CodecError)) throw error;
        must(ending.refused && taken === ending.offset, "a record is refused");
        return;
      }
      must(splitter.available < LONGEST, "more is kept than a record");
    }
    must(found === ends.length && !ending.refused, "not all records are found, or one too many");
    must(splitter.available === stream.length - taken, "bytes are lost");
  },
};
