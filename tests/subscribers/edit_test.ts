/** Edits of the file of subscribers: what is wanted changes, and nothing else. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type ClientId, parseClientId } from "../../lib/codec/mod.ts";
import {
  addSubscriber,
  EditError,
  parseSubscribers,
  removeSubscriber,
  rotateSubscriber,
  SubscribersError,
} from "../../lib/subscribers/mod.ts";

const FILE = "subscribers.toml";
const NEW = "a new secret, quite long";
const ids = (...words: string[]): ClientId[] => words.map(parseClientId);
const [ALICE, BOB, CAROL, ZOE] = ids("alice", "bob", "carol", "zoe") as [
  ClientId,
  ClientId,
  ClientId,
  ClientId,
];

function add(toml: string, id = ZOE): string {
  return addSubscriber({ file: FILE, toml }, id, NEW);
}

function rotate(toml: string, id = BOB): string {
  return rotateSubscriber({ file: FILE, toml }, id, NEW);
}

function remove(toml: string, id = BOB): string {
  return removeSubscriber({ file: FILE, toml }, id);
}

function refusal(edit: () => string): string {
  return assertThrows(edit, EditError).message;
}

const SECTIONS = `# All of us.

[alice]
secret = "secret of alice 1"

# Bob from the office
# (second floor)
[bob] # since May
# shared by phone
secret = 'secret of bob 12' # for now

[carol]
secret = """secret of carol "1\\""""
`;

Deno.test("addSubscriber() appends an entry, with the line ends of the file", () => {
  assertEquals(add(SECTIONS), `${SECTIONS}\n[zoe]\nsecret = "${NEW}"\n`);
  const crlf = SECTIONS.replaceAll("\n", "\r\n");
  assertEquals(add(crlf), `${crlf}\r\n[zoe]\r\nsecret = "${NEW}"\r\n`);
  assertEquals(add(`${SECTIONS}\n`), `${SECTIONS}\n[zoe]\nsecret = "${NEW}"\n`);
  assertEquals(add(SECTIONS.trimEnd()), `${SECTIONS}\n[zoe]\nsecret = "${NEW}"\n`);
});

Deno.test("addSubscriber() begins a file that holds nothing, or only comments", () => {
  assertEquals(add(""), `[zoe]\nsecret = "${NEW}"\n`);
  assertEquals(add("# mine\n"), `# mine\n\n[zoe]\nsecret = "${NEW}"\n`);
});

Deno.test("rotateSubscriber() replaces the string of a secret, however the entry is written", () => {
  assertEquals(rotate(SECTIONS), SECTIONS.replace("'secret of bob 12'", `"${NEW}"`));
  assertEquals(
    rotate(SECTIONS, CAROL),
    SECTIONS.replace(`"""secret of carol "1\\""""`, `"${NEW}"`),
  );
  for (
    const form of [
      `["bob"]\nsecret = "*"\n`,
      `[ 'bob' ]\n\n"secret"="*"\n`,
      `bob = { secret = "*" } # c\n`,
      `"bob"={"secret"='*'}`,
      `bob.secret = "*"`,
      `  bob . 'secret'\t=\t'''*'''\r\n`,
      `["\\u0062ob"]\nsecret = "*"`,
      `\ufeff[bob]\nsecret = """\n*\n# no comment""" # one\n`,
      `bob = {\n  # of TOML 1.1\n  secret = "*",\n}\n`.replace("  # of TOML 1.1\n", ""),
    ]
  ) {
    const toml = form.replace("*", "secret of bob # \\\\ 1");
    const string = /"""[^]*"""|'''[^]*'''|(["'])secret of bob[^"']*\1/.exec(toml)![0];
    assertEquals(rotate(toml), toml.replace(string, `"${NEW}"`), form);
  }
});

Deno.test("removeSubscriber() takes the comment directly above along, and one gap", () => {
  assertEquals(
    remove(SECTIONS),
    SECTIONS.replace(/# Bob[^]*for now\n\n/, ""),
  );
  assertEquals(remove(SECTIONS, ALICE), SECTIONS.replace(/\[alice\]\n.*\n\n/, ""));
  assertEquals(remove(SECTIONS, CAROL), SECTIONS.replace(/\n\[carol\][^]*/, ""));
});

Deno.test("removeSubscriber() leaves a comment that begins the file, and those of others", () => {
  const dense =
    `# ours\nbob.secret = "secret of bob 12"\n# of alice\nalice.secret = "secret of alice 1"\n`;
  assertEquals(remove(dense), dense.replace(/bob.*\n/, ""));
  assertEquals(remove(dense, ALICE), dense.replace(/# of alice[^]*/, ""));
});

Deno.test("what was added and removed again has left nothing", () => {
  for (const toml of [SECTIONS, SECTIONS.replaceAll("\n", "\r\n")]) {
    assertEquals(remove(add(toml), ZOE), toml);
  }
});

Deno.test("an edit is refused for who is there already, who is not, and who is the only one", () => {
  assertEquals(
    refusal(() => add(SECTIONS, ALICE)),
    "alice is in subscribers.toml already. For another secret: parley-server subscriber rotate alice",
  );
  for (const edit of [rotate, remove]) {
    assertEquals(
      refusal(() => edit(SECTIONS, ZOE)),
      "zoe is not in subscribers.toml. To see who is: parley-server subscriber list",
    );
  }
  assertEquals(
    refusal(() => remove(`[bob]\nsecret = "secret of bob 12"\n`)),
    "bob is the only subscriber in subscribers.toml, and a server needs one. Add another first",
  );
});

Deno.test("what cannot be edited automatically is refused with its line", () => {
  const odd = `[alice]\nsecret = "secret of alice 1"\n[bob]\nsecret =\\\n`;
  // A table with a comment inside, as TOML 1.1 has it.
  const table =
    `alice.secret = "secret of alice 1"\nbob = {\n# why\nsecret = "secret of bob 12" }\n`;
  assertEquals(
    refusal(() => rotate(table)),
    "subscribers.toml:2: this is written in a way that is not edited automatically. " +
      "Edit the file by hand; nothing was changed",
  );
  for (const edit of [add, rotate, remove]) assertThrows(() => edit(odd), SubscribersError);
});

Deno.test("a file with a problem is not edited", () => {
  const toml = `${SECTIONS}\n[dave]\nsecret = "short"\n`;
  for (const edit of [add, rotate, remove]) {
    const { message } = assertThrows(() => edit(toml), SubscribersError);
    assert(message.startsWith('subscribers.toml:16: subscriber "dave": the secret has fewer'));
  }
});

/** How one subscriber may be written; before the first header, or from there on. */
const TOP: readonly ((id: string, secret: string) => string)[] = [
  (id, secret) => `${id} = { secret = "${secret}" }`,
  (id, secret) => `"${id}".'secret'='${secret}'`,
  (id, secret) => `  ${id}.secret = """\n${secret}"""`,
];
const SECTION: readonly ((id: string, secret: string) => string)[] = [
  (id, secret) => `[${id}]\nsecret = "${secret}"`,
  (id, secret) => `[ "${id}" ] # [bob]\n\n# secret = "of nobody at all"\n\tsecret = '${secret}'`,
  (id, secret) => `['${id}']\n"secret" = '''${secret}'''`,
];
const NAMES = ["alice", "bob", "carol", "dave", "007", "-", "secret"];

const secret = fc.stringMatching(/^[a-z #=[\]{}.,é😀]{16,30}$/);
const gap = fc.constantFrom(
  "",
  "",
  "\n",
  "\n\n",
  "# a word\n",
  "# [bob]\n# two\n",
  "\n# x\n\n",
  " \t\n",
);
const end = fc.constantFrom("", " ", ' # = "');
const part = fc.record({ secret, gap, end, form: fc.nat(2) });
const document = fc.record({
  names: fc.shuffledSubarray(NAMES, { minLength: 2 }),
  parts: fc.array(part, { minLength: NAMES.length, maxLength: NAMES.length, size: "max" }),
  top: fc.nat(NAMES.length),
  crlf: fc.boolean(),
  bom: fc.boolean(),
  tail: gap,
  lineEnd: fc.boolean(),
}).map(({ names, parts, top, crlf, bom, tail, lineEnd }) => {
  const entries = names.map((name, i) => {
    const { secret, gap, end, form } = parts[i]!;
    return `${gap}${(i < top ? TOP : SECTION)[form]!(name, secret)}${end}`;
  });
  const text = entries.join("\n") + (lineEnd ? `\n${tail}` : "");
  return {
    names: names.map(parseClientId),
    toml: (bom ? "\ufeff" : "") + (crlf ? text.replaceAll("\n", "\r\n") : text),
  };
});

function secretsIn(toml: string): Map<string, string> {
  const subscribers = parseSubscribers(toml, FILE);
  const decoder = new TextDecoder();
  return new Map(
    subscribers.ids().map((id) => [id as string, decoder.decode(subscribers.secretOf(id))]),
  );
}

/** What is left of `longer` once some run of it is cut out. */
function isWithoutARun(shorter: string, longer: string): boolean {
  let same = 0;
  while (same < shorter.length && shorter[same] === longer[same]) same++;
  return longer.endsWith(shorter.slice(same));
}

Deno.test("edits of any file change what they should, and nothing else", () => {
  fc.assert(
    fc.property(document, fc.nat(), ({ names, toml }, pick) => {
      const id = names[pick % names.length]!;
      const before = secretsIn(toml);

      const added = add(toml);
      assert(added.startsWith(toml));
      assertEquals(secretsIn(added), new Map([...before, [ZOE as string, NEW]]));

      const rotated = rotate(toml, id);
      assertEquals(secretsIn(rotated), new Map([...before, [id as string, NEW]]));
      const at = rotated.indexOf(`"${NEW}"`);
      assert(toml.startsWith(rotated.slice(0, at)));
      assert(toml.endsWith(rotated.slice(at + NEW.length + 2)));

      const removed = remove(toml, id);
      assertEquals(
        secretsIn(removed),
        new Map([...before].filter(([other]) => other !== id)),
      );
      assert(isWithoutARun(removed, toml));
    }),
    { numRuns: 300 },
  );
});
