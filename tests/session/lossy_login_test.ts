/** Whole logins over a transport that loses, doubles, delays and reorders, in virtual time. */

import { assert, assertEquals } from "@std/assert";
import { type Datagram, decodeDatagram, encodeDatagram } from "../../lib/codec/mod.ts";
import { equal } from "../../lib/crypto/mod.ts";
import {
  type ClientAction,
  type ClientLimits,
  type Grant,
  LoginDesk,
  SERVER_LIMITS,
} from "../../lib/session/mod.ts";
import { ClientRig } from "./client_rig.ts";
import { LossyPath, VirtualClock, type Weather } from "./clock.ts";
import { ALICE, BOB, clientContext, loginRandom, secretOf, SeededRandom } from "./fixtures.ts";
import { ADDRESS, PORT } from "./login_rig.ts";

const FAIR: Weather = { loss: 0, duplication: 0, delay: [5, 50] };
const STORM: Weather = { loss: 0.3, duplication: 0.2, delay: [5, 900] };
const DEAD: Weather = { loss: 1, duplication: 0, delay: [5, 50] };

/** Whether the desk has no room to keep challenges; on and off: it changes several times a second. */
type Crowding = "never" | "always" | "on and off";

/** One client and one desk, with the weather between them. */
class LossyLogin {
  readonly clock = new VirtualClock();
  readonly client: ClientRig;
  readonly grants: Grant[] = [];
  /** Datagrams of each type that arrived. */
  readonly arrived = new Map<string, number>();
  /** Datagrams of each type that the desk replied with. */
  readonly replied = new Map<string, number>();
  /** The different AUTH_SUCCESS that were sent. */
  readonly successes = new Set<string>();
  readonly #up: LossyPath<Uint8Array>;
  readonly #down: LossyPath<Uint8Array>;

  constructor(
    seed: number,
    weather: Weather,
    clientLimits: Partial<ClientLimits> = {},
    crowding: Crowding = "never",
  ) {
    const random = new SeededRandom(seed);
    const env = (): { now: number; date: number; random: (length: number) => Uint8Array } => ({
      now: this.clock.now,
      date: 0,
      random: random.bytes,
    });
    // One login of somebody else fills half of a table of two.
    const limits = { ...SERVER_LIMITS, maxPendingLogins: crowding === "never" ? 100 : 2 };
    const desk = new LoginDesk(limits, PORT, secretOf, env());
    const crowd = (): void => {
      const [nc, clientKey] = [random.bytes(16), random.bytes(32)];
      desk.handle({ type: "HELLO", nc, clientKey, clientId: BOB }, ADDRESS, env());
      if (crowding === "on and off") this.clock.after(random.between(50, 500), relieve);
    };
    const relieve = (): void => {
      desk.revoke(BOB);
      if (!this.over) this.clock.after(random.between(50, 500), crowd);
    };
    if (crowding !== "never") crowd();
    this.#down = new LossyPath(this.clock, random, weather, (bytes) => {
      this.client.handle(this.#arrive(bytes));
    });
    this.#up = new LossyPath(this.clock, random, weather, (bytes) => {
      for (const action of desk.handle(this.#arrive(bytes), ADDRESS, env())) {
        if (action.type === "grant") this.grants.push(action.grant);
        if (action.type !== "reply") continue;
        const reply = encodeDatagram(action.datagram);
        count(this.replied, action.datagram.type);
        if (action.datagram.type === "AUTH_SUCCESS") this.successes.add(reply.join());
        this.#down.send(reply);
      }
    });
    this.client = new ClientRig(
      clientContext(ALICE, clientLimits),
      this.clock,
      { name: "Offline" },
      { datagram: (datagram) => this.#up.send(encodeDatagram(datagram)) },
    );
    this.client.handle({ type: "user logs on", random: loginRandom(random) });
  }

  /** Whether the client has the server's word, or has given up. */
  get over(): boolean {
    return this.client.state.name === "Connecting" || this.client.state.name === "Offline";
  }

  /** Until it is over. */
  run(): void {
    while (!this.over) this.clock.run(this.clock.now + 100);
  }

  get opened(): Extract<ClientAction, { type: "open TCP" }> | undefined {
    return this.client.actions.find((action) => action.type === "open TCP");
  }

  /** How many datagrams of this type the client sent. */
  sent(type: Datagram["type"]): number {
    return this.client.datagrams.filter((datagram) => datagram.type === type).length;
  }

  #arrive(bytes: Uint8Array): Datagram {
    const datagram = decodeDatagram(bytes.slice());
    count(this.arrived, datagram.type);
    return datagram;
  }
}

function count(counts: Map<string, number>, type: Datagram["type"]): void {
  counts.set(type, (counts.get(type) ?? 0) + 1);
}

/** Asserts what must hold of every login, whatever became of it. */
function assertSound(login: LossyLogin, seed: number): void {
  const { client, grants, opened } = login;
  assert(grants.length <= 1, `two grants for one Nc (seed ${seed})`);
  assert(login.successes.size <= 1, `two different AUTH_SUCCESS for one Nc (seed ${seed})`);
  const { tries } = client.context.limits;
  assert(login.sent("HELLO") <= tries && login.sent("RESPONSE") <= tries);
  if (client.state.name === "Connecting") {
    assertEquals([opened!.port, opened!.keys], [PORT, grants[0]!.keys]);
    assert(equal(client.state.cookie, grants[0]!.cookie));
  } else {
    // It gave up because every try was lost on its way or on the way back, and for no other reason.
    const [ask, answer] = login.sent("RESPONSE") > 0
      ? ["RESPONSE", "AUTH_SUCCESS"] as const
      : ["HELLO", "CHALLENGE"] as const;
    assertEquals(login.sent(ask), tries, `seed ${seed}`);
    assertEquals(login.replied.get(answer), login.arrived.get(ask), `seed ${seed}`);
    assertEquals(login.arrived.get(answer), undefined, `seed ${seed}`);
    assertEquals(opened, undefined);
    assertEquals(client.notices, [{ type: "log-on failed", why: "no answer", tries }]);
  }
}

Deno.test("in fair weather a login takes one HELLO and one RESPONSE", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const login = new LossyLogin(seed, FAIR);
    login.run();
    assertSound(login, seed);
    assertEquals(login.client.state.name, "Connecting");
    assertEquals([login.sent("HELLO"), login.sent("RESPONSE")], [1, 1]);
  }
});

for (const crowding of ["never", "always", "on and off"] as const) {
  Deno.test(`with 30 % loss each way logins succeed unless every try was lost, and keys agree (crowded: ${crowding})`, () => {
    let succeeded = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const login = new LossyLogin(seed, STORM, { tries: 12 }, crowding);
      login.run();
      assertSound(login, seed);
      if (login.client.state.name === "Connecting") succeeded++;
    }
    assert(succeeded >= 297, `${succeeded} of 300`);
  });
}

Deno.test("with the default tries logins fail as seldom as that loss allows", () => {
  let succeeded = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const login = new LossyLogin(seed, STORM);
    login.run();
    assertSound(login, seed);
    if (login.client.state.name === "Connecting") succeeded++;
  }
  assert(succeeded >= 285, `${succeeded} of 300`);
});

Deno.test("stragglers of a login that is over change nothing", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const login = new LossyLogin(seed, { ...STORM, duplication: 0.9 }, { tries: 12 });
    login.run();
    login.client.handle({ type: "user logs off" });
    const { state } = login.client;
    login.clock.run();
    assertSoundAfterwards(login, seed);
    assertEquals(login.client.state, state);
  }
});

function assertSoundAfterwards(login: LossyLogin, seed: number): void {
  assert(login.grants.length <= 1 && login.successes.size <= 1, `seed ${seed}`);
}

Deno.test("on a dead network the client is Offline after exactly `tries` sends", () => {
  for (const tries of [1, 3, 7]) {
    const login = new LossyLogin(tries, DEAD, { tries });
    login.clock.run();
    assertEquals(login.client.state.name, "Offline");
    assertEquals([login.sent("HELLO"), login.sent("RESPONSE")], [tries, 0]);
    assertEquals(login.grants, []);
  }
});
