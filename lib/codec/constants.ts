/**
 * The numbers of the wire format, as docs/protocol.md fixes them.
 *
 * They are part of the specification: changing one makes another protocol. What an installation may
 * tune (timers, table sizes) stands in lib/session/limits.ts instead.
 */

/** First four bytes of every datagram: "PRLY". */
export const MAGIC = 0x50524c59;
/** Protocol version in every datagram. */
export const VERSION = 1;
/** How much of a datagram is taken, in bytes; the longest has 160 (clause 3.2). */
export const MAX_DATAGRAM = 512;
/** Magic, version, type and Nc: what every datagram begins with, in bytes. */
export const DATAGRAM_HEADER = 22;

/** Client nonce Nc, in bytes. */
export const NC_LENGTH = 16;
/** rand of a CHALLENGE, in bytes. */
export const RAND_LENGTH = 32;
/** RES and XRES (SHA-256), in bytes. */
export const RES_LENGTH = 32;
/** An X25519 public key (RFC 7748), in bytes. */
export const KEY_LENGTH = 32;
/** rand_cookie, in bytes. */
export const COOKIE_LENGTH = 16;
/** key-id, the clear first bytes of a TCP connection. */
export const KEY_ID_LENGTH = 16;
/** The authentication tag of a sealed record (RFC 8439), in bytes. */
export const TAG_LENGTH = 16;

/** A client-ID has 1 to 32 characters. */
export const MAX_CLIENT_ID = 32;
/** The text of one CHAT is 1 to 4096 bytes of UTF-8. */
export const MAX_TEXT = 4096;
/** The length field before every record, in bytes. */
export const RECORD_HEADER = 2;
/** The frames of one record are 1 to 16,384 bytes. */
export const MAX_RECORD_PLAINTEXT = 16_384;
/** Type and length before the body of every frame, in bytes. */
export const FRAME_HEADER = 3;
/** Session-IDs, positions and times are integers below 2^53. */
export const MAX_SAFE = Number.MAX_SAFE_INTEGER;
