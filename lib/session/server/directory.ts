/**
 * Who is online, and who is in a chat with whom: the one place that pairs two clients.
 *
 * The switchboard asks it through requests and hears answers as events, so that a server of
 * several nodes can put a shared one in its place. {@linkcode LocalDirectory} answers at once.
 */

import type { ClientId, SessionId } from "../../codec/mod.ts";

/** What the switchboard asks of a directory. */
export type DirectoryRequest =
  | { readonly type: "join"; readonly clientId: ClientId }
  | { readonly type: "leave"; readonly clientId: ClientId }
  /** One step that nothing can come between: the two are now in a chat, or they are not. */
  | { readonly type: "claim"; readonly from: ClientId; readonly to: ClientId }
  | { readonly type: "release"; readonly sessionId: SessionId };

/** How a directory answers a claim. */
export type DirectoryAnswer =
  | {
    readonly type: "paired";
    readonly sessionId: SessionId;
    readonly from: ClientId;
    readonly to: ClientId;
  }
  | { readonly type: "unavailable"; readonly from: ClientId; readonly to: ClientId };

/** The directory of a single server, in memory. */
export class LocalDirectory {
  readonly #online = new Set<ClientId>();
  readonly #session = new Map<ClientId, SessionId>();
  readonly #members = new Map<SessionId, readonly [ClientId, ClientId]>();

  /** @param nextSessionId a session-ID that was never given out, or undefined if there is none */
  constructor(readonly nextSessionId: () => SessionId | undefined) {}

  /** Does what is asked; a claim has an answer. */
  handle(request: DirectoryRequest): DirectoryAnswer | undefined {
    switch (request.type) {
      case "join":
        this.#online.add(request.clientId);
        return undefined;
      case "leave":
        this.#online.delete(request.clientId);
        this.#release(this.#session.get(request.clientId));
        return undefined;
      case "claim":
        return this.#claim(request.from, request.to);
      case "release":
        this.#release(request.sessionId);
        return undefined;
    }
  }

  #claim(from: ClientId, to: ClientId): DirectoryAnswer {
    const sessionId = from !== to && this.#isFree(from) && this.#isFree(to)
      ? this.nextSessionId()
      : undefined;
    if (sessionId === undefined) return { type: "unavailable", from, to };
    this.#session.set(from, sessionId);
    this.#session.set(to, sessionId);
    this.#members.set(sessionId, [from, to]);
    return { type: "paired", sessionId, from, to };
  }

  #isFree(clientId: ClientId): boolean {
    return this.#online.has(clientId) && !this.#session.has(clientId);
  }

  #release(sessionId: SessionId | undefined): void {
    if (sessionId === undefined) return;
    for (const member of this.#members.get(sessionId) ?? []) this.#session.delete(member);
    this.#members.delete(sessionId);
  }
}
