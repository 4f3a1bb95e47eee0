/**
 * From a TCP connection to a connected client (docs/protocol.md, clause 8).
 *
 * Nobody is known yet here: whoever connects may cost the server one small record, a place in a
 * bounded table, and a few seconds. A grant is used up by its CONNECT, by nothing else.
 */

import { encodeHex } from "@std/encoding/hex";
import type { ClientId, Connect } from "../../codec/mod.ts";
import { equal, type LoginKeys } from "../../crypto/mod.ts";
import type { ServerLimits } from "../limits.ts";
import { go, step, type Table } from "../machine.ts";
import { networkOf } from "../network.ts";
import type { ConnectionId, Grant } from "./types.ts";

/** Where a TCP connection stands. */
export type AdmissionState =
  | { readonly name: "Wait for key-id" }
  | { readonly name: "Wait for CONNECT"; readonly grant: Grant }
  | { readonly name: "Connected" }
  | { readonly name: "Closed" };

/** What can happen to it. */
export type AdmissionEvent =
  | { readonly type: "key-id"; readonly keyId: Uint8Array }
  | Connect
  | { readonly type: "connect timer" };

/** What is to be done about it. */
export type AdmissionAction =
  | {
    readonly type: "use keys";
    readonly connection: ConnectionId;
    readonly clientId: ClientId;
    readonly keys: LoginKeys;
  }
  | { readonly type: "connected"; readonly connection: ConnectionId; readonly clientId: ClientId }
  | { readonly type: "refuse"; readonly connection: ConnectionId };

/** What a transition may look at. */
export interface AdmissionContext {
  readonly connection: ConnectionId;
  readonly grants: Grants;
  readonly now: number;
}

/** Every transition of a TCP connection up to CONNECTED. */
export const ADMISSION_TABLE: Table<
  AdmissionState,
  AdmissionEvent,
  AdmissionAction,
  AdmissionContext
> = {
  "Wait for key-id": {
    "key-id": {
      to: ["Wait for CONNECT", "Closed"],
      does: "find the keys",
      step: (_state, { keyId }, { connection, grants, now }) => {
        const grant = grants.find(keyId, now);
        if (grant === undefined) return go({ name: "Closed" }, { type: "refuse", connection });
        const { clientId, keys } = grant;
        return go(
          { name: "Wait for CONNECT", grant },
          { type: "use keys", connection, clientId, keys },
        );
      },
    },
    "connect timer": {
      to: ["Closed"],
      does: "close TCP",
      step: (_state, _event, { connection }) =>
        go({ name: "Closed" }, { type: "refuse", connection }),
    },
  },
  "Wait for CONNECT": {
    "CONNECT": {
      to: ["Connected", "Closed"],
      does: "compare rand_cookie, send CONNECTED",
      step: ({ grant }, { cookie }, { connection, grants, now }) => {
        const { clientId } = grant;
        return equal(cookie, grant.cookie) && grants.useUp(grant, now)
          ? go({ name: "Connected" }, { type: "connected", connection, clientId })
          : go({ name: "Closed" }, { type: "refuse", connection });
      },
    },
    "connect timer": {
      to: ["Closed"],
      does: "close TCP",
      step: (_state, _event, { connection }) =>
        go({ name: "Closed" }, { type: "refuse", connection }),
    },
  },
  "Connected": {},
  "Closed": {},
};

/** The logins that succeeded and wait for their CONNECT, by key-id. */
export class Grants {
  readonly #grants = new Map<string, Grant>();

  add(grant: Grant): void {
    this.#grants.set(encodeHex(grant.keys.keyId), grant);
  }

  /** The grant that a key-id names, unless it has expired. */
  find(keyId: Uint8Array, now: number): Grant | undefined {
    const grant = this.#grants.get(encodeHex(keyId));
    return grant !== undefined && grant.expires > now ? grant : undefined;
  }

  /** Takes `grant` out; whether it was still there and valid. */
  useUp(grant: Grant, now: number): boolean {
    const valid = this.find(grant.keys.keyId, now) === grant;
    if (valid) this.#grants.delete(encodeHex(grant.keys.keyId));
    return valid;
  }

  revoke(clientId: ClientId): void {
    for (const [key, grant] of this.#grants) {
      if (grant.clientId === clientId) this.#grants.delete(key);
    }
  }

  /** All grants live equally long, so the oldest come first. */
  forgetExpired(now: number): void {
    for (const [key, { expires }] of this.#grants) {
      if (expires > now) return;
      this.#grants.delete(key);
    }
  }
}

interface Newcomer {
  state: AdmissionState;
  readonly host: string;
  readonly deadline: number;
}

/** All TCP connections that are not yet a connected client's. */
export class AdmissionDesk {
  readonly #newcomers = new Map<ConnectionId, Newcomer>();
  readonly #perHost = new Map<string, number>();
  readonly #grants = new Grants();

  constructor(readonly limits: ServerLimits) {}

  /** Connections without a CONNECT at the moment. */
  get size(): number {
    return this.#newcomers.size;
  }

  /** A login succeeded. */
  grant(grant: Grant): void {
    this.#grants.add(grant);
  }

  /** `address` opened a TCP connection. Where there are too many, one of them has to go. */
  opened(connection: ConnectionId, address: string, now: number): readonly AdmissionAction[] {
    const host = networkOf(address);
    const sameHost = this.#perHost.get(host) ?? 0;
    if (sameHost >= this.limits.maxUnconnectedPerAddress) return [{ type: "refuse", connection }];
    this.#perHost.set(host, sameHost + 1);
    const deadline = now + this.limits.connectTimeout;
    this.#newcomers.set(connection, { state: { name: "Wait for key-id" }, host, deadline });
    return this.#newcomers.size > this.limits.maxUnconnected ? this.#refuseOldest() : [];
  }

  /** What `event` on `connection` leads to; an event that fits no state closes it. */
  handle(
    connection: ConnectionId,
    event: AdmissionEvent,
    now: number,
  ): readonly AdmissionAction[] {
    const newcomer = this.#newcomers.get(connection);
    if (newcomer === undefined) return [];
    const context: AdmissionContext = { connection, grants: this.#grants, now };
    const after = step(ADMISSION_TABLE, newcomer.state, event, context);
    if (after === undefined) return this.#refuse(connection);
    newcomer.state = after.state;
    const { name } = after.state;
    if (name === "Connected" || name === "Closed") this.closed(connection);
    return after.actions;
  }

  /** The connection is gone, or no longer a newcomer's. */
  closed(connection: ConnectionId): void {
    const newcomer = this.#newcomers.get(connection);
    if (newcomer === undefined) return;
    this.#newcomers.delete(connection);
    const left = this.#perHost.get(newcomer.host)! - 1;
    if (left === 0) this.#perHost.delete(newcomer.host);
    else this.#perHost.set(newcomer.host, left);
  }

  /** Closes what has taken too long. */
  tick(now: number): readonly AdmissionAction[] {
    this.#grants.forgetExpired(now);
    const actions: AdmissionAction[] = [];
    for (const [connection, { deadline }] of this.#newcomers) {
      if (deadline > now) break;
      actions.push(...this.handle(connection, { type: "connect timer" }, now));
    }
    return actions;
  }

  /** A client whose secret is no longer what it was cannot use an earlier login. */
  revoke(clientId: ClientId): void {
    this.#grants.revoke(clientId);
  }

  #refuseOldest(): readonly AdmissionAction[] {
    const [oldest] = this.#newcomers.keys();
    return oldest === undefined ? [] : this.#refuse(oldest);
  }

  #refuse(connection: ConnectionId): readonly AdmissionAction[] {
    this.closed(connection);
    return [{ type: "refuse", connection }];
  }
}
