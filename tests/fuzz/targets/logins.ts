/** Target: the login desk under any sequence of datagrams, right and wrong, old and new. */

import {
  type ClientId,
  type Datagram,
  DATAGRAM_LENGTH,
  decodeDatagram,
  encodeDatagram,
  type Hello,
  RES_LENGTH,
  type Response,
} from "../../../lib/codec/mod.ts";
import { a3, x25519PublicKey } from "../../../lib/crypto/mod.ts";
import { toHex } from "../../hex.ts";
import type { LoginAction } from "../../../lib/session/mod.ts";
import { ALICE, BOB, NOBODY, secretOf, SeededRandom } from "../../session/fixtures.ts";
import { LoginRig } from "../../session/login_rig.ts";
import { Choices } from "../choices.ts";
import { attempt, must, sameBytes, type Target } from "../target.ts";

const REFUSED = { perSecond: 20, burst: 6, remembered: 4 };
const LIMITS = { maxPendingLogins: 4, epochLifetime: 1_000, refusedLogOns: REFUSED };
const ADDRESSES = ["192.0.2.1:1", "192.0.2.1:2", "[2001:db8::1]:1"];
const LOW_ORDER = new Uint8Array(32);
const random = new SeededRandom(5);
/** HELLOs to choose from: two of each client, one of them with a key of low order. */
const HELLOS: readonly Hello[] = [ALICE, BOB, NOBODY].flatMap((clientId) =>
  [0, 1].map((i): Hello => ({
    type: "HELLO",
    nc: random.bytes(16),
    clientKey: clientId === BOB && i === 1 ? LOW_ORDER : x25519PublicKey(random.bytes(32)),
    clientId,
  }))
);

/** A challenge that the desk gave. */
interface Issued {
  readonly hello: Hello;
  readonly address: string;
  readonly rand: Uint8Array;
  readonly at: number;
  granted: boolean;
}

/** The desk, with everything that its clients and an eavesdropper could remember. */
class Play {
  readonly rig = new LoginRig(LIMITS);
  readonly issued = new Map<string, Issued>();
  readonly responses: [Response, string][] = [];
  /** Every AUTH_SUCCESS that was given, and to whom. */
  readonly #answers = new Set<string>();
  /** How many log-ons of each host were judged and refused. */
  readonly #refused = { ipv4: 0, ipv6: 0 };

  send(datagram: Datagram, address: string): void {
    const before = this.rig.grants.length;
    const actions = this.rig.handle(datagram, address);
    this.#count(actions, address);
    const replies = actions
      .flatMap((action) => action.type === "reply" ? [action.datagram] : []);
    const granted = this.rig.grants.length - before;
    must(replies.length <= 1 && granted <= replies.length, "too much comes of a datagram");
    must(this.rig.desk.size <= LIMITS.maxPendingLogins, "the table overflows");
    const [reply] = replies;
    if (reply === undefined) return;
    must(sameBytes(reply.nc, datagram.nc), "a reply with another Nc");
    must(DATAGRAM_LENGTH[reply.type] <= DATAGRAM_LENGTH[datagram.type], "a reply amplifies");
    if (datagram.type === "HELLO") {
      must(reply.type === "CHALLENGE", "no CHALLENGE");
      const { rand } = reply;
      const key = keyOf(datagram, address, rand);
      if (!this.issued.has(key)) {
        const at = this.rig.now;
        this.issued.set(key, { hello: datagram, address, rand, at, granted: false });
      }
    } else {
      must(datagram.type === "RESPONSE" && reply.type !== "CHALLENGE", "a reply to no request");
      this.#answered(datagram, address, reply, granted === 1);
    }
  }

  #count(actions: readonly LoginAction[], address: string): void {
    const host = address.startsWith("[") ? "ipv6" : "ipv4";
    const judged = actions.some((action) =>
      action.type === "note" && action.note.type === "log-on refused" &&
      action.note.why !== "too many refused"
    );
    if (!judged) return;
    const most = REFUSED.burst + REFUSED.perSecond * this.rig.now / 1_000;
    must(++this.#refused[host] <= most, "too many guesses");
  }

  #answered(response: Response, address: string, reply: Datagram, granted: boolean): void {
    if (reply.type === "AUTH_FAIL") return must(!granted, "a grant without AUTH_SUCCESS");
    const { clientId, rand, res, clientKey } = response;
    const answer = `${clientId} ${address} ${toHex(encodeDatagram(reply))}`;
    if (!granted) return must(this.#answers.has(answer), "a repeat is sealed anew");
    const challenge = this.issued.get(keyOf(response, address, rand));
    must(challenge !== undefined && !challenge.granted, "a grant without a challenge of its own");
    must(this.rig.now - challenge.at < 2 * LIMITS.epochLifetime, "a grant for an old challenge");
    const secret = secretOf(clientId);
    must(secret !== undefined, "a grant for nobody");
    must(sameBytes(res, a3(rand, secret)), "a grant for a wrong RES");
    must(!sameBytes(clientKey, LOW_ORDER), "a grant for a key of low order");
    challenge.granted = true;
    this.#answers.add(answer);
  }
}

function keyOf(login: Omit<Hello, "type">, address: string, rand: Uint8Array): string {
  const { clientId, nc, clientKey } = login;
  return [clientId, address, toHex(nc), toHex(clientKey), toHex(rand)].join(" ");
}

function responseTo({ hello, rand }: Issued, right: boolean): Response {
  const { nc, clientKey, clientId } = hello;
  const secret = secretOf(clientId);
  const res = right && secret !== undefined ? a3(rand, secret) : new Uint8Array(RES_LENGTH);
  return { type: "RESPONSE", nc, res, rand, clientKey, clientId };
}

/** One operation; its name. */
function step(play: Play, choices: Choices): string {
  const kind = choices.below(12);
  const hello = choices.pick(HELLOS);
  const address = choices.pick(ADDRESSES);
  const issued = [...play.issued.values()];
  const challenge = issued.length === 0 ? undefined : choices.pick(issued);
  switch (kind) {
    case 0:
    case 1:
    case 2:
      play.send(hello, address);
      return `HELLO of ${hello.clientId} from ${address}`;
    case 3: {
      play.rig.now += choices.byte() * 8;
      return `it is ${play.rig.now}`;
    }
    case 4: {
      const clientId: ClientId = hello.clientId;
      play.rig.desk.revoke(clientId);
      return `${clientId} is revoked`;
    }
    case 5:
      play.rig.desk.tick(play.rig.env());
      return "tick";
    case 6: {
      if (play.responses.length === 0) return "nothing";
      const [response, from] = choices.pick(play.responses);
      play.send(response, choices.below(2) === 0 ? from : address);
      return "an old RESPONSE again";
    }
    case 7: {
      const bytes = challenge === undefined
        ? encodeDatagram(hello)
        : encodeDatagram(responseTo(challenge, true));
      bytes[choices.byte() % bytes.length]! ^= 1 << choices.below(8);
      const damaged = attempt(() => decodeDatagram(bytes));
      if (damaged !== undefined) play.send(damaged, challenge?.address ?? address);
      return "a datagram with a bit turned over";
    }
    default: {
      if (challenge === undefined) return "nothing";
      const right = choices.below(3) !== 0;
      const response = responseTo(challenge, right);
      play.responses.push([response, challenge.address]);
      play.send(response, challenge.address);
      return `${right ? "right" : "wrong"} RESPONSE of ${response.clientId}`;
    }
  }
}

export const LOGINS: Target = {
  invariant:
    "the login desk throws nothing, never has too many logins, and gives at most one reply, " +
    "no longer than the request; a grant only once for each challenge, to a subscriber, for the " +
    "right RES to a challenge that it gave the same login less than two epochs ago; and judges no " +
    "more wrong ones from a host than that has tokens.",
  name: "logins",
  share: 0.8,
  maxLength: 120,
  seeds: () => {
    const random = new SeededRandom(6);
    const hellos = [0, 0, 0, ...[1, 2, 3, 4, 5].flatMap((i) => [0, i % 2, i >> 1, 0])];
    const answers = [2, 3, 4, 5, 0, 1].flatMap((i) => [8, 0, 0, i, 1]);
    return [
      Uint8Array.of(0, 0, 0, 8, 0, 0, 0, 1),
      Uint8Array.of(...hellos, ...answers),
      Uint8Array.of(...hellos, ...answers, 4, 0, 0, 0, ...answers),
      ...Array.from({ length: 40 }, (_, i) => random.bytes(10 + 2 * i)),
    ];
  },
  check(input): void {
    const play = new Play();
    const choices = new Choices(input);
    while (choices.left) step(play, choices);
  },
  describe(input): unknown {
    const steps: string[] = [];
    const play = new Play();
    const choices = new Choices(input);
    try {
      while (choices.left) steps.push(step(play, choices));
    } catch {
      steps.push("the one that broke it");
    }
    return steps;
  },
};
