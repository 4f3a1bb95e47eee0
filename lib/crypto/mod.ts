/** The public face of the cryptography: what the floors above may use. */

export * from "./a3a8.ts";
export * from "./key_schedule.ts";
export { equal, hmacSha256, x25519, x25519PublicKey } from "./primitives.ts";
export { Opener, Sealer } from "./sealing.ts";
