/**
 * Lines that a program writes, each to be awaited once and in order.
 *
 * Waiting is for the next line, never for a while: only when nothing at all comes for
 * {@linkcode PATIENCE} is it given up, and the error then shows every line there was. Where lines
 * come from is not known here.
 */

/** Silence for so long, in milliseconds, is a failure. */
export const PATIENCE = 20_000;

/** Something did not go as the play has it. */
export class StageError extends Error {
  override readonly name = "StageError";
}

/** What has been written so far, and how much of it has been looked at. */
export class Lines {
  readonly #name: string;
  readonly #all: string[] = [];
  #taken = 0;
  #ended = false;
  #news = Promise.withResolvers<void>();

  /** @param name what errors call the place where the lines stand */
  constructor(name: string) {
    this.#name = name;
  }

  /** All lines so far. */
  get all(): readonly string[] {
    return this.#all;
  }

  /** The lines that nobody has taken yet. */
  get rest(): readonly string[] {
    return this.#all.slice(this.#taken);
  }

  /** Adds a line. */
  push(line: string): void {
    this.#all.push(line);
    this.#wake();
  }

  /** No more lines will come. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /**
   * Takes the next line; `wanted` says what it should be, for the error.
   *
   * @throws {StageError} when there is none
   */
  async next(wanted: string): Promise<string> {
    while (this.#taken === this.#all.length) {
      if (this.#ended) throw this.#error(wanted, "it ended");
      const silence = (): StageError => this.#error(wanted, `nothing came for ${PATIENCE / 1e3} s`);
      await within(this.#news.promise, silence);
    }
    return this.#all[this.#taken++]!;
  }

  /**
   * Takes the next line, which must be `wanted`, or match it.
   *
   * @throws {StageError}
   */
  async expect(wanted: string | RegExp): Promise<string> {
    const line = await this.next(`${wanted}`);
    if (isLike(line, wanted)) return line;
    throw this.#error(`${wanted}`, `there is: ${line}`);
  }

  /**
   * Takes lines up to the first that is `wanted`, or matches it.
   *
   * @throws {StageError} when there is none
   */
  async find(wanted: string | RegExp): Promise<string> {
    for (;;) {
      const line = await this.next(`${wanted}`);
      if (isLike(line, wanted)) return line;
    }
  }

  /** @throws {StageError} unless all lines were taken */
  expectNoMore(): void {
    if (this.rest.length > 0) throw this.#error("nothing more", `there is: ${this.rest[0]}`);
  }

  #wake(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #error(wanted: string, found: string): StageError {
    const all = this.#all.length === 0 ? ["(nothing)"] : this.#all.slice(-50);
    return new StageError(
      [`${this.#name}: expected: ${wanted}`, `but ${found}`, "all of it:", ...all].join("\n  "),
    );
  }
}

/** `promise`, unless it takes longer than {@linkcode PATIENCE}. */
export async function within<T>(promise: Promise<T>, error: () => StageError): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(error()), PATIENCE);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function isLike(line: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? line === wanted : wanted.test(line);
}
