/** Frames: clause 4. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  ByteWriter,
  type CodecErrorCode,
  decodeFrames,
  encodeFrame,
  type Frame,
  FRAME_HEADER,
  MAX_RECORD_PLAINTEXT,
  parseClientId,
  type Text,
} from "../../lib/codec/mod.ts";
import { damaged, FRAME, frame } from "./arbitraries.ts";
import { concatBytes, hex } from "../hex.ts";
import { FRAME_FIXTURES } from "./fixtures.ts";
import { assertRefuses, refusal } from "./refusal.ts";

const record = fc.array(frame, { minLength: 1, maxLength: 8 });

for (const [type, arbitrary] of Object.entries(FRAME)) {
  Deno.test(`decodeFrames() undoes encodeFrame() for ${type}`, () => {
    fc.assert(fc.property(arbitrary as fc.Arbitrary<Frame>, (message) => {
      assertEquals(decodeFrames(encode([message])), [message]);
    }));
  });
}

for (const { message, bytes } of FRAME_FIXTURES) {
  const { type } = message;
  const endsInText = "text" in message;

  Deno.test(`${type} has the bytes that docs/protocol.md gives it`, () => {
    assertEquals(encode([message]), bytes);
    assertEquals(decodeFrames(bytes), [message]);
  });

  Deno.test(`decodeFrames() refuses ${type} cut at every length`, () => {
    for (let length = 0; length < bytes.length; length++) {
      assertRefuses(() => decodeFrames(bytes.subarray(0, length)), "bad_length", `${length}`);
    }
  });

  Deno.test(`decodeFrames() refuses ${type} with a body shorter than its fields`, () => {
    const body = bytes.subarray(FRAME_HEADER);
    const fields = endsInText ? body.length - message.text.length + 1 : body.length;
    for (let length = 0; length < fields; length++) {
      const short = frameBytes(bytes[0]!, body.subarray(0, length));
      assertRefuses(() => decodeFrames(short), undefined, `${length} bytes`);
    }
  });

  Deno.test(`decodeFrames() refuses ${type} with a body longer than its fields`, () => {
    const body = bytes.subarray(FRAME_HEADER);
    const extra = Uint8Array.of(endsInText ? 0xff : 0x00);
    const long = frameBytes(bytes[0]!, concatBytes(body, extra));
    assertRefuses(() => decodeFrames(long), endsInText ? "bad_text" : "bad_length");
  });

  Deno.test(`decodeFrames() refuses ${type} with trailing bytes`, () => {
    for (let extra = 1; extra <= 4; extra++) {
      const code = extra < FRAME_HEADER ? "bad_length" : "unknown_type";
      assertRefuses(() => decodeFrames(concatBytes(bytes, new Uint8Array(extra))), code);
    }
  });

  Deno.test(`decodeFrames() reads ${type} between other frames`, () => {
    const frames: Frame[] = [{ type: "CONNECTED" }, message, { type: "PING", token: 1 }];
    assertEquals(decodeFrames(encode(frames)), frames);
  });
}

Deno.test("there is a fixture for every type of frame", () => {
  assertEquals(FRAME_FIXTURES.map(({ message }) => message.type as string), Object.keys(FRAME));
});

Deno.test("decodeFrames() knows the sixteen types of clause 4 and no other", () => {
  const known = Array.from({ length: 256 }, (_, code) => code).filter((code) =>
    refusal(() => decodeFrames(frameBytes(code, new Uint8Array(0)))) !== "unknown_type"
  );
  assertEquals(known, [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 64, 65, 66, 67, 68, 69]);
});

Deno.test("decodeFrames() refuses an empty record", () => {
  assertRefuses(() => decodeFrames(new Uint8Array(0)), "bad_length");
});

Deno.test("decodeFrames() refuses a length that runs past the record", () => {
  assertRefuses(() => decodeFrames(hex("07 0001")), "bad_length");
  assertRefuses(() => decodeFrames(hex("0d ffff", "61".repeat(60))), "bad_length");
});

Deno.test("decodeFrames() refuses the whole record for one bad frame in it", () => {
  const good = encode([{ type: "CONNECTED" }]);
  assertRefuses(() => decodeFrames(concatBytes(good, hex("63 0000"))), "unknown_type");
  assertRefuses(() => decodeFrames(concatBytes(good, hex("63 0000"), good)), "unknown_type");
});

Deno.test("decodeFrames() keeps the order of many frames in one record", () => {
  fc.assert(fc.property(record, (frames) => {
    assertEquals(decodeFrames(encode(frames)), frames);
  }));
  const most = Math.floor(MAX_RECORD_PLAINTEXT / FRAME_HEADER);
  assertEquals(decodeFrames(encode(Array(most).fill({ type: "CONNECTED" }))).length, 5461);
});

Deno.test("decodeFrames() throws nothing but CodecError, and what it takes has one encoding", () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    damaged(record.map(encode)),
    fc.tuple(fc.nat({ max: 70 }), fc.uint8Array({ maxLength: 60 }))
      .map(([code, body]) => frameBytes(code, body)),
    fc.tuple(frame, fc.nat(), fc.nat({ max: 255 })).map(([message, at, value]) => {
      const bytes = encode([message]);
      bytes[at % bytes.length] = value;
      return bytes;
    }),
  );
  fc.assert(
    fc.property(hostile, (bytes) => {
      if (refusal(() => decodeFrames(bytes)) !== undefined) return;
      assertEquals(encode(decodeFrames(bytes)), bytes);
    }),
    { numRuns: 1000 },
  );
});

const ONE = "00000001";
const SESSION = "00000000 00000001";
const BOB = "03 626f62";
const MAX_U64 = "001fffff ffffffff";
const OVER_U64 = "00200000 00000000";

/** Bodies at and beyond each bound: type code, body, and how it is refused (undefined: taken). */
const BOUNDS: [name: string, code: number, body: string, error: CodecErrorCode | undefined][] = [
  ["a cookie of 15 bytes", 6, "c0".repeat(15), "bad_length"],
  ["a cookie of 17 bytes", 6, "c0".repeat(17), "bad_length"],
  ["an empty client-ID", 8, "00", "bad_client_id"],
  ["a client-ID of 1", 8, "01 61", undefined],
  ["a client-ID of 32", 8, "20" + "61".repeat(32), undefined],
  ["a client-ID of 33", 8, "21" + "61".repeat(33), "bad_client_id"],
  ["a client-ID with a space", 10, "03 612061", "bad_client_id"],
  ["a client-ID with UTF-8", 10, "03 61c3a9", "bad_client_id"],
  ["CHAT_STARTED for session 0", 9, "00".repeat(8) + BOB, "bad_number"],
  ["CHAT_STARTED for session 2^53 - 1", 9, MAX_U64 + BOB, undefined],
  ["CHAT_STARTED for session 2^53", 9, OVER_U64 + BOB, "bad_number"],
  ["END_REQUEST for session 0", 11, "00".repeat(8), "bad_number"],
  ["END_REQUEST for session 1", 11, SESSION, undefined],
  ["END_REQUEST for session 2^53", 11, OVER_U64, "bad_number"],
  ["END_REQUEST for session 2^64 - 1", 11, "ff".repeat(8), "bad_number"],
  ["END_NOTIF for session 0", 12, "00".repeat(8), "bad_number"],
  ["END_NOTIF for session 2^53", 12, OVER_U64, "bad_number"],
  ["CHAT in session 0", 13, "00".repeat(8) + ONE + "61", "bad_number"],
  ["CHAT in session 2^53", 13, OVER_U64 + ONE + "61", "bad_number"],
  ["CHAT number 0", 13, SESSION + "00000000" + "61", "bad_number"],
  ["CHAT number 1", 13, SESSION + ONE + "61", undefined],
  ["CHAT number 2^32 - 1", 13, SESSION + "ffffffff" + "61", undefined],
  ["CHAT without text", 13, SESSION + ONE, "bad_text"],
  ["CHAT with 4096 bytes", 13, SESSION + ONE + "61".repeat(4096), undefined],
  ["CHAT with 4097 bytes", 13, SESSION + ONE + "61".repeat(4097), "bad_text"],
  ["CHAT with invalid UTF-8", 13, SESSION + ONE + "c0af", "bad_text"],
  ["HISTORY_REQ for all", 14, BOB + "00".repeat(12), undefined],
  ["HISTORY_REQ at its limits", 14, BOB + "ffffffff" + MAX_U64, undefined],
  ["HISTORY_REQ before 2^53", 14, BOB + "00000000" + OVER_U64, "bad_number"],
  ["HISTORY_RESP in session 0", 15, resp({ session: "00".repeat(8) }), "bad_number"],
  ["HISTORY_RESP number 0", 15, resp({ number: "00000000" }), "bad_number"],
  ["HISTORY_RESP position 0", 15, resp({ position: "00".repeat(8) }), "bad_number"],
  ["HISTORY_RESP position 2^53", 15, resp({ position: OVER_U64 }), "bad_number"],
  ["HISTORY_RESP at time 0", 15, resp({ at: "00".repeat(8) }), undefined],
  ["HISTORY_RESP at time 2^53", 15, resp({ at: OVER_U64 }), "bad_number"],
  ["HISTORY_RESP without text", 15, resp({ text: "" }), "bad_text"],
  ["HISTORY_RESP with 4096 bytes", 15, resp({ text: "61".repeat(4096) }), undefined],
  ["HISTORY_RESP with 4097 bytes", 15, resp({ text: "61".repeat(4097) }), "bad_text"],
  ["RECEIPT for session 0", 64, "00".repeat(8) + ONE, "bad_number"],
  ["RECEIPT for number 0", 64, SESSION + "00000000", "bad_number"],
  ["REFUSED for session 0", 65, "00".repeat(8) + ONE + "01", "bad_number"],
  ["REFUSED for number 0", 65, SESSION + "00000000" + "01", "bad_number"],
  ["REFUSED for reason 0", 65, SESSION + ONE + "00", "bad_number"],
  ["REFUSED for reason 1", 65, SESSION + ONE + "01", undefined],
  ["REFUSED for reason 3", 65, SESSION + ONE + "03", undefined],
  ["REFUSED for reason 4", 65, SESSION + ONE + "04", "bad_number"],
  ["HISTORY_END with outcome 0", 66, BOB + "00", undefined],
  ["HISTORY_END with outcome 1", 66, BOB + "01", undefined],
  ["HISTORY_END with outcome 2", 66, BOB + "02", "bad_number"],
  ["CLOSING for reason 0", 69, "00", "bad_number"],
  ["CLOSING for reason 1", 69, "01", undefined],
  ["CLOSING for reason 5", 69, "05", undefined],
  ["CLOSING for reason 6", 69, "06", "bad_number"],
];

for (const [name, code, body, error] of BOUNDS) {
  Deno.test(`decodeFrames() ${error === undefined ? "takes" : "refuses"} ${name}`, () => {
    assertEquals(refusal(() => decodeFrames(frameBytes(code, hex(body)))), error);
  });
}

Deno.test("encodeFrame() refuses a number out of range and leaves the writer as it was", () => {
  const writer = new ByteWriter();
  encodeFrame({ type: "CONNECTED" }, writer);
  const clientId = parseClientId("bob");
  for (const last of [-1, 0.5, NaN, 2 ** 32]) {
    const request: Frame = { type: "HISTORY_REQ", clientId, last, before: 0 };
    assertRefuses(() => encodeFrame(request, writer), "bad_number");
  }
  const ended: Frame = { type: "END_NOTIF", sessionId: 2 ** 53 };
  assertRefuses(() => encodeFrame(ended, writer), "bad_number");
  assertEquals(writer.view(), hex("07 0000"));
});

Deno.test("the longest frame fits into a record", () => {
  const longest: Frame = {
    type: "HISTORY_RESP",
    sessionId: 1,
    number: 1,
    position: 1,
    at: 0,
    sender: parseClientId("x".repeat(32)),
    text: new Uint8Array(4096).fill(0x61) as Text,
  };
  assert(encode([longest]).length <= MAX_RECORD_PLAINTEXT);
});

function encode(frames: readonly Frame[]): Uint8Array {
  const writer = new ByteWriter();
  for (const message of frames) encodeFrame(message, writer);
  return writer.view();
}

function frameBytes(code: number, body: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(code, body.length >> 8, body.length & 0xff), body);
}

/** The body of a HISTORY_RESP, good but for what is given. */
function resp(
  fields: { session?: string; number?: string; position?: string; at?: string; text?: string },
): string {
  const { session = SESSION, number = ONE, position = SESSION, at = SESSION, text = "61" } = fields;
  return session + number + position + at + BOB + text;
}
