/** What `visible()` shows, and what it leaves alone. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { visible } from "../../lib/terminal/mod.ts";

/** What a terminal acts on, or what hides in a line wherever it stands. */
const DANGEROUS = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\u2060-\u206f\ufeff\ufff9-\ufffb]/u;

/** Any code units, with those that matter here far more often than by chance. */
const hostileText = fc.array(
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    fc.constantFrom(..."\u001b\u0085\u202e\u2066\u200b\u200d\u200c\ufe0f\u{e0061}\u{e007f}🏴👩क"),
  ),
).map((parts) => parts.join(""));

Deno.test("visible() leaves ordinary text of every script as it is", () => {
  for (
    const text of [
      "",
      "Hello, world! <U+202E> ~`|\\",
      "Grüße, naïve café, e\u0301, Tiếng Việt",
      "Привет мир, Γειά σου Κόσμε",
      "שלום עולם, مرحبا بالعالم, می\u200cخواهم",
      "नमस्ते दुनिया, क्\u200dष, বাংলা, தமிழ், മലയാളം, ශ්\u200dරී",
      "สวัสดี, ភាសា\u200bខ្មែរ, မြန်မာ, ᠮᠣᠩᠭᠣᠯ\u180eᠠ ᠪᠦ\u180bᠷ",
      "你好，世界, こんにちは, 葛\u{e0100}, 한국어",
      "😀 👍🏽 ❤️ 1️⃣ 🇫🇷 👩\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈 👩🏽\u200d💻",
      "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
      "∑ ∫ → € ½ \u00a0 \ue000 𝔘",
    ]
  ) assertEquals(visible(text), text);
});

Deno.test("visible() shows controls as their pictures, tab and line ends too", () => {
  assertEquals(visible("\x1b[2J\x07"), "␛[2J␇");
  assertEquals(visible("a\tb\r\nc\0\x7f"), "a␉b␍␊c␀␡");
  assertEquals(visible("\x80\x9b\x85"), "<U+0080><U+009B><U+0085>");
});

Deno.test("visible() shows what reorders or hides text as its code point", () => {
  const cases = "202A 202B 202C 202D 202E 2066 2067 2068 2069 200E 200F 061C 2028 2029 " +
    "00AD 2060 2064 206A FEFF FFF9 FFFB 115F 3164 FFA0 E0001 E0061";
  for (const code of cases.split(" ")) {
    assertEquals(visible(`a${String.fromCodePoint(parseInt(code, 16))}b`), `a<U+${code}>b`);
  }
});

Deno.test("visible() shows joiners and selectors that spell nothing", () => {
  assertEquals(visible("bo\u200bb \u200d\u200c"), "bo<U+200B>b <U+200D><U+200C>");
  assertEquals(visible("\ufe0fa\ufe0e\ufe0f\u{e0100}"), "<U+FE0F>a\ufe0e<U+FE0F><U+E0100>");
  assertEquals(visible("👩\u200d\u200d"), "👩\u200d<U+200D>");
  assertEquals(visible("🏴\u{e0061}\u{e007f}"), "🏴<U+E0061><U+E007F>");
});

Deno.test("visible() makes lone surrogates U+FFFD", () => {
  assertEquals(visible("a\ud83d b\ude00"), "a\ufffd b\ufffd");
});

Deno.test("visible() never lets a control or bidi character through", () => {
  fc.assert(
    fc.property(hostileText, (text) => assert(!DANGEROUS.test(visible(text)))),
    { numRuns: 1000 },
  );
});

Deno.test("visible() changes nothing the second time", () => {
  fc.assert(
    fc.property(hostileText, (text) => assertEquals(visible(visible(text)), visible(text))),
    { numRuns: 1000 },
  );
});
