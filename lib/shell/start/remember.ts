/**
 * The offer to keep server, ID and secret in a profile, once they have proved good.
 *
 * It asks nothing: a person who wants it types so, and whoever does not is not disturbed.
 */

import { StartError } from "./out.ts";
import type { Profile } from "./profile_text.ts";
import type { Profiles } from "./profiles.ts";

/** What may be kept, and how far that has come. */
export class Remembering {
  readonly #profiles: Profiles;
  #profile: Profile;
  #state: "untried" | "good" | "kept" = "untried";

  constructor(profiles: Profiles, profile: Profile) {
    this.#profiles = profiles;
    this.#profile = profile;
  }

  /** Another secret is tried. */
  tries(secret: string): void {
    this.#profile = { ...this.#profile, secret };
  }

  /** The server has taken the secret; the first time, what to tell the user. */
  proved(): string | undefined {
    if (this.#state !== "untried") return undefined;
    this.#state = "good";
    return `Type "Remember" to keep server, ID and secret in ${this.#path}.`;
  }

  /** Keeps it, and says what has become of it. @throws {StartError} */
  remember(): string {
    if (this.#state === "untried") throw new StartError("Log on first, to see whether it is right");
    if (this.#state === "good") this.#profiles.write(this.#profile.id, this.#profile);
    this.#state = "kept";
    return `Kept in ${this.#path}. From now on, type: parley ${this.#profile.id}`;
  }

  get #path(): string {
    return this.#profiles.path(this.#profile.id);
  }
}
