/** Whether the server can do its work at the moment, and if not, why: what /healthz tells. */

import { HistoryError } from "../../history/mod.ts";
import type { CommitMeter } from "./measured_history.ts";

/** The state of one server; it is starting at first. */
export class Health implements CommitMeter {
  #phase: "starting" | "serving" | "stopping" = "starting";
  #historyProblem: string | undefined;

  /** Why the server cannot do its work; undefined when it can. */
  get problem(): string | undefined {
    return this.#phase === "serving" ? this.#historyProblem : `the server is ${this.#phase}`;
  }

  /** The server takes clients. */
  serving(): void {
    this.#phase = "serving";
  }

  /** The server takes nobody any more. */
  stopping(): void {
    this.#phase = "stopping";
  }

  stored(): void {
    this.#historyProblem = undefined;
  }

  failed(error: unknown): void {
    const why = error instanceof HistoryError ? `: ${error.message}` : "";
    this.#historyProblem = `messages cannot be stored${why}`;
  }
}
