/** What whoever makes a shell decides about it. */

import type { Remembering } from "./start/remember.ts";

/** What a shell is told when it is made. */
export interface ShellOptions {
  /** The user's own client-ID, as the prompt shows it. */
  readonly name: string;
  /** Where the server is, as "Status" shows it. */
  readonly server: string;
  /** Log a person on again when the connection is lost; a script never is. */
  readonly reconnect: boolean;
  /** The user's own folder, which `~` stands for. */
  readonly home?: string | undefined;
  /** What to add where the server refuses the secret. */
  readonly ifRefused?: string;
  /** Another secret from a user who typed the wrong one, if they have one to give. */
  readonly anotherSecret?: () => Promise<Uint8Array | undefined>;
  /** What "Remember" keeps; absent where there is nothing to keep. */
  readonly remember?: Remembering;
  /** The profile that is in use, so that "Remember" has nothing to do. */
  readonly keptIn?: string;
  /** Milliseconds since 1970; by default, the system's clock. */
  readonly now?: () => number;
}
