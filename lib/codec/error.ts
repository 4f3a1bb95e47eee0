/**
 * What can be wrong with bytes from a peer: one table of code and sentence.
 *
 * Decoders throw nothing but CodecError. The same error on the encoding side means that our own
 * caller broke a limit.
 */

/** Every way in which bytes fail to be a message. */
export const CODEC_ERRORS = {
  bad_length: "the message has the wrong length",
  bad_magic: "this is not a Parley datagram",
  bad_version: "the peer speaks another protocol version",
  unknown_type: "no message has this type",
  bad_client_id: "a client-ID is 1 to 32 characters of A-Z a-z 0-9 _ -",
  bad_text: "a text is 1 to 4096 bytes of UTF-8",
  bad_number: "a number is outside its range",
  bad_padding: "padding bytes must be zero",
  record_too_long: "a record is longer than the limit",
  record_too_short: "a record is shorter than its authentication tag and one frame",
} as const;

/** A key of {@linkcode CODEC_ERRORS}. */
export type CodecErrorCode = keyof typeof CODEC_ERRORS;

/** The one error that encoding and decoding throw. */
export class CodecError extends Error {
  override readonly name = "CodecError";

  constructor(readonly code: CodecErrorCode) {
    super(CODEC_ERRORS[code]);
  }
}
