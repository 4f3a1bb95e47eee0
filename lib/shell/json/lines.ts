/**
 * The words of `--json`: orders come in and events go out, one JSON object on each line.
 *
 * Here stands how they are spelled (docs/json.md has an example of each), not what becomes of an
 * order.
 */

import { type ClientId, isClientId, MAX_CLIENT_ID, type SessionId } from "../../codec/mod.ts";
import type { ChatClient, LogOffReason, LogOnFailure, Refusal } from "../../client/mod.ts";
import { MAX_LINE } from "../../terminal/mod.ts";

/** What whoever gives an order may call it by. Its answer has the same. */
export type Ref = string | number;

/** What can be asked for. An order for one `session` is not carried out in another. */
export type Order =
  & { readonly ref?: Ref }
  & (
    | { readonly do: "log on" }
    | { readonly do: "log off" }
    | { readonly do: "status" }
    | { readonly do: "quit" }
    | { readonly do: "chat"; readonly with: ClientId }
    | { readonly do: "send"; readonly text: string; readonly session?: SessionId }
    | { readonly do: "end chat"; readonly session?: SessionId }
    | {
      readonly do: "history";
      readonly with: ClientId;
      readonly last?: number;
      readonly before?: number;
    }
  );

/** What happens. Those that answer an order have its `ref`. `explanation` is for people. */
export type Event =
  & { readonly ref?: Ref }
  & (
    | { readonly event: "connected"; readonly id: ClientId }
    | { readonly event: "log-on failed"; readonly why: LogOnFailure; readonly explanation: string }
    | { readonly event: "logged off"; readonly why: LogOffReason }
    | { readonly event: "reconnecting"; readonly in: number; readonly why?: LogOnFailure }
    | {
      readonly event: "chat started" | "chat ended";
      readonly session: SessionId;
      readonly with: ClientId;
    }
    | { readonly event: "unreachable"; readonly with: ClientId }
    | {
      readonly event: "message";
      readonly session: SessionId;
      readonly from: ClientId;
      readonly number: number;
      readonly text: string;
    }
    | { readonly event: "delivered"; readonly session: SessionId }
    | {
      readonly event: "not delivered";
      readonly why: Refusal | LogOffReason | "bad_text";
      readonly explanation: string;
      readonly text: string;
    }
    | {
      readonly event: "history message";
      readonly with: ClientId;
      readonly session: SessionId;
      readonly from: ClientId;
      readonly position: number;
      readonly time: string;
      readonly text: string;
    }
    | { readonly event: "history end"; readonly with: ClientId; readonly messages: number }
    | {
      readonly event: "status";
      readonly id: ClientId;
      readonly server: string;
      readonly state: ChatClient["state"];
      readonly reconnecting: boolean;
      readonly unconfirmed: number;
      readonly session?: SessionId;
      readonly with?: ClientId;
      readonly round_trip?: number;
      readonly idle_left?: number;
    }
    | {
      readonly event: "error";
      readonly why: "not understood" | "not possible" | "no answer";
      readonly explanation: string;
      readonly line?: number;
    }
  );

/** A line is no order; the message says what is wrong with it. */
export class OrderError extends Error {
  override readonly name = "OrderError";

  constructor(message: string, readonly ref: Ref | undefined) {
    super(message);
  }
}

interface Field {
  readonly fits: (value: unknown) => boolean;
  readonly what: string;
  readonly optional?: true;
}

const WITH: Field = {
  fits: (value) => typeof value === "string" && isClientId(value),
  what: `a client-ID: 1 to ${MAX_CLIENT_ID} characters of A-Z a-z 0-9 _ -`,
};
const SESSION: Field = { ...numberUpTo(Number.MAX_SAFE_INTEGER), optional: true };
const BEFORE = SESSION;
const LAST: Field = { ...numberUpTo(0xffff_ffff), optional: true };
const TEXT: Field = { fits: (value) => typeof value === "string", what: "a string" };
const REF: Field = {
  fits: (value) => typeof value === "string" || Number.isSafeInteger(value),
  what: "a string or a whole number",
  optional: true,
};

/** What each order has, besides `do` and `ref`. */
const FIELDS: Readonly<Record<Order["do"], Readonly<Record<string, Field>>>> = {
  "log on": {},
  "chat": { with: WITH },
  "send": { text: TEXT, session: SESSION },
  "end chat": { session: SESSION },
  "history": { with: WITH, last: LAST, before: BEFORE },
  "status": {},
  "log off": {},
  "quit": {},
};

/**
 * The order that `line` spells.
 *
 * @throws {OrderError}
 */
export function parseOrder(line: string): Order {
  const order = parseObject(line);
  const { do: name, ...given } = order;
  const ref = REF.fits(given.ref) ? given.ref as Ref : undefined;
  if (typeof name !== "string" || !Object.hasOwn(FIELDS, name)) {
    throw new OrderError(`"do" must be one of: ${Object.keys(FIELDS).join(", ")}`, ref);
  }
  const fields: typeof FIELDS["send"] = { ...FIELDS[name as Order["do"]], ref: REF };
  for (const [key, { fits, what, optional }] of Object.entries(fields)) {
    const fine = Object.hasOwn(given, key) ? fits(given[key]) : optional;
    if (!fine) throw new OrderError(`"${key}" must be ${what}`, ref);
  }
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(fields, key));
  if (unknown !== undefined) {
    throw new OrderError(`${JSON.stringify(unknown)} is no key of "${name}"`, ref);
  }
  return order as unknown as Order;
}

/**
 * The line that spells `event`. Controls, separators of lines and characters that only format are
 * escaped, so that it is one line to every reader, and safe to look at.
 */
export function eventLine(event: Event): string {
  return JSON.stringify(event).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escape);
}

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Told below.
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new OrderError(`this is not one JSON object in at most ${MAX_LINE} bytes`, undefined);
}

function numberUpTo(max: number): Field {
  return {
    fits: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= max,
    what: `a whole number from 1 to ${max}`,
  };
}

function escape(character: string): string {
  return character.split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}
