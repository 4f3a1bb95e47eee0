import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  ByteWriter,
  CodecError,
  encodeFrame,
  type Frame,
  recordHeader,
  textFromString,
} from "../../lib/codec/mod.ts";
import { Sealer } from "../../lib/crypto/mod.ts";
import { isPeerError, Link } from "../../lib/transport/mod.ts";
import { RecordError } from "../../lib/transport/incoming.ts";
import { FakeConnection } from "../fuzz/fake_connection.ts";
import { concatBytes } from "../hex.ts";
import { TO_CLIENT, TO_SERVER, withLinks, withRaw } from "./pairs.ts";

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

Deno.test("frames keep their texts, whatever is read after them, there and on other links", async () => {
  const texts = new Map<string, string>();
  const frames: Frame[] = [];
  await withLinks(async (a, b) => {
    await withLinks(async (c, d) => {
      const links = { a, b, c, d };
      const readings = Object.values(links).map((link) => keep(link, frames));
      const lengths = [1, 20, 64, 65, 300, 4_096];
      for (const number of upTo(600)) {
        for (const [name, link] of Object.entries(links)) {
          const text = `${name}${number}`.padEnd(lengths[number % lengths.length]!, `${name}.`);
          const sessionId = name.charCodeAt(0);
          texts.set(`${sessionId} ${number}`, text);
          link.send({ type: "CHAT", sessionId, number, text: textFromString(text) });
          if (number % (1 + number % 7) === 0) link.flush();
        }
        if (number % 50 === 0) await Promise.all(Object.values(links).map((l) => l.drained()));
      }
      await Promise.all(Object.values(links).map((link) => link.finish()));
      await Promise.all(readings);
    });
  });
  assertEquals(frames.length, texts.size);
  for (const frame of frames) {
    if (frame.type !== "CHAT") continue;
    const text = new TextDecoder().decode(frame.text);
    assertEquals(text, texts.get(`${frame.sessionId} ${frame.number}`));
  }
});

/** Adds the frames of `link` to `frames`, and looks at them no more. */
async function keep(link: Link, frames: Frame[]): Promise<void> {
  frames.push(...await readAll(link));
}

Deno.test("clear bytes keep what they are when more is read", async () => {
  await withRaw(async (raw, link) => {
    await raw.write(new Uint8Array(16).fill(1));
    await link.read();
    const taken = link.takeClear(16)!;
    await raw.write(new Uint8Array(16).fill(2));
    await link.read();
    assertEquals(taken, new Uint8Array(16).fill(1));
  });
});

Deno.test("the small records of one read share memory, of 16 KiB at most", async () => {
  const sealer = new Sealer(TO_SERVER);
  const record = (number: number, length: number): Uint8Array => {
    const writer = new ByteWriter();
    encodeFrame(chat(number, length), writer);
    const header = recordHeader(writer.length);
    return concatBytes(header, sealer.seal(header, writer.view()));
  };
  const small = [[1, 2, 3], [4]].map((some) => concatBytes(...some.map((n) => record(n, 10))));
  const large = concatBytes(...upTo(40).map((n) => record(n, 4_000)));
  const link = new FakeConnection([...small, large]).link();
  link.useKeys(TO_CLIENT, TO_SERVER);
  const memory = (await readAll(link)).flatMap((frame) =>
    frame.type === "CHAT" ? [frame.text.buffer] : []
  );
  assertEquals(memory.slice(0, 5).map((buffer) => memory.indexOf(buffer)), [0, 0, 0, 3, 4]);
  const lengths = memory.map(({ byteLength }) => byteLength);
  assert(lengths[0]! <= small[0]!.length && lengths[3]! <= small[1]!.length);
  assert(Math.max(...lengths) <= 16_384);
});

Deno.test("what is sent while a write is under way goes out sealed, and in order", async () => {
  const written: Uint8Array[] = [];
  const writes: PromiseWithResolvers<number>[] = [];
  const link = linkOn({
    write: (bytes) => {
      written.push(bytes.slice());
      writes.push(Promise.withResolvers<number>());
      return writes.at(-1)!.promise;
    },
  });
  link.useKeys(TO_CLIENT, TO_SERVER);
  link.send(chat(1));
  link.flush();
  link.send(chat(2));
  writes[0]!.resolve(written[0]!.length);
  await link.drained();
  assertEquals([written.length, link.queued > 0], [1, true]);
  link.flush();
  link.send(chat(3));
  // The system takes one byte, then the rest.
  writes[1]!.resolve(1);
  while (writes.length < 3) await Promise.resolve();
  assertEquals(written[2], written[1]!.subarray(1));
  const before = link.queued;
  writes[2]!.resolve(written[2]!.length);
  await link.drained();
  assert(link.queued > 0 && link.queued < before);
  link.flush();
  const reader = new FakeConnection([written[0]!, written[1]!, written[3]!]).link();
  reader.useKeys(TO_SERVER, TO_CLIENT);
  assertEquals(numbers(await readAll(reader)), [1, 2, 3]);
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
