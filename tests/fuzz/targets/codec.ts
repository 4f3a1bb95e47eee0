/** Targets: the decoders of datagrams, of what AUTH_SUCCESS seals, of frames, texts and IDs. */

import fc from "fast-check";
import {
  ByteWriter,
  DATAGRAM_LENGTH,
  decodeAdmission,
  decodeDatagram,
  decodeFrames,
  describe,
  encodeAdmission,
  encodeDatagram,
  encodeFrame,
  type Frame,
  isClientId,
  MAX_TEXT,
  parseClientId,
  parseText,
  textFromString,
  textToString,
} from "../../../lib/codec/mod.ts";
import { datagram, frame, text } from "../../codec/arbitraries.ts";
import { DATAGRAM_FIXTURES, FRAME_FIXTURES } from "../../codec/fixtures.ts";
import { concatBytes } from "../../hex.ts";
import {
  attempt,
  isUtf8,
  isWellFormedId,
  must,
  mustBeWellFormed,
  mustLieWithin,
  sameBytes,
  type Target,
  utf8,
} from "../target.ts";

/** A line of the trace is short, whatever the message. */
const MAX_DESCRIPTION = 200;
const writer = new ByteWriter();
const latin1 = new TextDecoder("latin1");

/** The bytes of `frames`, in memory that the next call takes over. */
function encodeAll(frames: readonly Frame[]): Uint8Array {
  writer.truncate(0);
  for (const frame of frames) encodeFrame(frame, writer);
  return writer.view();
}

/** The same `count` examples whenever it is asked. */
export function examples<T>(arbitrary: fc.Arbitrary<T>, count: number): T[] {
  return fc.sample(arbitrary, { numRuns: count, seed: 1 });
}

export const DATAGRAMS: Target = {
  invariant:
    "decodeDatagram() returns a datagram that encodes to the same bytes, its fields views " +
    "of the input and within their bounds, or throws CodecError; nothing else.",
  name: "datagrams",
  share: 220,
  maxLength: 520,
  seeds: () => [
    ...DATAGRAM_FIXTURES.map(({ bytes }) => bytes),
    ...examples(datagram, 100).map(encodeDatagram),
  ],
  check(input): void {
    const datagram = attempt(() => decodeDatagram(input));
    if (datagram === undefined) return;
    must(input.length === DATAGRAM_LENGTH[datagram.type], "the length is not the type's");
    must(sameBytes(encodeDatagram(datagram), input), "it encodes to other bytes");
    for (const field of Object.values(datagram)) {
      if (field instanceof Uint8Array) mustLieWithin(field, input);
    }
    if ("clientId" in datagram) must(isWellFormedId(datagram.clientId), "no client-ID");
    must(describe(datagram).length <= MAX_DESCRIPTION, "a long line for the trace");
  },
};

export const ADMISSIONS: Target = {
  invariant:
    "decodeAdmission() returns a cookie and a port that encode to the same 18 bytes, the " +
    "port not 0, or throws CodecError; nothing else.",
  name: "admissions",
  share: 80,
  maxLength: 40,
  seeds: () =>
    [1, 4_391, 65_535].map((port) => encodeAdmission({ cookie: new Uint8Array(16).fill(7), port })),
  check(input): void {
    const admission = attempt(() => decodeAdmission(input));
    if (admission === undefined) return;
    must(admission.port > 0 && admission.port <= 0xffff, "no port");
    mustLieWithin(admission.cookie, input);
    must(sameBytes(encodeAdmission(admission), input), "it encodes to other bytes");
  },
};

export const FRAMES: Target = {
  invariant:
    "decodeFrames() returns one or more frames that encode to the same bytes, their fields " +
    "views of the input and within their bounds, or throws CodecError; nothing else.",
  name: "frames",
  share: 320,
  maxLength: 5_000,
  seeds: () => [
    ...FRAME_FIXTURES.map(({ bytes }) => bytes),
    concatBytes(...FRAME_FIXTURES.map(({ bytes }) => bytes)),
    ...examples(fc.array(frame, { minLength: 1, maxLength: 3 }), 150)
      .map((frames) => encodeAll(frames).slice()),
  ],
  check(input): void {
    const frames = attempt(() => decodeFrames(input));
    if (frames === undefined) return;
    must(frames.length > 0 && frames.length <= input.length / 3, "too many frames, or none");
    for (const frame of frames) {
      mustBeWellFormed(frame);
      if ("text" in frame) mustLieWithin(frame.text, input);
      if (frame.type === "CONNECT") mustLieWithin(frame.cookie, input);
      must(describe(frame).length <= MAX_DESCRIPTION, "a long line for the trace");
    }
    must(sameBytes(encodeAll(frames), input), "they encode to other bytes");
  },
};

export const TEXTS: Target = {
  invariant:
    "parseText() returns the same memory where it is 1 to 4096 bytes of UTF-8, which make " +
    "the round trip through a string, and throws CodecError where it is not; nothing else.",
  name: "texts",
  share: 90,
  maxLength: MAX_TEXT + 10,
  seeds: () => [
    ...examples(text, 60),
    ...["é", "世界", "😀", "\ufeffa", "\ud7ff\ue000", "\u{10ffff}", "\0"].map(utf8),
    Uint8Array.of(0xed, 0xa0, 0x80),
    new Uint8Array(MAX_TEXT + 1).fill(0x61),
  ],
  check(input): void {
    const parsed = attempt(() => parseText(input));
    const expected = input.length >= 1 && input.length <= MAX_TEXT && isUtf8(input);
    must((parsed !== undefined) === expected, expected ? "a text is refused" : "it is no text");
    if (parsed === undefined) return;
    must(parsed === input, "a text is copied");
    must(sameBytes(textFromString(textToString(parsed)), input), "it is changed by a round trip");
  },
};

export const CLIENT_IDS: Target = {
  invariant: "parseClientId() returns its argument where it is 1 to 32 of A-Z a-z 0-9 _ -, and " +
    "throws CodecError where it is not; nothing else.",
  name: "client_ids",
  share: 60,
  maxLength: 40,
  seeds: () => ["a", "alice", "Bob_2-x", "x".repeat(32), "x".repeat(33), "a\n", "é"].map(utf8),
  check(input): void {
    const string = latin1.decode(input);
    const parsed = attempt(() => parseClientId(string));
    must((parsed === string) === isWellFormedId(string), "parseClientId() is wrong");
    must(isClientId(string) === isWellFormedId(string), "isClientId() is wrong");
    must(parsed === undefined || parsed === string, "it returns another");
  },
};
