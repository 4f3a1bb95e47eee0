/**
 * A message in one line, for --trace: its name and its public fields.
 *
 * Never RES, a cookie, a key or chat text: of those at most the length is told.
 */

import { encodeHex } from "@std/encoding/hex";
import type { Message } from "./message.ts";

/** `message` as a person reads it, such as `CHAT_STARTED(session-ID 7, bob)`. */
export function describe(message: Message): string {
  const fields = publicFields(message);
  return fields.length === 0 ? message.type : `${message.type}(${fields.join(", ")})`;
}

function publicFields(message: Message): string[] {
  switch (message.type) {
    case "HELLO":
      return [message.clientId];
    case "CHALLENGE":
      return [`rand ${encodeHex(message.rand)}`];
    case "RESPONSE":
      return [message.clientId, "Res not shown"];
    case "AUTH_SUCCESS":
      return ["encrypted rand_cookie and port_number"];
    case "CONNECT":
      return ["rand_cookie not shown"];
    case "AUTH_FAIL":
    case "CLOSING":
      return [message.reason];
    case "CONNECTED":
      return [];
    case "CHAT_REQUEST":
    case "UNREACHABLE":
      return [message.clientId];
    case "CHAT_STARTED":
      return [`session-ID ${message.sessionId}`, message.clientId];
    case "END_REQUEST":
    case "END_NOTIF":
      return [`session-ID ${message.sessionId}`];
    case "CHAT":
      return [
        `session-ID ${message.sessionId}`,
        `number ${message.number}`,
        `${message.text.length} bytes`,
      ];
    case "HISTORY_REQ":
      return [
        message.clientId,
        ...(message.last === 0 ? [] : [`last ${message.last}`]),
        ...(message.before === 0 ? [] : [`before ${message.before}`]),
      ];
    case "HISTORY_RESP":
      return [
        `session-ID ${message.sessionId}`,
        message.sender,
        `position ${message.position}`,
        `${message.text.length} bytes`,
      ];
    case "RECEIPT":
      return [`session-ID ${message.sessionId}`, `number ${message.number}`];
    case "REFUSED":
      return [
        `session-ID ${message.sessionId}`,
        `number ${message.number}`,
        message.reason,
      ];
    case "HISTORY_END":
      return [message.clientId, message.outcome];
    case "PING":
    case "PONG":
      return [];
  }
}
