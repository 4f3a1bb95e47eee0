import { assert, assertEquals } from "@std/assert";
import { concatBytes } from "../hex.ts";
import { flip } from "../server/raw_client.ts";
import { type TestServer, withServer } from "../server/rig.ts";
import { manyAddresses } from "./addresses.ts";
import { type End, type Meddling, other, passOn, type Stream } from "./middle.ts";
import { assertLost, type Outcome, Stage } from "./play.ts";

const STAGES = 8;
/** More than any record holds: whoever waits for the rest of one gets it. */
const FILLING = new Uint8Array(20_000);
const LENGTH_FIELD = 2;

const needed = manyAddresses ? "" : " (skipped: this needs 127.0.0.2 and others)";

/** A test with a man in the middle. */
function middleTest(name: string, test: (rig: TestServer) => Promise<void>): void {
  Deno.test({ name: name + needed, ignore: !manyAddresses, fn: () => withServer(test) });
}

/** How many bytes each end sends in a play, and what is seen. */
async function rehearse(stage: Stage): Promise<{ whole: Outcome; sent: Record<End, number> }> {
  const sent = { client: 0, server: 0 };
  const whole = await stage.play({
    part: (stream, from, part) => {
      sent[from] += part.length;
      return passOn(stream, from, part);
    },
  });
  assert(whole.done);
  return { whole, sent };
}

/** Plays once for every byte that goes over alice's connection, on a few stages at a time. */
async function atEveryByte(
  rig: TestServer,
  meddle: (end: End, position: number, done: () => void) => Meddling,
  how: string,
): Promise<void> {
  const stages: Stage[] = [];
  for (let place = 0; place < STAGES; place++) stages.push(await Stage.at(rig, place));
  const { whole, sent } = await rehearse(stages[0]!);
  const positions = (["client", "server"] as const).flatMap((end) =>
    Array.from({ length: sent[end] }, (_, at) => ({ end, at }))
  );
  await Promise.all(stages.map(async (stage) => {
    for (let next = positions.pop(); next !== undefined; next = positions.pop()) {
      let meddled = false;
      const outcome = await stage.play(meddle(next.end, next.at, () => meddled = true));
      // A RECEIPT may stand for two: then there are fewer bytes than there were at the rehearsal.
      if (!meddled && outcome.done) continue;
      assertLost(outcome, whole, `${how} byte ${next.at} of the ${next.end}'s stream`);
    }
  }));
  for (const stage of stages) await stage[Symbol.asyncDispose]();
}

/** Turns over one bit of the byte at `position` of what `end` sends. */
function flipAt(end: End, position: number, done: () => void): Meddling {
  let offset = 0;
  return {
    part: async (stream, from, part, number) => {
      if (from !== end) return await passOn(stream, from, part);
      const at = position - offset;
      offset += part.length;
      if (at < 0 || at >= part.length) return await passOn(stream, from, part);
      done();
      await passOn(stream, from, flip(part, at, position % 8));
      const isKeyId = from === "client" && number === 0;
      if (at < LENGTH_FIELD && !isKeyId) await stream.write(other(from), FILLING);
    },
  };
}

/** Ends the stream before the byte at `position` of what `end` sends. */
function cutAt(end: End, position: number, done: () => void): Meddling {
  let offset = 0;
  return {
    part: async (stream, from, part) => {
      if (from !== end) return await passOn(stream, from, part);
      const rest = position - offset;
      offset += part.length;
      if (rest >= part.length) return await passOn(stream, from, part);
      if (rest < 0) return;
      done();
      await passOn(stream, from, part.subarray(0, rest));
      await stream.end(other(from));
    },
  };
}

middleTest(
  "a bit turned over in any byte of a connection ends it, and nothing wrong is taken",
  (rig) => atEveryByte(rig, flipAt, "turning over"),
);

middleTest(
  "a stream that is cut before any byte is a lost connection, and no orderly end",
  (rig) => atEveryByte(rig, cutAt, "cutting before"),
);

/** The record of `end` from which on something is done with records: the chat is under way. */
const FROM: Readonly<Record<End, number>> = { client: 3, server: 2 };

type Trick = (
  context: { stream: Stream; to: End; back: End; record: Uint8Array; held: Uint8Array[] },
) => Promise<void>;

/** What may be done with two consecutive records; each end opens the first one before it notices. */
const TRICKS: readonly (readonly [name: string, first: Trick, second: Trick])[] = [
  [
    "sent twice",
    ({ stream, to, record }) => stream.write(to, record, record),
    ({ stream, to, record }) => stream.write(to, record),
  ],
  [
    "sent again after the next one",
    async ({ stream, to, record, held }) => {
      held.push(record);
      await stream.write(to, record);
    },
    ({ stream, to, record, held }) => stream.write(to, record, ...held),
  ],
  [
    "sent back to where it comes from",
    ({ stream, back, record }) => stream.write(back, record),
    () => Promise.resolve(),
  ],
  [
    "swapped with the next one",
    ({ record, held }) => Promise.resolve(void held.push(record)),
    ({ stream, to, record, held }) => stream.write(to, record, ...held),
  ],
  [
    "left out",
    () => Promise.resolve(),
    ({ stream, to, record }) => stream.write(to, record),
  ],
];

function trickWith(end: End, first: Trick, second: Trick): Meddling {
  const held: Uint8Array[] = [];
  return {
    part: async (stream, from, record, number) => {
      const trick = from !== end
        ? undefined
        : number === FROM[end]
        ? first
        : number === FROM[end] + 1
        ? second
        : undefined;
      if (trick === undefined) return await passOn(stream, from, record);
      await trick({ stream, to: other(from), back: from, record, held });
    },
  };
}

for (const end of ["client", "server"] as const) {
  for (const [name, first, second] of TRICKS) {
    middleTest(`a record of the ${end} that is ${name} ends the connection`, async (rig) => {
      await using stage = await Stage.at(rig, 0);
      const { whole } = await rehearse(stage);
      assertLost(await stage.play(trickWith(end, first, second)), whole, name);
    });
  }

  middleTest(`a record of the ${end} from another connection ends the connection`, async (rig) => {
    await using stage = await Stage.at(rig, 0);
    let recorded: Uint8Array | undefined;
    const whole = await stage.play({
      part: (stream, from, part, number) => {
        if (from === end && number === FROM[end]) recorded = part;
        return passOn(stream, from, part);
      },
    });
    assert(whole.done && recorded !== undefined);
    // The same client, the same message, the same count: only the keys are others.
    const replay: Trick = ({ stream, to }) => stream.write(to, recorded!);
    assertLost(await stage.play(trickWith(end, replay, replay)), whole, "from another connection");
  });
}

middleTest("a man in the middle who passes everything on sees no text", async (rig) => {
  const passed: Uint8Array[] = [];
  {
    await using stage = await Stage.at(rig, 0);
    const keep = (bytes: Uint8Array): Uint8Array => (passed.push(bytes), bytes);
    const { done } = await stage.play({
      datagram: (_, bytes) => keep(bytes),
      part: (stream, from, part) => passOn(stream, from, keep(part)),
    });
    assert(done);
  }
  const all = new TextDecoder("latin1").decode(concatBytes(...passed));
  assertEquals(["one", "two", "three", "secret"].filter((word) => all.includes(word)), []);
});
