import { assert, assertEquals, assertThrows } from "@std/assert";
import { CodecError, type Frame, textFromString } from "../../lib/codec/mod.ts";
import { isPeerError, Link } from "../../lib/transport/mod.ts";
import { RecordError } from "../../lib/transport/link.ts";
import { withLinks, withRaw } from "./pairs.ts";

function chat(number: number, length = 10): Frame {
  const text = textFromString(String(number).padEnd(length, "x"));
  return { type: "CHAT", sessionId: 1, number, text };
}

/** Reads `link` to its end; the frames that came. */
async function readAll(link: Link): Promise<Frame[]> {
  const frames: Frame[] = [];
  while (await link.read()) {
    for (let some = link.nextFrames(); some; some = link.nextFrames()) frames.push(...some);
  }
  return frames;
}

function numbers(frames: readonly Frame[]): number[] {
  return frames.map((frame) => frame.type === "CHAT" ? frame.number : NaN);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

Deno.test("Link carries frames both ways, in order, however many a flush covers", async () => {
  await withLinks(async (client, server) => {
    const [atServer, atClient] = [readAll(server), readAll(client)];
    for (const number of upTo(100)) {
      client.send(chat(number, 1 + 37 * number));
      server.send(chat(number));
      if (number % 7 === 0) client.flush();
    }
    await Promise.all([client.finish(), server.finish()]);
    assertEquals(numbers(await atServer), upTo(100));
    assertEquals(numbers(await atClient), upTo(100));
  });
});

Deno.test("Link splits what is over 16 KiB into records, and a record never exceeds it", async () => {
  await withRaw(async (raw, link) => {
    for (const number of upTo(40)) link.send(chat(number, 4_096));
    const { queued } = link;
    link.flush();
    await link.drained();
    void link.finish();
    const lengths: number[] = [];
    const bytes = new Uint8Array(await new Response(raw.readable).arrayBuffer());
    for (let at = 0; at < bytes.length; at += 2 + lengths.at(-1)!) {
      lengths.push(bytes[at]! * 256 + bytes[at + 1]!);
    }
    assert(queued > 40 * 4_096 && bytes.length < 40 * 4_200);
    // Three frames of 4111 bytes fit into a record; the tag comes on top.
    assertEquals(lengths, [...Array(13).fill(3 * 4_111 + 16), 4_111 + 16]);
  });
});

Deno.test("Link takes a stream in pieces of any size", async () => {
  await withLinks(async (client, server) => {
    await withRaw(async (raw, link) => {
      for (const number of upTo(30)) {
        client.send(chat(number, 1 + 90 * number));
        if (number % 3 === 0) client.flush();
      }
      const whole = readBytes(server);
      await Promise.all([client.finish(), readAll(client)]);
      const bytes = await whole;
      const reading = readAll(link);
      for (let at = 0, size = 1; at < bytes.length; size = size * 5 % 331) {
        const end = Math.min(at + size, bytes.length);
        while (at < end) at += await raw.write(bytes.subarray(at, end));
      }
      await raw.closeWrite();
      assertEquals(numbers(await reading), upTo(30));
    });
  });
});

/** The bytes that arrive at `link`, before anything is opened. */
async function readBytes(link: Link): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  while (await link.read()) pieces.push(link.takeClear(link.unread)!);
  void link.finish();
  return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

Deno.test("Link throws RecordError, or CodecError, at what is no record of the peer", async () => {
  for (
    const [bytes, error] of [
      [new Uint8Array(100), CodecError],
      [Uint8Array.of(0xff, 0xff), CodecError],
      [Uint8Array.of(0, 19, ...new Uint8Array(19)), RecordError],
    ] as const
  ) {
    await withRaw(async (raw, link) => {
      await raw.write(bytes);
      assertEquals(await link.read(), true);
      const thrown = assertThrows<Error>(() => link.nextFrames(), error);
      assert(isPeerError(thrown));
    });
  }
  assertEquals(isPeerError(new Error("ours")), false);
});

Deno.test("drained() resolves once everything is with the system, and queued is then 0", async () => {
  await withLinks(async (client, server) => {
    const reading = readAll(server);
    assertEquals(client.queued, 0);
    for (const number of upTo(5_000)) client.send(chat(number, 4_000));
    assert(client.queued > 5_000 * 4_000);
    client.flush();
    await client.drained();
    assertEquals(client.queued, 0);
    await Promise.all([client.finish(), readAll(client), reading.then(() => server.finish())]);
    assertEquals((await reading).length, 5_000);
  });
});

Deno.test("what a peer does not read stays queued, and close() gives it up", async () => {
  await withLinks(async (client) => {
    for (const number of upTo(10_000)) client.send(chat(number, 4_000));
    client.flush();
    assert(client.queued > 1_000_000);
    client.close();
    await client.drained();
    assertEquals([client.closed, client.open], [true, false]);
  });
});

Deno.test("finish() lets all that was sent arrive, then waits for the peer's end", async () => {
  await withLinks(async (client, server) => {
    for (const number of upTo(1_000)) server.send(chat(number, 4_000));
    const finishing = server.finish();
    let finished = false;
    void finishing.then(() => finished = true);
    const clientReads = readAll(client);
    const serverReads = readAll(server);
    assertEquals((await clientReads).length, 1_000);
    // Half of the connection is still there.
    client.send(chat(1));
    assertEquals([server.open, server.closed, finished], [false, false, false]);
    await client.finish();
    await finishing;
    assertEquals(numbers(await serverReads), [1]);
    assertEquals([server.closed, client.closed], [true, true]);
  });
});

Deno.test("after finish() nothing more is sent, and a second one is the same", async () => {
  await withLinks(async (client, server) => {
    client.send(chat(1));
    const finishing = client.finish();
    client.send(chat(2));
    client.flush();
    const reading = readAll(client);
    assertEquals(numbers(await readAll(server)), [1]);
    await server.finish();
    await Promise.all([finishing, client.finish(), reading]);
  });
});

Deno.test("finish() closes after its deadline, whether or not the peer reads and ends", async () => {
  await withLinks(async (client, server) => {
    for (const number of upTo(10_000)) client.send(chat(number, 4_000));
    // One side is stuck in its writing, the other waits for an end that does not come.
    await Promise.all([client.finish(), server.finish()]);
    assertEquals([client.closed, server.closed], [true, true]);
  });
});

Deno.test("a peer that resets is the end of the stream, not an error", async () => {
  await withRaw(async (raw, link) => {
    for (const number of upTo(1_000)) link.send(chat(number, 4_000));
    link.flush();
    // Closing with bytes unread makes the system send a reset.
    raw.close();
    while (await link.read());
    await link.drained();
    await link.finish();
    assertEquals(link.closed, true);
  });
});

Deno.test("close() during a read and a write ends both quietly", async () => {
  await withLinks(async (client) => {
    const reading = client.read();
    for (const number of upTo(10_000)) client.send(chat(number, 4_000));
    client.flush();
    client.close();
    client.close();
    assertEquals(await reading, false);
    await client.drained();
    client.send(chat(1));
    client.flush();
    assertEquals(await client.read(), false);
    await client.finish();
  });
});

/** A link on a connection that does nothing but what `fields` do. */
function linkOn(fields: Partial<Deno.TcpConn>): Link {
  const nothing = { setNoDelay: () => {}, close: () => {}, ...fields };
  return new Link(nothing as unknown as Deno.TcpConn);
}

Deno.test("sending without keys is a mistake of the caller", () => {
  const link = linkOn({});
  link.send(chat(1));
  assertEquals(link.keyed, false);
  assertThrows(() => link.flush(), Error, "no keys");
});

Deno.test("a connection that refuses TCP_NODELAY is taken all the same", async () => {
  const link = linkOn({
    setNoDelay: () => {
      throw new Error("EINVAL");
    },
    read: () => Promise.reject(new Error("reset")),
  });
  assertEquals(await link.read(), false);
  link.close();
});

Deno.test("Link waits with a small buffer, takes larger ones while they are filled, and lets go of them", async () => {
  const buffers: Uint8Array[] = [];
  const arriving = [512, 2_048, 8_192, 32_768, 65_536, 65_536, 10, 10, 10, 10, 10, null];
  const link = new Link({
    setNoDelay: () => {},
    close: () => {},
    read: (buffer: Uint8Array) => {
      buffers.push(buffer);
      return Promise.resolve(arriving[buffers.length - 1]!);
    },
  } as unknown as Deno.TcpConn);
  while (await link.read()) link.takeClear(link.unread);
  assertEquals(
    buffers.map(({ length }) => length),
    [512, 2_048, 8_192, 32_768, 65_536, 65_536, 65_536, 16_384, 4_096, 1_024, 512, 512],
  );
  assert(buffers[4] === buffers[6]);
});
