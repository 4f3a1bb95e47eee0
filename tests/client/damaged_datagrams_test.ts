/** What reaches a client by UDP and is no datagram of Parley's. */

import { assert, assertEquals } from "@std/assert";
import { type Endpoint, UdpSocket } from "../../lib/transport/mod.ts";
import { flip, randomBytes } from "../server/raw_client.ts";
import { ALICE, TestClient, withServer } from "../server/rig.ts";

Deno.test("a client ignores damaged datagrams, and logs on with the sound one after them", async () => {
  await withServer(async ({ server }) => {
    const front = new UdpSocket("127.0.0.1", 0);
    const back = new UdpSocket("127.0.0.1", 0);
    let client: Endpoint | undefined;
    let damaged = 0;
    const relaying = Promise.all([
      front.receiveAll((bytes, from) => {
        client = from;
        void back.send(bytes, server.udpAddress);
      }),
      back.receiveAll((bytes) => {
        const bad = [randomBytes(64), bytes.subarray(1), bytes.subarray(0, -1), flip(bytes, 0)];
        damaged += bad.length;
        for (const each of [...bad, bytes]) void front.send(each, client!);
      }),
    ]);
    const received: string[] = [];
    const alice = new TestClient(front.local, ALICE, {
      onTrace: (direction, { type }) => {
        if (direction === "received") received.push(type);
      },
    });
    await alice.client.logOn();
    // On a busy machine a datagram may be sent and answered again.
    assertEquals([...new Set(received)], ["CHALLENGE", "AUTH_SUCCESS", "CONNECTED"]);
    assert(damaged >= 8);
    await alice.client.logOff();
    front.close();
    back.close();
    await relaying;
  });
});
