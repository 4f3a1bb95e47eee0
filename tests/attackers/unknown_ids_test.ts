import { assert, assertEquals } from "@std/assert";
import {
  type ClientId,
  type Datagram,
  decodeDatagram,
  parseClientId,
} from "../../lib/codec/mod.ts";
import { SERVER_LIMITS } from "../../lib/server/mod.ts";
import { randomBytes, RawLogin, RawUdp } from "../server/raw_client.ts";
import { ANY_DATAGRAMS, type TestServer, withServer } from "../server/rig.ts";
import { toHex } from "../hex.ts";

const KNOWN = parseClientId("alice");
const UNKNOWN = parseClientId("unknown-alice");
const WRONG_SECRET = randomBytes(20);

/** What came back for one datagram: type, length, and whether the same bytes had come before. */
type Reply = string;

/** Sends datagrams and says what comes for each, silence included. */
class Prober implements Disposable {
  readonly #udp: RawUdp;
  readonly #before = new Set<string>();
  readonly login: RawLogin;

  constructor({ server }: TestServer, clientId: ClientId) {
    this.#udp = new RawUdp(server.udpAddress);
    this.login = new RawLogin(clientId, WRONG_SECRET);
  }

  /** The replies to `datagram` up to that to a HELLO of a third client, which always gets one. */
  async send(datagram: Datagram): Promise<{ replies: Reply[]; last: Datagram | undefined }> {
    const { hello } = new RawLogin(parseClientId("unknown-third"), WRONG_SECRET);
    await this.#udp.send(datagram);
    await this.#udp.send(hello);
    const replies: Reply[] = [];
    let last: Datagram | undefined;
    for (;;) {
      const bytes = await this.#udp.receive();
      const reply = decodeDatagram(bytes);
      if (toHex(reply.nc) === toHex(hello.nc)) return { replies, last };
      assertEquals(reply.nc, this.login.hello.nc);
      last = reply;
      const key = toHex(bytes);
      const again = this.#before.has(key) ? " again" : "";
      this.#before.add(key);
      replies.push(`${reply.type} of ${bytes.length} bytes${again}`);
    }
  }

  [Symbol.dispose](): void {
    this.#udp[Symbol.dispose]();
  }
}

/** Everything that somebody without the secret could try in one login. */
async function probe(rig: TestServer, clientId: ClientId): Promise<Reply[][]> {
  using prober = new Prober(rig, clientId);
  const { hello } = prober.login;
  const all: Reply[][] = [];
  const send = async (datagram: Datagram): Promise<Datagram | undefined> => {
    const { replies, last } = await prober.send(datagram);
    all.push(replies);
    return last;
  };
  const blind = { type: "CHALLENGE", nc: hello.nc, rand: randomBytes(32) } as const;
  await send(prober.login.response({ ...blind, serverKey: randomBytes(32) }));
  const challenge = await send(hello);
  if (challenge?.type !== "CHALLENGE") throw new Error("no CHALLENGE");
  await send(hello);
  await send({ ...hello, clientKey: randomBytes(32) });
  await send(prober.login.response({ ...challenge, rand: randomBytes(32) }));
  const response = prober.login.response(challenge);
  await send({ ...response, clientKey: randomBytes(32) });
  await send(response);
  await send(response);
  await send({ ...response, res: randomBytes(32) });
  await send(hello);
  return all;
}

for (
  const [when, maxPendingLogins] of [
    ["at rest", SERVER_LIMITS.maxPendingLogins],
    ["under load", 2],
    ["with a full table", 0],
  ] as const
) {
  Deno.test(`a known and an unknown ID get the same replies in the same order, ${when}`, async () => {
    await withServer(async (rig) => {
      // The login that makes a table of two half full is nobody's of these two.
      using first = new Prober(rig, parseClientId("unknown-first"));
      await first.send(first.login.hello);
      const known = await probe(rig, KNOWN);
      assertEquals(await probe(rig, UNKNOWN), known);
      assert(known.flat().some((reply) => reply.startsWith("CHALLENGE of 86 bytes")));
      assertEquals(
        known.flat().some((reply) => reply.startsWith("AUTH_FAIL of 23 bytes")),
        maxPendingLogins > 0,
      );
    }, { limits: { maxPendingLogins, ...ANY_DATAGRAMS } });
  });
}

Deno.test("rand is as random for an unknown ID as for a known one, at rest and under load", async () => {
  const CHALLENGES = 300;
  for (const maxPendingLogins of [SERVER_LIMITS.maxPendingLogins, 0]) {
    await withServer(async (rig) => {
      using udp = new RawUdp(rig.server.udpAddress);
      const rands = new Set<string>();
      for (const clientId of [KNOWN, UNKNOWN]) {
        const ones = new Array<number>(256).fill(0);
        for (let i = 0; i < CHALLENGES; i++) {
          const { rand } = await udp.challenge(new RawLogin(clientId));
          rands.add(toHex(rand));
          for (let bit = 0; bit < 256; bit++) ones[bit]! += rand[bit >> 3]! >> (bit & 7) & 1;
        }
        // Eight standard deviations: a fair bit is outside of it once in 10^15 runs.
        const slack = 8 * Math.sqrt(CHALLENGES / 4);
        const unfair = ones.filter((count) => Math.abs(count - CHALLENGES / 2) > slack);
        assertEquals(unfair, []);
      }
      assertEquals(rands.size, 2 * CHALLENGES);
    }, { limits: { maxPendingLogins, ...ANY_DATAGRAMS } });
  }
});
