/**
 * Frames, the messages of the TCP connection, to bytes and back (docs/protocol.md, clause 4).
 *
 * A frame is type, length and body. A record holds one or more whole frames and is taken or
 * refused as a whole: the bytes of half a frame never wait for the rest.
 */

import { ByteReader, type ByteWriter } from "./bytes.ts";
import { COOKIE_LENGTH, FRAME_HEADER } from "./constants.ts";
import { CodecError } from "./error.ts";
import { CLOSING_REASON, type Frame, HISTORY_OUTCOME, REFUSAL, TYPE_CODE } from "./message.ts";
import { named, names } from "./names.ts";
import { parseText } from "./text.ts";

/**
 * Appends `frame` to `writer`.
 *
 * @throws {CodecError} `bad_number` where a number does not fit; `writer` is then as it was
 */
export function encodeFrame(frame: Frame, writer: ByteWriter): void {
  const start = writer.length;
  try {
    writer.u8(TYPE_CODE[frame.type]);
    writer.u16(0);
    encodeBody(frame, writer);
  } catch (error) {
    writer.truncate(start);
    throw error;
  }
  writer.patchU16(start + 1, writer.length - start - FRAME_HEADER);
}

/**
 * The frames that a record holds. Their fields are views of `bytes`.
 *
 * @throws {CodecError} also when the record is empty; then no frame of it counts
 */
export function decodeFrames(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  const reader = new ByteReader(bytes);
  do {
    const code = reader.u8();
    const outer = reader.enter(reader.u16());
    frames.push(decodeBody(code, reader));
    reader.leave(outer);
  } while (reader.remaining > 0);
  return frames;
}

function encodeBody(frame: Frame, writer: ByteWriter): void {
  switch (frame.type) {
    case "CONNECT":
      return writer.bytes(frame.cookie);
    case "CONNECTED":
      return;
    case "CHAT_REQUEST":
    case "UNREACHABLE":
      return writer.clientId(frame.clientId);
    case "CHAT_STARTED":
      writer.u64(frame.sessionId);
      return writer.clientId(frame.clientId);
    case "END_REQUEST":
    case "END_NOTIF":
      return writer.u64(frame.sessionId);
    case "CHAT":
      writer.u64(frame.sessionId);
      writer.u32(frame.number);
      return writer.bytes(frame.text);
    case "HISTORY_REQ":
      writer.clientId(frame.clientId);
      writer.u32(frame.last);
      return writer.u64(frame.before);
    case "HISTORY_RESP":
      writer.u64(frame.sessionId);
      writer.u32(frame.number);
      writer.u64(frame.position);
      writer.u64(frame.at);
      writer.clientId(frame.sender);
      return writer.bytes(frame.text);
    case "RECEIPT":
      writer.u64(frame.sessionId);
      return writer.u32(frame.number);
    case "REFUSED":
      writer.u64(frame.sessionId);
      writer.u32(frame.number);
      return writer.u8(REFUSAL[frame.reason]);
    case "HISTORY_END":
      writer.clientId(frame.clientId);
      return writer.u8(HISTORY_OUTCOME[frame.outcome]);
    case "PING":
    case "PONG":
      return writer.u32(frame.token);
    case "CLOSING":
      return writer.u8(CLOSING_REASON[frame.reason]);
  }
}

function decodeBody(code: number, body: ByteReader): Frame {
  switch (code) {
    case TYPE_CODE.CONNECT:
      return { type: "CONNECT", cookie: body.bytes(COOKIE_LENGTH) };
    case TYPE_CODE.CONNECTED:
      return { type: "CONNECTED" };
    case TYPE_CODE.CHAT_REQUEST:
      return { type: "CHAT_REQUEST", clientId: body.clientId() };
    case TYPE_CODE.CHAT_STARTED:
      return { type: "CHAT_STARTED", sessionId: body.positiveU64(), clientId: body.clientId() };
    case TYPE_CODE.UNREACHABLE:
      return { type: "UNREACHABLE", clientId: body.clientId() };
    case TYPE_CODE.END_REQUEST:
      return { type: "END_REQUEST", sessionId: body.positiveU64() };
    case TYPE_CODE.END_NOTIF:
      return { type: "END_NOTIF", sessionId: body.positiveU64() };
    case TYPE_CODE.CHAT:
      return {
        type: "CHAT",
        sessionId: body.positiveU64(),
        number: body.positiveU32(),
        text: parseText(body.rest()),
      };
    case TYPE_CODE.HISTORY_REQ:
      return {
        type: "HISTORY_REQ",
        clientId: body.clientId(),
        last: body.u32(),
        before: body.u64(),
      };
    case TYPE_CODE.HISTORY_RESP:
      return {
        type: "HISTORY_RESP",
        sessionId: body.positiveU64(),
        number: body.positiveU32(),
        position: body.positiveU64(),
        at: body.u64(),
        sender: body.clientId(),
        text: parseText(body.rest()),
      };
    case TYPE_CODE.RECEIPT:
      return { type: "RECEIPT", sessionId: body.positiveU64(), number: body.positiveU32() };
    case TYPE_CODE.REFUSED:
      return {
        type: "REFUSED",
        sessionId: body.positiveU64(),
        number: body.positiveU32(),
        reason: named(REFUSAL_NAME, body.u8()),
      };
    case TYPE_CODE.HISTORY_END:
      return {
        type: "HISTORY_END",
        clientId: body.clientId(),
        outcome: named(OUTCOME_NAME, body.u8()),
      };
    case TYPE_CODE.PING:
      return { type: "PING", token: body.u32() };
    case TYPE_CODE.PONG:
      return { type: "PONG", token: body.u32() };
    case TYPE_CODE.CLOSING:
      return { type: "CLOSING", reason: named(CLOSING_NAME, body.u8()) };
    default:
      throw new CodecError("unknown_type");
  }
}

const REFUSAL_NAME = names(REFUSAL);
const OUTCOME_NAME = names(HISTORY_OUTCOME);
const CLOSING_NAME = names(CLOSING_REASON);
