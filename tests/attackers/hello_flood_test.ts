import { assert, assertEquals } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { encodeDatagram } from "../../lib/codec/mod.ts";
import { type Endpoint, UdpSocket } from "../../lib/transport/mod.ts";
import { randomBytes, RawLogin } from "../server/raw_client.ts";
import { ALICE, loggedOn, whileOthersChat, withServer } from "../server/rig.ts";
import { eventually } from "../server/waiting.ts";
import { loopbackAddress, manyAddresses } from "./addresses.ts";

const ADDRESSES = 200;
const MAX_PENDING = 512;
const LOG_ONS = 5;

/** Sends HELLOs in alice's name from many addresses, each with an Nc of its own, while `going`. */
async function flood({ host, port }: Endpoint, going: () => boolean): Promise<void> {
  const to: Deno.NetAddr = { transport: "udp", hostname: host, port };
  const { hello } = new RawLogin(ALICE);
  const sockets = Array.from(
    { length: ADDRESSES },
    (_, i) => Deno.listenDatagram({ transport: "udp", hostname: loopbackAddress(i), port: 0 }),
  );
  for (let i = 0; going(); i++) {
    const socket = sockets[i % ADDRESSES]!;
    await socket.send(encodeDatagram({ ...hello, nc: randomBytes(16) }), to).catch(() => {});
    // The server runs here too: how it fares when it cannot keep up is for `deno task flood`.
    if (i % 10 === 0) await setImmediate();
  }
  for (const socket of sockets) socket.close();
}

Deno.test(
  "HELLOs from many addresses fill half of the table and no more; their victim logs on, others chat" +
    (manyAddresses ? "" : " (from many ports of one address: this system has no other)"),
  async () => {
    await withServer(async ({ server }) => {
      let going = true;
      const flooding = flood(server.udpAddress, () => going);
      try {
        const half = MAX_PENDING / 2;
        await eventually("half a table of logins", () => server.load.pendingLogins >= half);
        for (let i = 0; i < LOG_ONS; i++) {
          await (await loggedOn(server.udpAddress, ALICE)).client.logOff();
        }
        // What is kept beyond it are logins that succeeded.
        assertEquals(server.load.pendingLogins, half + LOG_ONS);
      } finally {
        going = false;
        await flooding;
      }
    }, { limits: { maxPendingLogins: MAX_PENDING } });
  },
);

Deno.test("a chat goes on while HELLOs come from many addresses", async () => {
  await withServer(async (rig) => {
    let going = true;
    await whileOthersChat(rig, async () => {
      const flooding = flood(rig.server.udpAddress, () => going);
      await eventually("a flood", () => rig.server.load.pendingLogins >= MAX_PENDING / 2);
      going = false;
      await flooding;
    });
  }, { limits: { maxPendingLogins: MAX_PENDING } });
});

Deno.test("datagrams that wait already do not hold up everything else", async () => {
  const [attacker, victim] = [new UdpSocket("127.0.0.1", 0), new UdpSocket("127.0.0.1", 0)];
  // More than the loop may take in one turn, and as many as every system's buffer holds.
  for (let i = 0; i < 100; i++) await attacker.send(Uint8Array.of(i), victim.local);
  let [received, atOnce, most] = [0, 0, 0];
  const receiving = victim.receiveAll(() => {
    most = Math.max(most, ++atOnce);
    if (++received === 100) victim.close();
  });
  while (received < 100) {
    await setImmediate();
    atOnce = 0;
  }
  assert(most <= 32, `${most} datagrams in one turn of the event loop`);
  attacker.close();
  await receiving;
});
