/**
 * Properties: a switchboard with its directory against a model of a few lines, and, where the
 * directory answers late, what must hold whatever comes when.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ClientId, Frame, SessionId } from "../../../lib/codec/mod.ts";
import type { ConnectionId } from "../../../lib/session/mod.ts";
import { BoardRig, type Closed } from "../board_rig.ts";
import { ALICE, BOB, CAROL, DAVE, NOBODY, text } from "../fixtures.ts";

const CLIENTS = [ALICE, BOB, CAROL, DAVE, NOBODY];

type Step =
  | { do: "connect" | "lose" | "revoke"; who: ClientId }
  | { do: "request"; who: ClientId; to: ClientId }
  /** About the session it is in, or any other. */
  | { do: "say" | "end"; who: ClientId; session: number | "own" }
  | { do: "directory" | "answer" };

const who = fc.constantFrom(...CLIENTS);
const session = fc.oneof(
  { weight: 4, arbitrary: fc.constant("own" as const) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) },
);
const clientStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("connect" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("lose", "revoke"), who }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("request" as const), who, to: who }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("say", "end"), who, session }) },
);
const lateStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: clientStep },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("directory", "answer") }) },
);
const steps = (step: fc.Arbitrary<Step>): fc.Arbitrary<Step[]> =>
  fc.array(step, { minLength: 10, maxLength: 60, size: "max" });

interface ModelChat {
  readonly id: SessionId;
  readonly members: readonly ClientId[];
  readonly taken: Map<ClientId, number>;
}

/** What everybody should have got, from rules as plain as they can be written. */
class Model {
  readonly #connection = new Map<ClientId, ConnectionId>();
  readonly #chats: ModelChat[] = [];
  #lastConnection = 0;
  #lastSession = 0;
  readonly got = new Map<ConnectionId, (Frame | Closed)[]>();

  chatOf(who: ClientId): ModelChat | undefined {
    return this.#chats.find(({ members }) => members.includes(who));
  }

  connect(who: ClientId): void {
    this.part(who, "logged_on_elsewhere");
    this.#connection.set(who, ++this.#lastConnection);
    this.#tell(who, { type: "CONNECTED" });
  }

  part(who: ClientId, reason: Closed["reason"]): void {
    if (!this.#connection.has(who)) return;
    this.#endChat(who);
    this.#tell(who, { type: "closed", reason });
    this.#connection.delete(who);
  }

  request(who: ClientId, to: ClientId): void {
    if (!this.#connection.has(who)) return;
    if (this.chatOf(who)?.members.includes(to) && who !== to) return;
    const free = [who, to].every((id) => this.#connection.has(id) && !this.chatOf(id));
    if (!free || who === to) return this.#tell(who, { type: "UNREACHABLE", clientId: to });
    const sessionId = ++this.#lastSession;
    this.#chats.push({ id: sessionId, members: [who, to], taken: new Map() });
    this.#tell(who, { type: "CHAT_STARTED", sessionId, clientId: to });
    this.#tell(to, { type: "CHAT_STARTED", sessionId, clientId: who });
  }

  say(who: ClientId, chat: Extract<Frame, { type: "CHAT" }>): void {
    const own = this.chatOf(who);
    const { sessionId, number } = chat;
    if (own?.id !== sessionId) {
      return this.#tell(who, { type: "REFUSED", sessionId, number, reason: "not_in_session" });
    }
    const next = (own.taken.get(who) ?? 0) + 1;
    if (number !== next) {
      return this.#tell(who, { type: "REFUSED", sessionId, number, reason: "out_of_order" });
    }
    own.taken.set(who, number);
    this.#tell(this.#peer(who), chat);
    this.#tell(who, { type: "RECEIPT", sessionId, number });
  }

  end(who: ClientId, sessionId: SessionId): void {
    if (this.chatOf(who)?.id === sessionId) this.#endChat(who);
  }

  #endChat(who: ClientId): void {
    const chat = this.chatOf(who);
    if (chat === undefined) return;
    this.#tell(this.#peer(who), { type: "END_NOTIF", sessionId: chat.id });
    this.#chats.splice(this.#chats.indexOf(chat), 1);
  }

  #peer(who: ClientId): ClientId {
    return this.chatOf(who)!.members.find((member) => member !== who)!;
  }

  #tell(who: ClientId, item: Frame | Closed): void {
    const connection = this.#connection.get(who);
    if (connection === undefined) return;
    this.got.set(connection, [...this.got.get(connection) ?? [], item]);
  }
}

/** The session of a step: the client's own as the switchboard has it, or the one it names. */
function sessionFor(rig: BoardRig, who: ClientId, session: number | "own"): SessionId {
  return session === "own" ? rig.sessionOf(who) ?? 1 : session;
}

function applyStep(rig: BoardRig, step: Step, number: number): void {
  switch (step.do) {
    case "connect":
      rig.connect(step.who);
      break;
    case "lose":
      rig.lose(step.who);
      break;
    case "revoke":
      rig.handle({ type: "revoked", clientId: step.who });
      break;
    case "request":
      rig.request(step.who, step.to);
      break;
    case "say":
      rig.say(step.who, sessionFor(rig, step.who, step.session), number);
      break;
    case "end":
      rig.end(step.who, sessionFor(rig, step.who, step.session));
      break;
    case "directory":
      rig.handleRequest();
      break;
    case "answer":
      rig.hearAnswer();
      break;
  }
}

function applyToModel(model: Model, rig: BoardRig, step: Step, number: number): void {
  switch (step.do) {
    case "connect":
      return model.connect(step.who);
    case "lose":
      return model.part(step.who, undefined);
    case "revoke":
      return model.part(step.who, "revoked");
    case "request":
      return model.request(step.who, step.to);
    case "say": {
      const sessionId = sessionFor(rig, step.who, step.session);
      return model.say(step.who, { type: "CHAT", sessionId, number, text: text("hello") });
    }
    case "end":
      return model.end(step.who, sessionFor(rig, step.who, step.session));
  }
}

/** The next number of `who`, more often than not. */
function numberFor(rig: BoardRig, step: Step, index: number): number {
  if (step.do !== "say") return 0;
  const state = rig.stateOf(step.who);
  return state?.name === "In Chat" && index % 5 !== 0 ? state.taken + 1 : 2;
}

/** Who is in a chat agrees with the peer on session, peer and connection; nobody is in two. */
function assertAgreement(rig: BoardRig): void {
  for (const clientId of CLIENTS) {
    const state = rig.stateOf(clientId);
    if (state?.name !== "In Chat") continue;
    assert(state.peer !== clientId);
    assertEquals(state.peerConnection, rig.connectionOf(state.peer));
    const peer = rig.stateOf(state.peer);
    assertEquals(peer?.name, "In Chat");
    if (peer?.name === "In Chat") {
      assertEquals([peer.peer, peer.sessionId], [clientId, state.sessionId]);
    }
  }
}

Deno.test("everybody gets exactly what the rules say, whatever everybody does", () => {
  fc.assert(
    fc.property(steps(clientStep), (sequence) => {
      const rig = new BoardRig({ maxStrikes: Infinity });
      const model = new Model();
      sequence.forEach((step, index) => {
        const number = numberFor(rig, step, index);
        applyToModel(model, rig, step, number);
        applyStep(rig, step, number);
        assertAgreement(rig);
        for (const clientId of CLIENTS) {
          assertEquals(rig.sessionOf(clientId), model.chatOf(clientId)?.id);
        }
      });
      for (const [connection, got] of model.got) {
        assertEquals(rig.take(ALICE, connection), got);
        model.got.delete(connection);
      }
    }),
    { numRuns: 300 },
  );
});

/** One connection's view: chats one after the other, each with its end. */
function assertOneChatAtATime(
  got: readonly (Frame | Closed)[],
  ended: ReadonlySet<SessionId>,
): void {
  let open: SessionId | undefined;
  for (const item of got) {
    if (item.type === "CHAT_STARTED") {
      assert(open === undefined || ended.has(open), "a second chat before the first one's end");
      open = item.sessionId;
    } else if (item.type === "END_NOTIF") {
      assertEquals(item.sessionId, open);
      open = undefined;
    }
  }
}

Deno.test("with a directory that answers late, members agree at every moment and with it in the end", () => {
  fc.assert(
    fc.property(steps(lateStep), (sequence) => {
      const rig = new BoardRig({ maxStrikes: Infinity });
      rig.held = true;
      const ended = new Map<ConnectionId, Set<SessionId>>();
      const connections = new Set<ConnectionId>();
      sequence.forEach((step, index) => {
        if (step.do === "end") {
          const connection = rig.connectionOf(step.who);
          const own = ended.get(connection) ?? new Set();
          ended.set(connection, own.add(sessionFor(rig, step.who, step.session)));
        }
        applyStep(rig, step, numberFor(rig, step, index));
        for (const clientId of CLIENTS) connections.add(rig.connectionOf(clientId));
        assertAgreement(rig);
      });
      rig.settle();
      rig.held = false;
      assertAgreement(rig);
      for (const connection of connections) {
        assertOneChatAtATime(rig.take(ALICE, connection), ended.get(connection) ?? new Set());
      }
      for (const clientId of CLIENTS) assert(rig.stateOf(clientId)?.name !== "Pairing");
      assertDirectoryAgrees(rig);
    }),
    { numRuns: 500 },
  );
});

/** The directory pairs exactly those whom the switchboard has free. */
function assertDirectoryAgrees(rig: BoardRig): void {
  const isFree = (clientId: ClientId): boolean => rig.stateOf(clientId)?.name === "Connected";
  for (const clientId of CLIENTS) {
    for (const to of CLIENTS) {
      const from = { clientId, connection: rig.connectionOf(clientId) };
      const answer = rig.directory.handle({ type: "claim", from, to });
      const expected = clientId !== to && isFree(clientId) && isFree(to);
      assertEquals(answer?.type, expected ? "paired" : "unavailable");
      if (answer?.type !== "paired") continue;
      assertEquals(answer.to.connection, rig.connectionOf(to));
      rig.directory.handle({ type: "release", sessionId: answer.sessionId });
    }
  }
}

/** Alice's claim on Bob is decided, and the answer not yet heard. */
function decided(): BoardRig {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB, CAROL);
  rig.clear();
  rig.held = true;
  rig.request(ALICE, BOB);
  rig.handleRequest();
  return rig;
}

Deno.test("an asker that left before the answer: the other stays free", () => {
  const rig = decided();
  rig.lose(ALICE);
  rig.settle();
  assertEquals([rig.take(BOB), rig.stateOf(BOB)!.name], [[], "Connected"]);
  assertDirectoryAgrees(rig);
});

Deno.test("an asker that connected anew before the answer is in no chat that it did not ask for", () => {
  const rig = decided();
  rig.connect(ALICE);
  rig.settle();
  assertEquals(rig.take(ALICE), [{ type: "CONNECTED" }]);
  assertEquals([rig.take(BOB), rig.stateOf(BOB)!.name], [[], "Connected"]);
  assertDirectoryAgrees(rig);
});

Deno.test("one asked who left, or connected anew, before the answer: UNREACHABLE", () => {
  for (const again of [false, true]) {
    const rig = decided();
    if (again) rig.connect(BOB);
    else rig.lose(BOB);
    rig.settle();
    assertEquals(rig.take(ALICE), [{ type: "UNREACHABLE", clientId: BOB }]);
    assertEquals(rig.stateOf(ALICE)!.name, "Connected");
    assertEquals(rig.requested.slice(-1), [{ type: "release", sessionId: 1 }]);
    if (again) assertEquals(rig.take(BOB), [{ type: "CONNECTED" }]);
    assertDirectoryAgrees(rig);
  }
});

Deno.test("an answer to an earlier connection's claim leaves the newer one's claim alone", () => {
  const rig = decided();
  rig.connect(ALICE);
  rig.request(ALICE, CAROL);
  rig.hearAnswer();
  assertEquals(rig.stateOf(ALICE)!.name, "Pairing");
  rig.settle();
  assertEquals(rig.take(ALICE).map(({ type }) => type), ["CONNECTED", "CHAT_STARTED"]);
  assertEquals(rig.sessionOf(ALICE), rig.sessionOf(CAROL));
  assertDirectoryAgrees(rig);
});

Deno.test("a second request while a claim is under way is UNREACHABLE and claims nothing", () => {
  const rig = decided();
  rig.request(ALICE, CAROL);
  assertEquals(rig.take(ALICE), [{ type: "UNREACHABLE", clientId: CAROL }]);
  rig.settle();
  assertEquals(rig.sessionOf(ALICE), rig.sessionOf(BOB));
  assertEquals(rig.stateOf(CAROL)!.name, "Connected");
});

Deno.test("a late answer about another client does not end the wait for this one", () => {
  const rig = new BoardRig();
  rig.connect(ALICE, BOB, CAROL, DAVE);
  rig.held = true;
  rig.request(CAROL, ALICE);
  rig.request(ALICE, BOB);
  // Carol's chat comes first and is over before Alice's own answer is heard.
  rig.handleRequest();
  rig.handleRequest();
  rig.hearAnswer();
  rig.end(CAROL, rig.sessionOf(CAROL)!);
  rig.request(ALICE, DAVE);
  rig.clear();
  rig.hearAnswer();
  assertEquals(rig.take(ALICE), [{ type: "UNREACHABLE", clientId: BOB }]);
  assertEquals(rig.stateOf(ALICE)!.name, "Pairing");
  rig.settle();
  assertEquals(rig.sessionOf(ALICE), rig.sessionOf(DAVE));
});
