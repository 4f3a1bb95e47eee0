import { assert, assertEquals, assertRejects } from "@std/assert";
import { LogOnError } from "../../lib/client/mod.ts";
import {
  type AuthSuccess,
  type Challenge,
  type Datagram,
  datagramHeader,
  encodeAdmission,
  encodeDatagram,
  type Hello,
} from "../../lib/codec/mod.ts";
import { a8, deriveKeys, Sealer, x25519, x25519PublicKey } from "../../lib/crypto/mod.ts";
import { TcpListener, UdpSocket } from "../../lib/transport/mod.ts";
import { flip, randomBytes } from "../server/raw_client.ts";
import { ALICE, loggedOn, TestClient, withServer } from "../server/rig.ts";
import { FakeServer } from "./fake_server.ts";

const HASTY = { firstRetry: 5, maxRetry: 5, tries: 3 };

/** Checks that `client` cannot log on, and is then as if it had not tried. */
async function assertLogOnFails(
  { client, notices }: TestClient,
  why: LogOnError["why"],
): Promise<LogOnError> {
  const error: LogOnError = await assertRejects(() => client.logOn(), LogOnError);
  assertEquals(error.why, why);
  assertEquals(client.state, "Offline");
  assert(!notices.all.some(({ type }) => type === "connected" || type === "logged off"));
  return error;
}

Deno.test("a client finds its server by name", async () => {
  await withServer(async (rig) => {
    const { port } = rig.server.udpAddress;
    await using alice = await loggedOn({ host: "localhost", port }, ALICE);
    assertEquals(alice.client.state, "Connected");
  });
});

Deno.test("a host that does not exist: the log-on says so", async () => {
  const alice = new TestClient({ host: "no-such-host.invalid", port: 1 }, ALICE);
  const { message } = await assertLogOnFails(alice, "connection failed");
  assert(message.startsWith("cannot reach no-such-host.invalid: "));
});

Deno.test("a server that does not answer: given up after the last try", async () => {
  const silent = new UdpSocket("127.0.0.1", 0);
  const alice = new TestClient(silent.local, ALICE, { limits: HASTY });
  const { message } = await assertLogOnFails(alice, "no answer");
  assertEquals(message, `no answer from 127.0.0.1:${silent.local.port} after 3 tries`);
  silent.close();
});

Deno.test("a server that falls silent after its CHALLENGE: given up after the last try", async () => {
  await using server = new FakeServer({ instead: ({ type }) => type === "HELLO" });
  const alice = new TestClient(server.address, ALICE, { limits: HASTY });
  await assertLogOnFails(alice, "no answer");
  const types = server.datagrams.all.map(({ type }) => type);
  assertEquals(types, ["HELLO", "RESPONSE", "RESPONSE", "RESPONSE"]);
});

Deno.test("a wrong secret is refused, and the right one is not", async () => {
  await withServer(async (rig) => {
    const alice = new TestClient(rig, ALICE, { secret: randomBytes(8) });
    const { message } = await assertLogOnFails(alice, "refused");
    assert(message.includes("unknown client-ID or wrong secret"));
    await assertLogOnFails(alice, "refused");
    await (await loggedOn(rig, ALICE)).client.logOff();
  });
});

Deno.test("the TCP port is closed: the log-on fails, and the next one may succeed", async () => {
  const closed = new TcpListener("127.0.0.1", 0);
  const { port } = closed.local;
  closed.close();
  await using server = new FakeServer({ port });
  const alice = new TestClient(server.address, ALICE);
  const { message } = await assertLogOnFails(alice, "connection failed");
  assert(message.includes("TCP connection"));
  await withServer(async (rig) => {
    await (await loggedOn(rig, ALICE)).client.logOff();
  });
});

Deno.test("a server that never says CONNECTED: given up in time", async () => {
  await using server = new FakeServer();
  const alice = new TestClient(server.address, ALICE, { limits: { connectTimeout: 300 } });
  const failing = assertLogOnFails(alice, "connection failed");
  const connection = await server.accept();
  await connection.next("CONNECT");
  await failing;
  await connection.ended;
});

Deno.test("a TCP connection that comes, or fails, after its log-on was given up is no harm", async () => {
  const { connect } = Deno;
  await using server = new FakeServer();
  const alice = new TestClient(server.address, ALICE, { limits: { connectTimeout: 300 } });
  for (const outcome of ["comes", "fails"]) {
    const { promise, resolve, reject } = Promise.withResolvers<Deno.TcpConn>();
    Deno.connect = (() => promise) as unknown as typeof connect;
    await assertLogOnFails(alice, "connection failed");
    Deno.connect = connect;
    alice.notices.all.length = 0;
    const loggingOn = alice.client.logOn();
    const connection = await server.connected();
    await loggingOn;
    if (outcome === "fails") reject(new Deno.errors.TimedOut());
    else resolve(await Deno.connect({ hostname: "127.0.0.1", port: server.port }));
    connection.send({ type: "PING", token: 1 });
    await connection.next("PONG");
    assertEquals(alice.client.state, "Connected");
    await alice.client.logOff();
    alice.notices.all.length = 0;
    if (outcome === "comes") await (await server.accept()).ended;
  }
});

for (
  const [what, act] of [
    ["closes", ({ link }) => void link.finish()],
    ["resets", ({ link }) => link.close()],
    ["says CLOSING", (connection) => connection.send({ type: "CLOSING", reason: "shutting_down" })],
    ["sends what is no record", ({ link }) => {
      link.sendClear(new Uint8Array(100));
      link.flush();
    }],
  ] as readonly (readonly [
    string,
    (connection: Awaited<ReturnType<FakeServer["accept"]>>) => void,
  ])[]
) {
  Deno.test(`a server that ${what} before CONNECTED: the log-on fails`, async () => {
    await using server = new FakeServer();
    const alice = new TestClient(server.address, ALICE);
    const failing = assertLogOnFails(alice, "connection failed");
    const connection = await server.accept();
    await connection.next("CONNECT");
    act(connection);
    await failing;
    // And nothing is left of it that a new log-on could stumble over.
    const again = alice.client.logOn();
    await server.connected();
    await again;
    await alice.client.logOff();
  });
}

Deno.test("a log-off gives up a log-on, wherever it stands, and another may follow", async () => {
  let holdBack: Datagram["type"] | undefined;
  await using server = new FakeServer({ instead: ({ type }) => type !== holdBack });
  const alice = new TestClient(server.address, ALICE);
  const stages: (readonly [() => Promise<unknown>, typeof holdBack])[] = [
    [() => Promise.resolve(), undefined],
    [() => server.received("HELLO"), "HELLO"],
    [() => server.received("RESPONSE"), "RESPONSE"],
    [() => server.accept().then((connection) => connection.next("CONNECT")), undefined],
  ];
  for (const [reached, type] of stages) {
    holdBack = type;
    const failing = assertLogOnFails(alice, "given up");
    await reached();
    await alice.client.logOff();
    await failing;
  }
  holdBack = undefined;
  const loggingOn = alice.client.logOn();
  await server.connected();
  await loggingOn;
  await alice.client.logOff();
});

Deno.test("forged replies of another login are ignored, and so is a forged AUTH_SUCCESS of this one", async () => {
  const nc = randomBytes(16);
  const forged = (nc: Uint8Array): AuthSuccess => ({
    type: "AUTH_SUCCESS",
    nc,
    sealed: randomBytes(34),
  });
  await using server = new FakeServer({
    instead: (datagram, reply) => {
      reply({ type: "AUTH_FAIL", nc, reason: "refused" });
      reply({ type: "AUTH_FAIL", nc: flip(datagram.nc, 15), reason: "try_later" });
      reply({ type: "CHALLENGE", nc, rand: randomBytes(32), serverKey: randomBytes(32) });
      reply(forged(nc));
      reply(forged(datagram.nc));
      return true;
    },
  });
  const alice = new TestClient(server.address, ALICE);
  const loggingOn = alice.client.logOn();
  await server.connected();
  await loggingOn;
  assertEquals(server.datagrams.all.map(({ type }) => type), ["HELLO", "RESPONSE"]);
  await alice.client.logOff();
});

Deno.test("a server that does not know the secret gets nobody connected", async () => {
  const secretKey = randomBytes(32);
  let hello: Hello | undefined;
  let challenge: Challenge | undefined;
  await using server = new FakeServer({
    instead: (datagram, reply) => {
      if (datagram.type === "HELLO") {
        hello = datagram;
        const serverKey = x25519PublicKey(secretKey);
        challenge = { type: "CHALLENGE", nc: datagram.nc, rand: randomBytes(32), serverKey };
        reply(challenge);
      } else {
        reply(sealedWith(randomBytes(8)));
      }
      return false;
    },
  });

  function sealedWith(secret: Uint8Array): AuthSuccess {
    const dh = x25519(secretKey, hello!.clientKey)!;
    const ck = a8(challenge!.rand, secret);
    const keys = deriveKeys(encodeDatagram(hello!), encodeDatagram(challenge!), ck, dh);
    const { nc } = hello!;
    const type = "AUTH_SUCCESS";
    const plain = encodeAdmission({ cookie: randomBytes(16), port: server.port });
    const header = datagramHeader({ type, nc });
    return { type, nc, sealed: new Sealer(keys.authSuccess).seal(header, plain) };
  }

  const alice = new TestClient(server.address, ALICE, { limits: HASTY });
  await assertLogOnFails(alice, "no answer");
});

Deno.test("a recorded server, replayed with the new Nc, gets nobody connected", async () => {
  const recorded: Datagram[] = [];
  await withServer(async (rig) => {
    const { client } = new TestClient(rig, ALICE, {
      onTrace: (direction, message) => {
        if (direction === "received" && "nc" in message) recorded.push(message);
      },
    });
    await client.logOn();
    await client.logOff();
  });
  assertEquals(recorded.map(({ type }) => type), ["CHALLENGE", "AUTH_SUCCESS"]);
  await using server = new FakeServer({
    instead: ({ nc }, reply) => {
      for (const datagram of recorded) reply({ ...datagram, nc });
      return false;
    },
  });
  await assertLogOnFails(new TestClient(server.address, ALICE, { limits: HASTY }), "no answer");
});
