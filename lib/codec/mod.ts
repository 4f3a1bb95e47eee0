/** The codec's public face: what the floors above may use. */

export * from "./client_id.ts";
export * from "./constants.ts";
export * from "./datagram.ts";
export { describe } from "./describe.ts";
export * from "./error.ts";
export * from "./frame.ts";
export * from "./message.ts";
export * from "./record.ts";
export * from "./run.ts";
export * from "./text.ts";
export { ByteReader, ByteWriter } from "./bytes.ts";
