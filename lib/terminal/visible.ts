/**
 * Text from others, made safe for a terminal.
 *
 * What would move the cursor, reorder the line or hide in it is shown instead: C0 controls (tab and
 * newline too) and DEL as their control pictures, such as ␛; everything else as <U+202E>. Ordinary
 * text stays as it is in every script, with the joiners and selectors that its spelling needs.
 * Nothing here knows what the text is for.
 */

/**
 * What must not reach a terminal as it stands: controls, line and paragraph separators, and all
 * that a font does not draw (the bidi controls of UAX #9 and U+FFF9 to U+FFFB among them), but
 * for `SELECTORS` and `JOINERS`.
 */
const UNSAFE =
  /[\p{Cc}\p{Zl}\p{Zp}\uFFF9-\uFFFB]|[[\p{Default_Ignorable_Code_Point}]--[\p{Variation_Selector}\u034F\u180E\u200B\u200C\u200D]]/v;

/** One variation selector after a character is part of its spelling: not the first, not a second. */
const SELECTORS = /(?<=^|\p{Variation_Selector})\p{Variation_Selector}/v;

/**
 * CGJ, the Mongolian vowel separator, ZWSP, ZWNJ and ZWJ are part of the spelling of many scripts
 * and of emoji; after anything else they only hide.
 */
const JOINERS =
  /(?<![[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Emoji_Modifier}]--[\p{ASCII}\p{Script=Latin}\p{Default_Ignorable_Code_Point}]]\p{Variation_Selector}?)[\u034F\u180E\u200B\u200C\u200D]/v;

/** Flags such as Scotland's are spelled with characters that are hidden anywhere else. */
const FLAGS = /\p{RGI_Emoji_Tag_Sequence}/v;

const PATTERN = new RegExp(
  `${FLAGS.source}|(?<hidden>${UNSAFE.source}|${SELECTORS.source}|${JOINERS.source})`,
  "gv",
);

/** `text` with everything visible, on one line. Lone surrogates become U+FFFD. */
export function visible(text: string): string {
  return text.toWellFormed().replace(
    PATTERN,
    (match: string, hidden: string | undefined) => hidden === undefined ? match : shown(hidden),
  );
}

function shown(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
