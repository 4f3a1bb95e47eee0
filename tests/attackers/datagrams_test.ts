import { assert, assertEquals } from "@std/assert";
import type { LogOnError } from "../../lib/client/mod.ts";
import {
  type Datagram,
  DATAGRAM_LENGTH,
  decodeDatagram,
  parseClientId,
} from "../../lib/codec/mod.ts";
import { flip } from "../server/raw_client.ts";
import { TestClient, type TestServer, withServer } from "../server/rig.ts";
import { manyAddresses } from "./addresses.ts";
import { Middle } from "./middle.ts";

/** Log-ons at a time. */
const LANES = 24;
/** The client never gives up by itself. */
const STUBBORN = { firstRetry: 50, maxRetry: 50, tries: Infinity };
/** Datagrams of the client, from the one on that is changed or answers it, until it is made to. */
const ENOUGH = 3;
const TYPES = ["HELLO", "CHALLENGE", "RESPONSE", "AUTH_SUCCESS"] as const;
const needed = manyAddresses ? "" : " (skipped: this needs 127.0.0.2 and others)";

/**
 * Logs on once for every byte of a login, with every datagram of its type changed there; returns
 * how the log-ons failed.
 */
async function atEveryByte(
  rig: TestServer,
  change: (bytes: Uint8Array, position: number) => Uint8Array,
): Promise<Set<string>> {
  const whys = new Set<string>();
  const left = TYPES.flatMap((type) =>
    Array.from({ length: DATAGRAM_LENGTH[type] }, (_, position) => ({ type, position }))
  );
  await Promise.all(Array.from({ length: LANES }, async (_, lane) => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const { type, position } = next;
      let changed = false;
      let since = 0;
      const enough = Promise.withResolvers<void>();
      await using middle = new Middle(rig.server, {
        datagram: (from, bytes) => {
          const hit = typeOf(bytes) === type;
          changed ||= hit;
          if (changed && from === "client" && ++since === ENOUGH) enough.resolve();
          return hit ? change(bytes, position) : bytes;
        },
      });
      const alice = new TestClient(middle.address, parseClientId(`alice-${lane}`), {
        limits: STUBBORN,
      });
      const loggingOn = alice.client.logOn()
        .then(() => "connected", (error: LogOnError) => error.why);
      await Promise.race([loggingOn, enough.promise]);
      await alice.client.logOff();
      const why = await loggingOn;
      assert(why !== "connected", `connected with byte ${position} of ${type} changed`);
      assert(changed, `no ${type} came`);
      whys.add(why);
    }
  }));
  const accepted = rig.notes.all.filter(({ type }) => type === "connected");
  assertEquals(accepted, []);
  return whys;
}

function typeOf(bytes: Uint8Array): Datagram["type"] {
  return decodeDatagram(bytes).type;
}

Deno.test({
  name: `a bit turned over in any byte of any datagram connects nobody${needed}`,
  ignore: !manyAddresses,
  fn: () =>
    withServer(async (rig) => {
      const whys = await atEveryByte(rig, (bytes, at) => flip(bytes, at, at % 8));
      // A wrong RES is refused; all else is met with silence, at one end or the other.
      assertEquals(whys, new Set(["given up", "refused"]));
    }),
});

Deno.test({
  name: `a datagram that is cut before any byte connects nobody${needed}`,
  ignore: !manyAddresses,
  fn: () =>
    withServer(async (rig) => {
      const whys = await atEveryByte(rig, (bytes, at) => bytes.subarray(0, at));
      assertEquals(whys, new Set(["given up"]));
    }),
});

Deno.test({
  name: `a man in the middle who passes datagrams on as they are disturbs no log-on${needed}`,
  ignore: !manyAddresses,
  fn: () =>
    withServer(async (rig) => {
      await using middle = new Middle(rig.server, {});
      await using alice = new TestClient(middle.address, parseClientId("alice"));
      await alice.client.logOn();
      assertEquals(alice.client.state, "Connected");
    }),
});
