/**
 * Who is online, and who is in a chat with whom: the one place that pairs two clients.
 *
 * The switchboard asks it through requests and hears answers as events, so that a server of
 * several nodes can put a shared one in its place. {@linkcode LocalDirectory} answers at once.
 */

import type { ClientId, SessionId } from "../../codec/mod.ts";
import type { ConnectionId } from "./types.ts";

/**
 * A client on one connection. By the time an answer is heard the client may have connected anew;
 * what was decided about the older connection does not hold for the newer one.
 */
export interface Presence {
  readonly clientId: ClientId;
  readonly connection: ConnectionId;
}

/** What the switchboard asks of a directory, which takes its requests in their order. */
export type DirectoryRequest =
  | { readonly type: "join"; readonly who: Presence }
  | { readonly type: "leave"; readonly who: Presence }
  /** One step that nothing can come between: the two are now in a chat, or they are not. */
  | { readonly type: "claim"; readonly from: Presence; readonly to: ClientId }
  | { readonly type: "release"; readonly sessionId: SessionId };

/** How a directory answers a claim. */
export type DirectoryAnswer =
  | {
    readonly type: "paired";
    readonly sessionId: SessionId;
    readonly from: Presence;
    readonly to: Presence;
  }
  | { readonly type: "unavailable"; readonly from: Presence; readonly to: ClientId };

/** The directory of a single server, in memory. */
export class LocalDirectory {
  readonly #online = new Map<ClientId, Presence>();
  readonly #session = new Map<ClientId, SessionId>();
  readonly #members = new Map<SessionId, readonly [ClientId, ClientId]>();

  /** @param nextSessionId a session-ID that was never given out, or undefined if there is none */
  constructor(readonly nextSessionId: () => SessionId | undefined) {}

  /** How many chats there are. */
  get chats(): number {
    return this.#members.size;
  }

  /** Does what is asked; a claim has an answer. */
  handle(request: DirectoryRequest): DirectoryAnswer | undefined {
    switch (request.type) {
      case "join":
        this.#online.set(request.who.clientId, request.who);
        return undefined;
      case "leave":
        this.#online.delete(request.who.clientId);
        this.#release(this.#session.get(request.who.clientId));
        return undefined;
      case "claim":
        return this.#claim(request.from, request.to);
      case "release":
        this.#release(request.sessionId);
        return undefined;
    }
  }

  #claim(from: Presence, to: ClientId): DirectoryAnswer {
    const unavailable: DirectoryAnswer = { type: "unavailable", from, to };
    const asking = this.#free(from.clientId);
    const asked = this.#free(to);
    if (asking === undefined || asked === undefined || asking === asked) return unavailable;
    const sessionId = this.nextSessionId();
    if (sessionId === undefined) return unavailable;
    this.#session.set(from.clientId, sessionId);
    this.#session.set(to, sessionId);
    this.#members.set(sessionId, [from.clientId, to]);
    return { type: "paired", sessionId, from, to: asked };
  }

  #free(clientId: ClientId): Presence | undefined {
    return this.#session.has(clientId) ? undefined : this.#online.get(clientId);
  }

  #release(sessionId: SessionId | undefined): void {
    if (sessionId === undefined) return;
    for (const member of this.#members.get(sessionId) ?? []) this.#session.delete(member);
    this.#members.delete(sessionId);
  }
}
