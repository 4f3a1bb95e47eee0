/** From a TCP connection to a connected client: grants, cookies, caps and timers. */

import { assertEquals } from "@std/assert";
import type { ClientId } from "../../../lib/codec/mod.ts";
import {
  type AdmissionAction,
  AdmissionDesk,
  type ConnectionId,
  type Grant,
  SERVER_LIMITS,
  type ServerLimits,
} from "../../../lib/session/mod.ts";
import { ALICE, BOB, SeededRandom } from "../fixtures.ts";
import { flipped } from "../login_rig.ts";
import "../table.ts";

const random = new SeededRandom(5);
const HOST = "192.0.2.1";
const EXPIRES = 30_000;

function desk(limits: Partial<ServerLimits> = {}): AdmissionDesk {
  return new AdmissionDesk({ ...SERVER_LIMITS, ...limits });
}

/** A grant as a login makes one. */
function grantFor(clientId: ClientId, expires = EXPIRES): Grant {
  const traffic = { key: random.bytes(32), iv: random.bytes(12) };
  const keys = {
    authSuccess: traffic,
    clientToServer: traffic,
    serverToClient: traffic,
    keyId: random.bytes(16),
  };
  return { clientId, keys, cookie: random.bytes(16), expires };
}

function showKeyId(
  desk: AdmissionDesk,
  connection: ConnectionId,
  { keys }: Grant,
  now = 0,
): readonly AdmissionAction[] {
  return desk.handle(connection, { type: "key-id", keyId: keys.keyId }, now);
}

function connect(
  desk: AdmissionDesk,
  connection: ConnectionId,
  { cookie }: Pick<Grant, "cookie">,
  now = 0,
): readonly AdmissionAction[] {
  return desk.handle(connection, { type: "CONNECT", cookie }, now);
}

function refused(connection: ConnectionId): AdmissionAction[] {
  return [{ type: "refuse", connection }];
}

Deno.test("key-id, then CONNECT with the cookie, makes a connected client", () => {
  const admission = desk();
  const grant = grantFor(ALICE);
  admission.grant(grant);
  assertEquals(admission.opened(1, HOST, 0), []);
  const { clientId, keys } = grant;
  assertEquals(showKeyId(admission, 1, grant), [
    { type: "use keys", connection: 1, clientId, keys },
  ]);
  assertEquals(admission.size, 1);
  assertEquals(connect(admission, 1, grant), [{ type: "connected", connection: 1, clientId }]);
  assertEquals(admission.size, 0);
  assertEquals(connect(admission, 1, grant), []);
});

Deno.test("an unknown key-id is refused", () => {
  const admission = desk();
  admission.grant(grantFor(ALICE));
  admission.opened(1, HOST, 0);
  assertEquals(showKeyId(admission, 1, grantFor(ALICE)), refused(1));
  assertEquals(admission.size, 0);
});

Deno.test("an expired key-id is refused, whether or not it was forgotten already", () => {
  for (const forget of [false, true]) {
    const admission = desk();
    const grant = grantFor(ALICE);
    admission.grant(grant);
    if (forget) admission.tick(EXPIRES);
    admission.opened(1, HOST, EXPIRES);
    assertEquals(showKeyId(admission, 1, grant, EXPIRES), refused(1));
  }
});

Deno.test("a grant is valid until the moment it expires, ticks or no ticks", () => {
  const admission = desk();
  const grant = grantFor(ALICE);
  admission.grant(grant);
  admission.tick(EXPIRES - 1);
  admission.opened(1, HOST, EXPIRES - 1);
  showKeyId(admission, 1, grant, EXPIRES - 1);
  assertEquals(connect(admission, 1, grant, EXPIRES - 1)[0]!.type, "connected");
});

Deno.test("a grant that expires between key-id and CONNECT is refused", () => {
  const admission = desk();
  const grant = grantFor(ALICE);
  admission.grant(grant);
  admission.opened(1, HOST, 0);
  showKeyId(admission, 1, grant);
  assertEquals(connect(admission, 1, grant, EXPIRES), refused(1));
});

Deno.test("a wrong cookie is refused and does not use the grant up", () => {
  const admission = desk();
  const grant = grantFor(ALICE);
  admission.grant(grant);
  for (const connection of [1, 2]) {
    admission.opened(connection, HOST, 0);
    showKeyId(admission, connection, grant);
  }
  assertEquals(connect(admission, 1, { cookie: flipped(grant.cookie) }), refused(1));
  assertEquals(connect(admission, 2, grant)[0]!.type, "connected");
});

Deno.test("the cookie of another grant is refused", () => {
  const admission = desk();
  const [alices, bobs] = [grantFor(ALICE), grantFor(BOB)];
  admission.grant(alices);
  admission.grant(bobs);
  admission.opened(1, HOST, 0);
  showKeyId(admission, 1, alices);
  assertEquals(connect(admission, 1, bobs), refused(1));
});

Deno.test("a second CONNECT with the same grant is refused, also when its key-id came before", () => {
  const admission = desk();
  const grant = grantFor(ALICE);
  admission.grant(grant);
  for (const connection of [1, 2]) {
    admission.opened(connection, HOST, 0);
    showKeyId(admission, connection, grant);
  }
  assertEquals(connect(admission, 1, grant)[0]!.type, "connected");
  assertEquals(connect(admission, 2, grant), refused(2));
  admission.opened(3, HOST, 0);
  assertEquals(showKeyId(admission, 3, grant), refused(3));
});

Deno.test("a grant is not bound to an address", () => {
  const admission = desk();
  const grant = grantFor(ALICE);
  admission.grant(grant);
  admission.opened(1, "2001:db8::1", 0);
  showKeyId(admission, 1, grant);
  assertEquals(connect(admission, 1, grant)[0]!.type, "connected");
});

Deno.test("whatever fits no state closes the connection", () => {
  const admission = desk();
  const grant = grantFor(ALICE);
  admission.grant(grant);
  admission.opened(1, HOST, 0);
  assertEquals(connect(admission, 1, grant), refused(1));
  admission.opened(2, HOST, 0);
  showKeyId(admission, 2, grant);
  assertEquals(showKeyId(admission, 2, grant), refused(2));
  assertEquals(admission.size, 0);
});

Deno.test("the connect timer closes what has not connected in time, in either state", () => {
  const admission = desk({ connectTimeout: 5_000 });
  const grant = grantFor(ALICE);
  admission.grant(grant);
  admission.opened(1, HOST, 0);
  admission.opened(2, HOST, 0);
  admission.opened(3, HOST, 1);
  showKeyId(admission, 2, grant);
  assertEquals(admission.tick(4_999), []);
  assertEquals(admission.tick(5_000), [...refused(1), ...refused(2)]);
  assertEquals(admission.size, 1);
  assertEquals(admission.tick(5_000), []);
  admission.opened(4, HOST, 5_000);
  showKeyId(admission, 4, grant, 5_000);
  assertEquals(connect(admission, 4, grant, 5_000)[0]!.type, "connected");
});

Deno.test("more connections than one host may have are refused, other hosts' are not", () => {
  const admission = desk({ maxUnconnectedPerAddress: 2 });
  assertEquals(admission.opened(1, HOST, 0), []);
  assertEquals(admission.opened(2, HOST, 0), []);
  assertEquals(admission.opened(3, HOST, 0), refused(3));
  assertEquals(admission.opened(4, "192.0.2.2", 0), []);
  assertEquals(admission.size, 3);
});

Deno.test("all addresses that are one host's count as one, as they do for datagrams", () => {
  const admission = desk({ maxUnconnectedPerAddress: 2 });
  assertEquals(admission.opened(1, "2001:db8::1", 0), []);
  assertEquals(admission.opened(2, "2001:db8::2", 0), []);
  assertEquals(admission.opened(3, "2001:db8::abcd:0:0:3", 0), refused(3));
  assertEquals(admission.opened(4, "2001:db8:0:1::1", 0), []);
  admission.closed(1);
  assertEquals(admission.opened(5, "2001:db8::5", 0), []);
});

Deno.test("a host's place is free again however its connection ended", () => {
  const grant = grantFor(ALICE);
  const endings: ((admission: AdmissionDesk) => void)[] = [
    (admission) => admission.closed(1),
    (admission) => admission.tick(SERVER_LIMITS.connectTimeout),
    (admission) => showKeyId(admission, 1, grantFor(BOB)),
    (admission) => {
      showKeyId(admission, 1, grant);
      connect(admission, 1, grant);
    },
  ];
  for (const end of endings) {
    const admission = desk({ maxUnconnectedPerAddress: 1 });
    admission.grant(grant);
    admission.opened(1, HOST, 0);
    end(admission);
    admission.closed(1);
    assertEquals(admission.size, 0);
    assertEquals(admission.opened(2, HOST, 0), []);
    assertEquals(admission.opened(3, HOST, 0), refused(3));
  }
});

Deno.test("a connection that was refused for its host frees nobody's place when it is closed", () => {
  const admission = desk({ maxUnconnectedPerAddress: 1 });
  admission.opened(1, HOST, 0);
  admission.opened(2, HOST, 0);
  admission.closed(2);
  assertEquals(admission.opened(3, HOST, 0), refused(3));
});

Deno.test("of too many connections in all, the oldest goes", () => {
  const admission = desk({ maxUnconnected: 2 });
  admission.opened(1, "192.0.2.1", 0);
  admission.opened(2, "192.0.2.2", 0);
  assertEquals(admission.opened(3, "192.0.2.3", 0), refused(1));
  assertEquals(admission.opened(4, "192.0.2.4", 0), refused(2));
  assertEquals(admission.size, 2);
});

Deno.test("revoke() takes a client's grants away, also from a connection that found its keys", () => {
  const admission = desk();
  const [first, second, bobs] = [grantFor(ALICE), grantFor(ALICE), grantFor(BOB)];
  for (const grant of [first, second, bobs]) admission.grant(grant);
  for (const connection of [1, 2, 3]) admission.opened(connection, HOST, 0);
  showKeyId(admission, 1, first);
  admission.revoke(ALICE);
  assertEquals(connect(admission, 1, first), refused(1));
  assertEquals(showKeyId(admission, 2, second), refused(2));
  showKeyId(admission, 3, bobs);
  assertEquals(connect(admission, 3, bobs)[0]!.type, "connected");
});
