/** A client machine with a driver around it: timers on a virtual clock, actions kept for a look. */

import type { Datagram, Frame } from "../../lib/codec/mod.ts";
import {
  type ClientAction,
  type ClientContext,
  type ClientEvent,
  type ClientState,
  type Notice,
  stepClient,
  type Timer,
} from "../../lib/session/mod.ts";
import { VirtualClock } from "./clock.ts";
import "./table.ts";

/** Where the client's actions go, for those who want them as they come. */
export interface ClientOutlets {
  readonly datagram?: (datagram: Datagram) => void;
  readonly frame?: (frame: Frame) => void;
  readonly close?: () => void;
}

/** One client. */
export class ClientRig {
  readonly #timers = new Map<Timer, () => void>();
  state: ClientState;
  /** Everything that was ever wanted, in order. */
  readonly actions: ClientAction[] = [];
  /** Events that the state they met did not list. */
  readonly undefinedEvents: string[] = [];

  constructor(
    readonly context: ClientContext,
    readonly clock: VirtualClock = new VirtualClock(),
    state: ClientState = { name: "Offline" },
    readonly outlets: ClientOutlets = {},
  ) {
    this.state = state;
  }

  /** Steps the machine and does what it wants; what that was. */
  handle(event: ClientEvent): readonly ClientAction[] {
    const after = stepClient(this.state, event, this.context);
    if (after === undefined) {
      this.undefinedEvents.push(`${this.state.name} / ${event.type}`);
      return [];
    }
    this.state = after.state;
    for (const action of after.actions) this.#carryOut(action);
    return after.actions;
  }

  /** What the user saw. */
  get notices(): readonly Notice[] {
    return this.actions.flatMap((action) => action.type === "notify" ? [action.notice] : []);
  }

  /** The frames that were sent. */
  get frames(): readonly Frame[] {
    return this.actions.flatMap((action) => action.type === "send" ? [action.frame] : []);
  }

  /** The datagrams that were sent. */
  get datagrams(): readonly Datagram[] {
    return this.actions.flatMap((action) =>
      action.type === "send datagram" ? [action.datagram] : []
    );
  }

  /** The timers that are running. */
  get timers(): readonly Timer[] {
    return [...this.#timers.keys()];
  }

  #carryOut(action: ClientAction): void {
    this.actions.push(action);
    switch (action.type) {
      case "set timer": {
        const { timer, delay } = action;
        this.#clear(timer);
        this.#timers.set(
          timer,
          this.clock.after(delay, () => {
            this.#timers.delete(timer);
            this.handle({ type: `${timer} timer` });
          }),
        );
        break;
      }
      case "clear timer":
        this.#clear(action.timer);
        break;
      case "send datagram":
        this.outlets.datagram?.(action.datagram);
        break;
      case "send":
        this.outlets.frame?.(action.frame);
        break;
      case "close TCP":
        this.outlets.close?.();
        break;
    }
  }

  #clear(timer: Timer): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }
}
