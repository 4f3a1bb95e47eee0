/**
 * What a terminal sends, told apart: text, keys, pasted text, and whether anyone looks.
 *
 * Bytes may arrive in any pieces. A key is named here, such as `left`, `ctrl-c` or `alt-backspace`;
 * what it does is not known.
 */

/** One thing that was done at a terminal. */
export type Input =
  /** Typed, or pasted where the terminal does not tell; without controls. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "key"; readonly name: string }
  /** A piece of what is being pasted, with line ends as LF and every other control as it was. */
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "focus"; readonly focused: boolean };

/** Asks a terminal to mark pastes and to report focus, and not to any more (xterm's modes). */
export const REPORTS_ON = "\x1b[?2004h\x1b[?1004h";
export const REPORTS_OFF = "\x1b[?1004l\x1b[?2004l";

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";
const FOCUS = { "\x1b[I": true, "\x1b[O": false } as const;
/** Ends a paste as well: a terminal whose end mark was lost must not stay without keys. */
const CTRL_C = "\x03";

/**
 * Text; or a sequence of ECMA-48 (the Linux console's `ESC [ [ A`, CSI, SS3); or one control.
 * No CSI ends in `[`, or the console's would be read before they are whole.
 */
const WHOLE =
  // deno-lint-ignore no-control-regex
  /(?<text>[^\x00-\x1f\x7f]+)|\x1b\[(?:\[[@-~]|[0-?]{0,20}[ -/]{0,4}[@-Z\\-~])|\x1bO[ -~]|\x1b[^\x1b[O]|[^\x1b]/uy;
/** What may become a sequence; longer than any that is known, it will not. */
// deno-lint-ignore no-control-regex
const BEGUN = /\x1b(?:\[(?:\[|[0-?]{0,20}[ -/]{0,4})|O)?$/y;

const LETTERS: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  F: "end",
  H: "home",
};
const NUMBERS: Readonly<Record<string, string>> = {
  1: "home",
  3: "delete",
  4: "end",
  5: "page up",
  6: "page down",
  7: "home",
  8: "end",
};
const CONTROLS: Readonly<Record<string, string>> = {
  "\t": "tab",
  "\n": "enter",
  "\r": "enter",
  "\b": "backspace",
  "\x7f": "backspace",
  "\x1b": "escape",
};

/** Tells apart what arrives: {@linkcode push} pieces; {@linkcode pause} when nothing follows. */
export class KeySplitter {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #pending = "";
  #pasting = false;
  /** Whether a CR came last, so that a LF belongs to it. */
  #afterCr = false;

  /** Whether {@linkcode pause} is to be called unless more arrives soon. */
  get waiting(): boolean {
    return this.#pending !== "" && !this.#pasting;
  }

  /** What `piece` completes. Bytes that are not UTF-8 become U+FFFD. */
  push(piece: Uint8Array): Input[] {
    const text = this.#pending + this.#decoder.decode(piece, { stream: true });
    const inputs: Input[] = [];
    let at = 0;
    for (let next = at; at < text.length; at = next) {
      next = this.#pasting ? this.#paste(text, at, inputs) : this.#read(text, at, inputs);
      if (next === at && this.#waits(text, at)) break;
    }
    this.#pending = text.slice(at);
    return inputs;
  }

  /** What is pending was all: the Escape key, and no sequence. */
  pause(): Input[] {
    const escape = this.#pending === "\x1b";
    this.#pending = "";
    return escape ? [{ kind: "key", name: "escape" }] : [];
  }

  /** Reads one thing at `at`; the end of it, or `at` where it is not whole yet. */
  #read(text: string, at: number, inputs: Input[]): number {
    WHOLE.lastIndex = at;
    const match = WHOLE.exec(text);
    BEGUN.lastIndex = at;
    if (match === null) {
      if (BEGUN.test(text)) return at;
      inputs.push({ kind: "key", name: "escape" });
      return at + 1;
    }
    const [whole] = match;
    const second = whole === "\n" && this.#afterCr;
    this.#afterCr = whole === "\r";
    if (match.groups?.text !== undefined) inputs.push({ kind: "text", text: whole });
    else if (whole === PASTE_START) this.#pasting = true;
    else if (whole in FOCUS) {
      inputs.push({ kind: "focus", focused: FOCUS[whole as keyof typeof FOCUS] });
    } else if (!second) inputs.push({ kind: "key", name: nameOf(whole) });
    return at + whole.length;
  }

  /** Reads pasted text at `at`; the end of it. */
  #paste(text: string, at: number, inputs: Input[]): number {
    const marks = [text.indexOf(PASTE_END, at), text.indexOf(CTRL_C, at)].filter((i) => i >= 0);
    const ends = marks.length > 0;
    const end = ends ? Math.min(...marks) : text.length - lengthOfBegun(text.slice(at));
    const raw = (this.#afterCr ? "\r" : "") + text.slice(at, end);
    const pasted = raw.replaceAll(/\r\n?/g, "\n").slice(this.#afterCr ? 1 : 0);
    if (end > at) this.#afterCr = text[end - 1] === "\r";
    if (pasted !== "") inputs.push({ kind: "paste", text: pasted });
    if (!ends) return end;
    this.#pasting = false;
    this.#afterCr = false;
    return text[end] === CTRL_C ? end : end + PASTE_END.length;
  }

  /** Whether what stands at `at` can only be read when more has arrived. */
  #waits(text: string, at: number): boolean {
    return this.#pasting || text[at] === "\x1b";
  }
}

/** How many characters at the end of `text` may be the beginning of a paste's end mark. */
function lengthOfBegun(text: string): number {
  const at = text.lastIndexOf("\x1b");
  return at >= 0 && PASTE_END.startsWith(text.slice(at)) ? text.length - at : 0;
}

function nameOf(sequence: string): string {
  const control = CONTROLS[sequence];
  if (control !== undefined) return control;
  // deno-lint-ignore no-control-regex
  const match = /^\x1b[[O](?:(\d+)(?:;(\d+))?)?([A-Z~])$/.exec(sequence);
  if (match !== null) {
    const [, number = "", modifier = "1", last = ""] = match;
    const name = last === "~" ? NUMBERS[number] : LETTERS[last];
    return name === undefined ? "unknown" : `${modifierOf(Number(modifier))}${name}`;
  }
  const [first, second = ""] = sequence;
  if (first === "\x1b") {
    return "[O".includes(second) ? "unknown" : `alt-${nameOf(sequence.slice(1))}`;
  }
  if (sequence > "\x1f") return sequence;
  return `ctrl-${String.fromCharCode(sequence.charCodeAt(0) + 0x40).toLowerCase()}`;
}

/** xterm's modifier is one more than the sum of shift 1, alt 2 and control 4. */
function modifierOf(number: number): string {
  return `${(number - 1) & 4 ? "ctrl-" : ""}${(number - 1) & 2 ? "alt-" : ""}`;
}
