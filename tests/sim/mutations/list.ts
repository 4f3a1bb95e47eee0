/**
 * Deliberate bugs: each a line or two of lib/ as a tired programmer might have written them. The
 * simulation has to notice every one of them.
 */

/** Within how many seeds each has to be noticed. */
export const WITHIN = 400;

/** A bug. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly right: string;
  readonly wrong: string;
}

const SERVER = "lib/session/server";
const CLIENT = "lib/session/client";

export const MUTATIONS: readonly Mutation[] = [
  // Chats at the server.
  {
    name: "the peer does not hear of the end of a chat",
    file: `${SERVER}/chat_phase.ts`,
    right: `{ type: "tell", clientId: peer, event: { type: "peer left", sessionId } },`,
    wrong: "",
  },
  {
    name: "a chat that ended is not released",
    file: `${SERVER}/chat_phase.ts`,
    right: `    { type: "ask directory", request: { type: "release", sessionId } },\n`,
    wrong: "",
  },
  {
    name: "whoever leaves does not end its chat",
    file: `${SERVER}/chat_phase.ts`,
    right: `go({ name: "Gone" }, ...endChat(state), leave(context)),`,
    wrong: `go({ name: "Gone" }, leave(context)),`,
  },
  {
    name: "a CHAT for another session is stored in this one",
    file: `${SERVER}/chat_phase.ts`,
    right: `if (chats.sessionId !== state.sessionId) return`,
    wrong: `if (false) return`,
  },
  {
    name: "a CHAT with any number is stored",
    file: `${SERVER}/chat_phase.ts`,
    right: `const repeated = next - number;`,
    wrong: `const repeated = 0;`,
  },
  {
    name: "messages are not counted",
    file: `${SERVER}/chat_phase.ts`,
    right: `go(taken, store(state, chats, context))`,
    wrong: `go(state, store(state, chats, context))`,
  },
  {
    name: "a message goes back to its sender",
    file: `${SERVER}/chat_phase.ts`,
    right: `{ type: "send", connection: state.peerConnection, run: chats },`,
    wrong: `{ type: "send", connection: context.connection, run: chats },`,
  },
  {
    name: "nobody tells the sender that its message was not stored",
    file: `${SERVER}/chat_phase.ts`,
    right:
      `ifNot: [send(context, { type: "REFUSED", sessionId, number, count, reason: "not_stored" })],`,
    wrong: `ifNot: [],`,
  },
  {
    name: "a late frame of a chat that others ended counts as an error",
    file: `${SERVER}/chat_phase.ts`,
    right: `return previous.includes(sessionId);`,
    wrong: `return false;`,
  },
  {
    name: "a request that comes to nothing is waited for all the same",
    file: `${SERVER}/chat_phase.ts`,
    right:
      `clientId === state.requested ? { name: "Connected", previous: state.previous } : state,`,
    wrong: `state,`,
  },

  // Pairing.
  {
    name: "somebody in a chat can be claimed for another",
    file: `${SERVER}/directory.ts`,
    right: `const asked = this.#free(to);`,
    wrong: `const asked = this.#online.get(to);`,
  },
  {
    name: "one can chat with oneself",
    file: `${SERVER}/directory.ts`,
    right: ` || asking === asked) return unavailable;`,
    wrong: `) return unavailable;`,
  },
  {
    name: "of a chat that ended, one member stays claimed",
    file: `${SERVER}/directory.ts`,
    right: `for (const member of this.#members.get(sessionId) ?? []) this.#session.delete(member);`,
    wrong: `this.#session.delete(this.#members.get(sessionId)?.[0]!);`,
  },

  // Connections at the server.
  {
    name: "a second CONNECT leaves the first one's connection",
    file: `${SERVER}/switchboard.ts`,
    right: `this.#part(this.#members.get(clientId), "logged_on_elsewhere", env, actions);`,
    wrong: "",
  },
  {
    name: "silent clients stay for ever",
    file: `${SERVER}/switchboard.ts`,
    right: `if (silence === "dead") {`,
    wrong: `if (false) {`,
  },
  {
    name: "lost connections are not noticed",
    file: `${SERVER}/switchboard.ts`,
    right:
      `this.#part(this.#byConnection.get(event.connection), "connection closed", env, actions);`,
    wrong: "",
  },
  {
    name: "a revoked client stays",
    file: `${SERVER}/switchboard.ts`,
    right: `this.#part(this.#members.get(event.clientId), "revoked", env, actions);`,
    wrong: "",
  },
  {
    name: "logins are kept for ever",
    file: `${SERVER}/login_desk.ts`,
    right: `    this.#forgetExpired(now);\n  }`,
    wrong: `  }`,
  },
  {
    name: "any RES will do",
    file: `${SERVER}/login.ts`,
    right: `const isRight = equal(response.res, xres);`,
    wrong: `const isRight = true;`,
  },
  {
    name: "a cookie can be used again",
    file: `${SERVER}/admission.ts`,
    right: `if (valid) this.#grants.delete(encodeHex(grant.keys.keyId));`,
    wrong: "",
  },

  // What is said when, and what is stored.
  {
    name: "messages are relayed before they are stored",
    file: "lib/server/turns.ts",
    right: `const stored = await this.#commit(turn);`,
    wrong: `const stored = true; void this.#commit(turn);`,
  },
  {
    name: "a commit that failed counts as one that did not",
    file: "lib/server/turns.ts",
    right: `      this.#sink.commitFailed(error);\n      return false;`,
    wrong: `      this.#sink.commitFailed(error);\n      return true;`,
  },
  {
    name: "what is said at the end of a turn is not written",
    file: "lib/server/exchange.ts",
    right: `      connection.flush();
      if (link.queued`,
    wrong: `      if (link.queued`,
  },
  {
    name: "a receipt that is held back is forgotten at the end of a turn",
    file: "lib/server/connection.ts",
    right: `    this.#sendReceipt();\n    this.link.flush();`,
    wrong: `    this.link.flush();`,
  },
  {
    name: "session-IDs begin anew with the server",
    file: "lib/server/session_ids.ts",
    right: `await history.reserveSessionIds(BLOCK));`,
    wrong: `(await history.reserveSessionIds(BLOCK), 1));`,
  },
  {
    name: "a history stops short of its newest message",
    file: "lib/server/history_answers.ts",
    right: `const end = before === 0 ? newest :`,
    wrong: `const end = before === 0 ? newest - 1 :`,
  },
  {
    name: "between two pages of a history a message is left out",
    file: "lib/server/history_answers.ts",
    right: `next = lastRead.position + 1;`,
    wrong: `next = lastRead.position + 2;`,
  },

  {
    name: "the end of a history is not told",
    file: "lib/server/history_answers.ts",
    right: `connection.send({ type: "HISTORY_END", clientId: request.clientId, outcome });`,
    wrong: "",
  },
  {
    name: "whoever asks is answered with another's history",
    file: "lib/server/history_answers.ts",
    right: `this.#history.read(self, other, next, last, historyPageBytes)`,
    wrong: `this.#history.read("alice" as ClientId, other, next, last, historyPageBytes)`,
  },

  // Streams.
  {
    name: "what is left of a record is forgotten when the rest comes",
    file: "lib/codec/record.ts",
    right: `const kept = this.available;`,
    wrong: `const kept = 0;`,
  },
  {
    name: "the system is taken to write everything at once",
    file: "lib/transport/link.ts",
    right: `while (bytes.length > 0) bytes = bytes.subarray(await this.#connection.write(bytes));`,
    wrong: `await this.#connection.write(bytes);`,
  },
  {
    name: "the frame that did not fit into a record is lost",
    file: "lib/transport/outgoing.ts",
    right: `this.#frames.discard(start);`,
    wrong: `this.#frames.truncate(0);`,
  },

  // Rates.
  {
    name: "what a client sends too fast is dropped",
    file: "lib/server/reception.ts",
    right: `if (!tokens.take(count) && link.open) await this.#pace(connection, tokens, count);`,
    wrong: `if (!tokens.take(count)) continue;`,
  },
  {
    name: "a bucket that is empty stays empty",
    file: "lib/session/token_buckets.ts",
    right: `this.#tokens + (now - this.#at) * perSecond / 1_000`,
    wrong: `this.#tokens`,
  },

  // Clients.
  {
    name: "the end of a chat is shown, and not asked for",
    file: `${CLIENT}/chat_phase.ts`,
    right:
      `return endChat(state, context, { type: "send", frame: { type: "END_REQUEST", sessionId } });`,
    wrong: `return endChat(state, context);`,
  },
  {
    name: "the last messages of a chat that was just ended are not shown",
    file: `${CLIENT}/chat_phase.ts`,
    right: `message.sessionId === state.previous?.sessionId`,
    wrong: `state.previous === undefined && message.sessionId === 0`,
  },
  {
    name: "a reply to another login counts",
    file: `${CLIENT}/connection_phase.ts`,
    right: `equal(nc, state.random.nc) ? fail(FAILURE[reason], state.tries) : go(state),`,
    wrong: `fail(FAILURE[reason], state.tries),`,
  },
  {
    name: "a client that is disconnected takes its chat along",
    file: `${CLIENT}/chat_phase.ts`,
    right: `step: (state) => logOff("connection lost", chatEnded(state)),`,
    wrong: `step: () => logOff("connection lost"),`,
  },
  {
    name: "a silent server is waited for",
    file: "lib/client/sockets.ts",
    right: `if (verdict === "dead") link.close();`,
    wrong: `if (verdict === "dead") return;`,
  },
  {
    name: "the last message that a receipt stands for stays unconfirmed",
    file: "lib/client/pending.ts",
    right: `message.number <= notice.number`,
    wrong: `message.number < notice.number`,
  },
];
