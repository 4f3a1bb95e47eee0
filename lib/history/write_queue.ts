/**
 * The order of what is written: what is asked for while the disk is busy becomes one transaction,
 * and waits for the disk once.
 *
 * Until the disk has it, nothing is read and nothing else is written, so nobody is shown what a
 * loss of power could still take away. Knows no SQL, and no messages.
 */

/** Where it is written. */
export interface Disk {
  /** Does `actions` in one transaction, or throws and has done nothing. */
  write(actions: readonly (() => void)[]): void;
  /** Resolves when all that was written has reached the disk; without it, nobody waits for that. */
  readonly sync: (() => Promise<void>) | undefined;
  /** What was written counts. */
  keep(): void;
  /** A sync failed: of what was written, nobody knows what has reached the disk. */
  lose(): void;
}

interface Write {
  readonly action: () => void;
  resolve(): void;
  reject(error: unknown): void;
}

/** Writes in the order in which they were asked for. */
export class WriteQueue {
  readonly #disk: Disk;
  #writes: Write[] = [];
  #between: (() => void)[] = [];
  #running: Promise<void> | undefined;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Does `action` in a transaction, and resolves to what it returned once the disk has it. */
  write<T>(action: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      this.#writes.push({
        action: () => result = action(),
        resolve: () => resolve(result),
        reject,
      });
      this.#running ??= this.#run();
    });
  }

  /** Does `action` at a moment when nothing waits for the disk. */
  between<T>(action: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const attempt = (): void => {
        try {
          resolve(action());
        } catch (error) {
          reject(error);
        }
      };
      if (this.#running === undefined) attempt();
      else this.#between.push(attempt);
    });
  }

  /** Resolves when everything asked for so far has been done. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // So that #running is set before anything can end.
    await Promise.resolve();
    while (this.#writes.length > 0) {
      const group = this.#writes;
      this.#writes = [];
      await this.#carryOut(group);
      const between = this.#between;
      this.#between = [];
      for (const attempt of between) attempt();
    }
    this.#running = undefined;
  }

  async #carryOut(group: readonly Write[]): Promise<void> {
    try {
      this.#disk.write(group.map(({ action }) => action));
    } catch (error) {
      // One that fails is not to take the others with it.
      if (group.length > 1) { for (const write of group) await this.#carryOut([write]); }
      else for (const { reject } of group) reject(error);
      return;
    }
    try {
      await this.#disk.sync?.();
    } catch (error) {
      this.#disk.lose();
      for (const { reject } of group) reject(error);
      return;
    }
    this.#disk.keep();
    for (const { resolve } of group) resolve();
  }
}
