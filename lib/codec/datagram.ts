/**
 * UDP datagrams to bytes and back (docs/protocol.md, clause 3).
 *
 * Each type has exactly one length, and exactly one encoding for each content: both ends hash
 * HELLO and CHALLENGE as bytes, and a server under load rebuilds a HELLO it did not keep.
 */

import { ByteReader, ByteWriter } from "./bytes.ts";
import {
  COOKIE_LENGTH,
  DATAGRAM_HEADER,
  KEY_LENGTH,
  MAGIC,
  NC_LENGTH,
  RAND_LENGTH,
  RES_LENGTH,
  TAG_LENGTH,
  VERSION,
} from "./constants.ts";
import { CodecError } from "./error.ts";
import { type Admission, AUTH_FAILURE, type Datagram, TYPE_CODE } from "./message.ts";
import { named, names } from "./names.ts";

const ADMISSION_LENGTH = COOKIE_LENGTH + 2;
const SEALED_LENGTH = ADMISSION_LENGTH + TAG_LENGTH;

/**
 * Length of each datagram, in bytes. HELLO and RESPONSE are padded, so that no reply is larger than
 * what asked for it: a forged sender address gains nothing.
 */
export const DATAGRAM_LENGTH = {
  HELLO: 128,
  CHALLENGE: DATAGRAM_HEADER + RAND_LENGTH + KEY_LENGTH,
  RESPONSE: 160,
  AUTH_SUCCESS: DATAGRAM_HEADER + SEALED_LENGTH,
  AUTH_FAIL: DATAGRAM_HEADER + 1,
} as const;

/** The bytes of `datagram`. */
export function encodeDatagram(datagram: Datagram): Uint8Array {
  const writer = new ByteWriter(DATAGRAM_LENGTH[datagram.type]);
  writer.bytes(datagramHeader(datagram));
  switch (datagram.type) {
    case "HELLO":
      writer.bytes(datagram.clientKey);
      writer.clientId(datagram.clientId);
      break;
    case "CHALLENGE":
      writer.bytes(datagram.rand);
      writer.bytes(datagram.serverKey);
      break;
    case "RESPONSE":
      writer.bytes(datagram.res);
      writer.bytes(datagram.rand);
      writer.bytes(datagram.clientKey);
      writer.clientId(datagram.clientId);
      break;
    case "AUTH_SUCCESS":
      writer.bytes(datagram.sealed);
      break;
    case "AUTH_FAIL":
      writer.u8(AUTH_FAILURE[datagram.reason]);
      break;
  }
  writer.padTo(DATAGRAM_LENGTH[datagram.type]);
  return writer.view();
}

/**
 * The datagram that `bytes` hold. Its fields are views of `bytes`.
 *
 * @throws {CodecError}
 */
export function decodeDatagram(bytes: Uint8Array): Datagram {
  const reader = new ByteReader(bytes);
  if (reader.u32() !== MAGIC) throw new CodecError("bad_magic");
  if (reader.u8() !== VERSION) throw new CodecError("bad_version");
  const type = DATAGRAM_TYPE.get(reader.u8());
  if (type === undefined) throw new CodecError("unknown_type");
  if (bytes.length !== DATAGRAM_LENGTH[type]) throw new CodecError("bad_length");
  const nc = reader.bytes(NC_LENGTH);
  const datagram = decodeFields(type, nc, reader);
  reader.padding();
  return datagram;
}

/**
 * What every datagram begins with: magic, version, type and Nc. AUTH_SUCCESS authenticates it along
 * with what it seals.
 */
export function datagramHeader({ type, nc }: Pick<Datagram, "type" | "nc">): Uint8Array {
  const writer = new ByteWriter(DATAGRAM_HEADER);
  writer.u32(MAGIC);
  writer.u8(VERSION);
  writer.u8(TYPE_CODE[type]);
  writer.bytes(nc);
  return writer.view();
}

/** The plain bytes that AUTH_SUCCESS seals. */
export function encodeAdmission(admission: Admission): Uint8Array {
  const writer = new ByteWriter(ADMISSION_LENGTH);
  writer.bytes(admission.cookie);
  writer.u16(admission.port);
  return writer.view();
}

/**
 * The cookie and port that the unsealed bytes of AUTH_SUCCESS hold.
 *
 * @throws {CodecError}
 */
export function decodeAdmission(bytes: Uint8Array): Admission {
  const reader = new ByteReader(bytes);
  const cookie = reader.bytes(COOKIE_LENGTH);
  const port = reader.u16();
  reader.end();
  if (port === 0) throw new CodecError("bad_number");
  return { cookie, port };
}

const DATAGRAM_TYPE: ReadonlyMap<number, Datagram["type"]> = new Map(
  (Object.keys(DATAGRAM_LENGTH) as Datagram["type"][]).map((type) => [TYPE_CODE[type], type]),
);

const FAILURE_NAME = names(AUTH_FAILURE);

function decodeFields(type: Datagram["type"], nc: Uint8Array, reader: ByteReader): Datagram {
  switch (type) {
    case "HELLO":
      return { type, nc, clientKey: reader.bytes(KEY_LENGTH), clientId: reader.clientId() };
    case "CHALLENGE":
      return { type, nc, rand: reader.bytes(RAND_LENGTH), serverKey: reader.bytes(KEY_LENGTH) };
    case "RESPONSE":
      return {
        type,
        nc,
        res: reader.bytes(RES_LENGTH),
        rand: reader.bytes(RAND_LENGTH),
        clientKey: reader.bytes(KEY_LENGTH),
        clientId: reader.clientId(),
      };
    case "AUTH_SUCCESS":
      return { type, nc, sealed: reader.bytes(SEALED_LENGTH) };
    case "AUTH_FAIL":
      return { type, nc, reason: named(FAILURE_NAME, reader.u8()) };
  }
}
