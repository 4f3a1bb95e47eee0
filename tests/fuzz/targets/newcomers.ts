/** Target: the desk that admits newcomers, under any sequence of operations. */

import { deriveKeys } from "../../../lib/crypto/mod.ts";
import {
  type AdmissionAction,
  AdmissionDesk,
  type ConnectionId,
  type Grant,
  SERVER_LIMITS,
} from "../../../lib/session/mod.ts";
import { ALICE, BOB, SeededRandom } from "../../session/fixtures.ts";
import "../../session/table.ts";
import { Choices } from "../choices.ts";
import { must, type Target } from "../target.ts";

const LIMITS = { ...SERVER_LIMITS, maxUnconnected: 6, maxUnconnectedPerAddress: 3 };
const HOSTS = ["192.0.2.1", "192.0.2.2", "2001:db8::1"];
const KEYS = [0, 1, 2, 3].map((i) => {
  const part = Uint8Array.of(i);
  return deriveKeys(part, part, part, part);
});
const COOKIES: readonly Uint8Array[] = KEYS.map((_, i) => new Uint8Array(16).fill(i));
const NONE = new Uint8Array(16).fill(0xff);

/** A connection as it should stand. */
interface Newcomer {
  readonly host: string;
  readonly since: number;
  /** What its key-id named. */
  grant: Grant | undefined;
}

/** The desk and what it should know. */
class Play {
  readonly #desk = new AdmissionDesk(LIMITS);
  readonly #waiting = new Map<ConnectionId, Newcomer>();
  readonly #grants = new Map<number, Grant>();
  #connections = 0;
  #now = 0;

  /** One operation; its name. */
  step(choices: Choices): string {
    const kind = choices.below(10);
    const id = 1 + choices.byte() % (this.#connections + 1);
    const which = choices.below(4);
    switch (kind) {
      case 0:
      case 1:
        this.#open(choices.pick(HOSTS));
        return `connection ${this.#connections} opened`;
      case 2:
        this.#grant(which);
        return `grant ${which}`;
      case 3:
      case 4:
        this.#keyId(id, choices.below(6) === 5 ? undefined : which);
        return `key-id ${which} on ${id}`;
      case 5:
      case 6: {
        const cookie = choices.below(6) === 5 ? NONE : COOKIES[which]!;
        this.#connect(id, cookie);
        return `CONNECT ${which} on ${id}`;
      }
      case 7:
        this.#desk.closed(id);
        this.#waiting.delete(id);
        return `${id} closed`;
      case 8:
        this.#now += choices.byte() * 200;
        if (choices.below(2) === 0) this.#tick();
        return `it is ${this.#now}`;
      default:
        if (choices.below(4) === 0) this.#revoke();
        return "revoked, perhaps";
    }
  }

  mustAgree(): void {
    must(this.#desk.size === this.#waiting.size, "another number of newcomers");
    must(this.#waiting.size <= LIMITS.maxUnconnected, "the table overflows");
    for (const host of HOSTS) {
      const count = [...this.#waiting.values()].filter((newcomer) => newcomer.host === host).length;
      must(count <= LIMITS.maxUnconnectedPerAddress, "too many of one address");
    }
  }

  #open(host: string): void {
    const id = ++this.#connections;
    const actions = this.#desk.opened(id, host, this.#now);
    const same = [...this.#waiting.values()].filter((newcomer) => newcomer.host === host).length;
    if (same >= LIMITS.maxUnconnectedPerAddress) return this.#expect(actions, "refuse", id);
    this.#waiting.set(id, { host, since: this.#now, grant: undefined });
    if (this.#waiting.size <= LIMITS.maxUnconnected) return must(actions.length === 0, "refused");
    const [oldest] = this.#waiting.keys();
    this.#expect(actions, "refuse", oldest!);
  }

  #grant(which: number): void {
    const grant: Grant = {
      clientId: which % 2 === 0 ? ALICE : BOB,
      keys: KEYS[which]!,
      cookie: COOKIES[which]!,
      expires: this.#now + LIMITS.cookieLifetime,
    };
    // A key-id is of one login only: the desk never gets it twice while it is known.
    if (this.#grants.has(which) && this.#valid(which)) return;
    this.#grants.set(which, grant);
    this.#desk.grant(grant);
  }

  #keyId(id: ConnectionId, which: number | undefined): void {
    const keyId = which === undefined ? NONE : KEYS[which]!.keyId;
    const actions = this.#desk.handle(id, { type: "key-id", keyId }, this.#now);
    const newcomer = this.#waiting.get(id);
    if (newcomer === undefined) return must(actions.length === 0, "an answer to nobody");
    const known = which !== undefined && this.#valid(which);
    if (newcomer.grant !== undefined || !known) return this.#expect(actions, "refuse", id);
    newcomer.grant = this.#grants.get(which);
    const [action] = actions;
    must(action?.type === "use keys" && action.connection === id, "no keys");
    must(
      action.keys === KEYS[which] && action.clientId === this.#grants.get(which)!.clientId,
      "other keys",
    );
  }

  #connect(id: ConnectionId, cookie: Uint8Array): void {
    const actions = this.#desk.handle(id, { type: "CONNECT", cookie }, this.#now);
    const newcomer = this.#waiting.get(id);
    if (newcomer === undefined) return must(actions.length === 0, "an answer to nobody");
    const { grant } = newcomer;
    const which = COOKIES.indexOf(cookie);
    const right = grant?.cookie === cookie && this.#grants.get(which) === grant &&
      this.#valid(which);
    if (!right) return this.#expect(actions, "refuse", id);
    this.#expect(actions, "connected", id);
    this.#grants.delete(which);
  }

  #tick(): void {
    const actions = this.#desk.tick(this.#now);
    const late = [...this.#waiting].filter(([, { since }]) =>
      since + LIMITS.connectTimeout <= this.#now
    );
    must(actions.length === late.length, "not those that are late");
    for (const [i, [id]] of late.entries()) this.#expect([actions[i]!], "refuse", id);
    for (const which of this.#grants.keys()) if (!this.#valid(which)) this.#grants.delete(which);
  }

  #revoke(): void {
    this.#desk.revoke(ALICE);
    for (const [which, { clientId }] of this.#grants) {
      if (clientId === ALICE) this.#grants.delete(which);
    }
  }

  #valid(which: number): boolean {
    const grant = this.#grants.get(which);
    return grant !== undefined && grant.expires > this.#now;
  }

  #expect(
    actions: readonly AdmissionAction[],
    type: "refuse" | "connected",
    id: ConnectionId,
  ): void {
    const [action] = actions;
    must(actions.length === 1 && action?.type === type, `not ${type}`);
    must(action.connection === id, "another connection");
    this.#waiting.delete(id);
  }
}

export const NEWCOMERS: Target = {
  invariant:
    "the admission desk throws nothing, keeps to its bounds, and connects whoever showed a " +
    "key-id and then its cookie in time, while the grant was valid and for the first time; " +
    "everybody else is refused, once.",
  name: "newcomers",
  share: 4,
  maxLength: 200,
  seeds: () => {
    const random = new SeededRandom(12);
    const admission = [2, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 5, 0, 0, 0];
    return Array.from(
      { length: 60 },
      (_, i) => Uint8Array.of(...admission, ...random.bytes(3 * i)),
    );
  },
  check(input): void {
    const play = new Play();
    const choices = new Choices(input);
    while (choices.left) {
      play.step(choices);
      play.mustAgree();
    }
  },
  describe(input): unknown {
    const steps: string[] = [];
    const play = new Play();
    const choices = new Choices(input);
    try {
      while (choices.left) {
        steps.push(play.step(choices));
        play.mustAgree();
      }
    } catch {
      steps.push("the one that broke it");
    }
    return steps;
  },
};
