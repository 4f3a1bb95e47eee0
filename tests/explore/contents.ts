/**
 * What stands in the private maps of the switchboard and the directory, by the order in which these
 * declare them: the one place that knows it.
 */

import type { ClientId, SessionId } from "../../lib/codec/mod.ts";
import type { ConnectionId, MemberState } from "../../lib/session/mod.ts";
import type { State } from "./state.ts";

/** A connected client as the switchboard keeps it. */
export interface Member {
  readonly clientId: ClientId;
  readonly connection: ConnectionId;
  readonly state: MemberState;
}

/** The switchboard's members, by its map of them. */
export function membersOf({ board }: State): ReadonlyMap<ClientId, Member> {
  return new Map(board[0] as readonly (readonly [ClientId, Member])[]);
}

/** Who is online, and in which session, by the directory's maps of that. */
export function directoryOf({ directory }: State): {
  online: ReadonlyMap<ClientId, { readonly connection: ConnectionId }>;
  session: ReadonlyMap<ClientId, SessionId>;
  chats: ReadonlyMap<SessionId, readonly ClientId[]>;
} {
  const [online, session, chats] = directory as unknown as readonly [
    readonly (readonly [ClientId, { readonly connection: ConnectionId }])[],
    readonly (readonly [ClientId, SessionId])[],
    readonly (readonly [SessionId, readonly ClientId[]])[],
  ];
  return { online: new Map(online), session: new Map(session), chats: new Map(chats) };
}
