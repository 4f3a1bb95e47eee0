/** The list of subscribers: what is taken, and what is told about a file that is not. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import fc from "fast-check";
import { type ClientId, parseClientId } from "../../lib/codec/mod.ts";
import {
  isSampleSecret,
  loadSubscribers,
  parseSubscribers,
  SAMPLE_IDS,
  sampleSecret,
  SubscribersError,
} from "../../lib/subscribers/mod.ts";

const GOOD = "0123456789abcdef";
const FILE = "subscribers.toml";
const ALICE = parseClientId("alice");

/** The problems of `toml`, one line each. */
function problems(toml: string): string[] {
  return assertThrows(() => parseSubscribers(toml, FILE), SubscribersError).message.split("\n");
}

/** `file:line: subscriber "id"` of each problem of `toml`. */
function places(toml: string): string[] {
  return problems(toml).map((line) => /^[^:]*(?::\d+)?(?:: subscriber "[^"]*")?/.exec(line)![0]);
}

function secretText(toml: string, id: ClientId): string {
  return new TextDecoder().decode(parseSubscribers(toml, FILE).secretOf(id));
}

Deno.test("subscribers.toml holds exactly the sample subscribers", async () => {
  const path = fromFileUrl(new URL("../../subscribers.toml", import.meta.url));
  const subscribers = await loadSubscribers(path);
  assertEquals(subscribers.ids(), [...SAMPLE_IDS]);
  assertEquals(subscribers.sampleIds(), SAMPLE_IDS);
  for (const id of SAMPLE_IDS) {
    assertEquals(subscribers.secretOf(id), new TextEncoder().encode(sampleSecret(id)));
  }
});

Deno.test("parseSubscribers() keeps a secret's UTF-8 bytes exactly as they stand", () => {
  const odd = " grüße, 世界 😀 'quoted' ";
  assertEquals(secretText(`[alice]\nsecret = "${odd}"`, ALICE), odd);
});

Deno.test("parseSubscribers() takes secrets of 16 to 1024 bytes of UTF-8", () => {
  const listing = (secret: string): string => `[alice]\nsecret = "${secret}"`;
  for (const secret of ["x".repeat(16), "é".repeat(8), "x".repeat(1024), "é".repeat(512)]) {
    assertEquals(secretText(listing(secret), ALICE), secret);
  }
  for (const secret of ["x".repeat(15), "é".repeat(7) + "x", "x".repeat(1025), "é".repeat(513)]) {
    assertEquals(places(listing(secret)), ['subscribers.toml:2: subscriber "alice"']);
  }
});

Deno.test("parseSubscribers() takes every TOML spelling of a table", () => {
  for (
    const toml of [
      `[alice]\nsecret = "${GOOD}"`,
      `\r\n["alice"] # her\r\nsecret = '${GOOD}'\r\n`,
      `alice.secret = "${GOOD}"`,
      `alice = { secret = "${GOOD}" }`,
    ]
  ) assertEquals(secretText(toml, ALICE), GOOD);
});

Deno.test("parseSubscribers() compares client-IDs exactly and knows no others", () => {
  const subscribers = parseSubscribers(`[alice]\nsecret = "${GOOD}"`, FILE);
  for (const id of ["Alice", "alic", "constructor", "__proto__", "toString"].map(parseClientId)) {
    assertEquals(subscribers.secretOf(id), undefined);
  }
});

Deno.test("parseSubscribers() treats __proto__ as any other client-ID", () => {
  const id = parseClientId("__proto__");
  const subscribers = parseSubscribers(`[__proto__]\nsecret = "${GOOD}"`, FILE);
  assertEquals(subscribers.ids(), [id]);
  assertEquals(secretText(`[__proto__]\nsecret = "${GOOD}"`, id), GOOD);
  assertEquals(places(`[__proto__]\n[bob]\nsecret="${GOOD}"`), [
    'subscribers.toml:1: subscriber "__proto__"',
  ]);
});

Deno.test("Subscribers tells who still has a sample secret", () => {
  const toml = `[alice]\nsecret = "sample-secret-by-me"\n[bob]\nsecret = "${GOOD}"`;
  const subscribers = parseSubscribers(toml, FILE);
  assertEquals(subscribers.size, 2);
  assertEquals(subscribers.sampleIds(), [ALICE]);
  assertEquals(parseSubscribers(`[bob]\nsecret = "${GOOD}"`, FILE).sampleIds(), []);
  assert(isSampleSecret(sampleSecret(ALICE)));
});

Deno.test("parseSubscribers() tells every problem of a file with its line", () => {
  const toml = `# a comment with [alice] in it
bob = "${GOOD}"

[alice]
secret = "short"

["b b"]
secret = "${GOOD}"

[carol]
secert = "${GOOD}"

[dave]
secret = 12345

[alice]
secret = "${GOOD}"

[erin]
secret = ""

[frank]
secret = "${"x".repeat(1025)}"

[grace
secret = "${GOOD}"

[heidi]
secret = ${GOOD}
`;
  assertEquals(problems(toml), [
    'subscribers.toml:2: subscriber "bob": this is not a table; write [id] on a line, and secret = "..." on the line below',
    'subscribers.toml:5: subscriber "alice": the secret has fewer than 16 bytes; make a new one, for example with: openssl rand -hex 32',
    'subscribers.toml:7: subscriber "b b": this is not a client-ID; use 1 to 32 characters of A-Z a-z 0-9 _ -',
    'subscribers.toml:10: subscriber "carol": the secret is missing; add secret = "..." below the [id]',
    'subscribers.toml:11: subscriber "carol": unknown key "secert"; remove it, or rename it to "secret", the only key there is',
    'subscribers.toml:14: subscriber "dave": the secret is not a string; put it in quotes: secret = "..."',
    'subscribers.toml:16: subscriber "alice": this stands already on line 4; remove one of the two',
    'subscribers.toml:20: subscriber "erin": the secret is empty; make a new one, for example with: openssl rand -hex 32',
    'subscribers.toml:23: subscriber "frank": the secret has more than 1024 bytes; make a new one, for example with: openssl rand -hex 32',
    'subscribers.toml:25: subscriber "grace": this is not TOML (illegal character in key); write [id] on a line, and secret = "..." on the line below',
    'subscribers.toml:29: subscriber "heidi": this is not TOML (illegal leading zero); write [id] on a line, and secret = "..." on the line below',
  ]);
});

Deno.test("parseSubscribers() names the subscriber and line of a secret given twice", () => {
  const toml = `[bob]\nsecret = "${GOOD}"\n[alice]\nsecret = "${GOOD}"\nsecret = "${GOOD}"`;
  assertEquals(places(toml), ['subscribers.toml:5: subscriber "alice"']);
});

Deno.test("parseSubscribers() finds lines in every TOML spelling of a table", () => {
  const cases: [string, string][] = [
    [`\n\nalice.secret = "short"`, "3"],
    [`\nbob.secret = "${GOOD}"\nalice = { secret = "short" }`, "3"],
    [`\n["alice"]\n\n"secret" = "short"`, "4"],
    [`\r\n[ alice ]\r\nsecret = "short"\r\n`, "3"],
    [`[bob]\nsecret = """\n[alice]\nsecret = 1234567890\n"""\n[alice]\nsecret = "short"`, "7"],
    [`[bob]\nsecret = '''\n[alice]\n[alice] 12345678'''\n[alice]\nsecret = "short"`, "6"],
    [`\n[[alice]]\nsecret = "${GOOD}"`, "2"],
    [`\nalice.secret = "${GOOD}"\n[alice]\nsecret = "${GOOD}"`, "3"],
  ];
  for (const [toml, line] of cases) {
    assertEquals(places(toml), [`subscribers.toml:${line}: subscriber "alice"`], toml);
  }
});

Deno.test("parseSubscribers() rejects a file without subscribers and says how to add one", () => {
  for (const toml of ["", "\n\n", "# nobody\n"]) {
    assertEquals(problems(toml), [
      'subscribers.toml: there are no subscribers; write [id] on a line, and secret = "..." on the line below',
    ]);
  }
});

Deno.test("SubscribersError escapes control characters of a key and cuts a long one", () => {
  const [problem] = problems(`["\\u001b[2J${"x".repeat(100)}"]\nsecret = "${GOOD}"`);
  assert(problem!.includes('subscriber "\\u001b[2J'));
  assert(!problem!.includes("\u001b") && !problem!.includes("x".repeat(50)));
});

Deno.test("SubscribersError never shows a secret, however broken the file", () => {
  const piece = fc.constantFrom(
    "[alice]",
    "[bob]",
    "[b b]",
    "[alice",
    'secret = "SECRET-0123456789"',
    "secret = 'SECRET'",
    "secret = SECRET-0123456789",
    'secret = "SECRET',
    "secret = 7SECRET",
    'alice = "SECRET"',
    "\\SECRET",
    '"""SECRET',
    'secret : "SECRET"',
    "\n",
    "\n",
    "\n",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      try {
        parseSubscribers(pieces.join(""), FILE);
      } catch (error) {
        if (!(error instanceof SubscribersError)) throw error;
        assert(error.problems.length > 0);
        assert(!Deno.inspect(error).includes("SECRET"), error.message);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("parseSubscribers() turns any text into subscribers or a SubscribersError", () => {
  const text = fc.string({ unit: fc.constantFrom(..."[]\"'=.\\#\n ax{},é\r") });
  fc.assert(
    fc.property(text, (toml) => {
      try {
        parseSubscribers(toml, FILE);
      } catch (error) {
        if (!(error instanceof SubscribersError)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("loadSubscribers() says what is wrong with a file it cannot read", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const missing = join(directory, "none.toml");
    const error = await assertRejects(() => loadSubscribers(missing), SubscribersError);
    assert(error.message.startsWith(`${missing}: there is no such file; create it`));
    const other = await assertRejects(() => loadSubscribers(directory), SubscribersError);
    assert(other.message.startsWith(`${directory}: the file `));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("loadSubscribers() names the line that is not UTF-8, and takes a byte order mark", async () => {
  const directory = await Deno.makeTempDir();
  const path = join(directory, "latin1.toml");
  try {
    const text = `[alice]\nsecret = "${GOOD}"\n`;
    const encoded = new TextEncoder().encode(text);
    await Deno.writeFile(path, Uint8Array.of(...encoded, 0x23, 0x20, 0xfc, 0x0a));
    const error = await assertRejects(() => loadSubscribers(path), SubscribersError);
    assertEquals(error.message, `${path}:3: this is not UTF-8; save the file as UTF-8`);
    await Deno.writeFile(path, Uint8Array.of(0xef, 0xbb, 0xbf, ...encoded));
    assertEquals((await loadSubscribers(path)).ids(), [ALICE]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
