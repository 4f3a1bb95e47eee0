/**
 * What two clients do while somebody meddles with the connection of one of them, alice: the same
 * each time, so that what both saw can be held against what they see undisturbed.
 */

import { assert, assertEquals } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { parseClientId, textToString } from "../../lib/codec/mod.ts";
import { loggedOn, TestClient, type TestServer } from "../server/rig.ts";
import { eventually } from "../server/waiting.ts";
import { type Meddling, Middle } from "./middle.ts";

/** What came of a play. */
export interface Outcome {
  /** What alice was shown, in order, and bob. */
  readonly alice: readonly string[];
  readonly bob: readonly string[];
  /** Whether all was done and answered. */
  readonly done: boolean;
}

/** A place to play at. It has a bob who stays, and a new alice for each play. */
export class Stage implements AsyncDisposable {
  private constructor(
    readonly rig: TestServer,
    readonly place: number,
    readonly bob: TestClient,
  ) {}

  /** @param place a number that no other stage has at the time */
  static async at(rig: TestServer, place: number): Promise<Stage> {
    return new Stage(rig, place, await loggedOn(rig, parseClientId(`bob-${place + 10}`)));
  }

  /** Plays with a man in the middle of alice's connection. */
  async play(meddling: Meddling): Promise<Outcome> {
    const { rig, place, bob } = this;
    const already = bob.notices.all.length;
    let alice: TestClient;
    let done: boolean;
    {
      await using middle = new Middle(rig.server, meddling);
      alice = new TestClient(middle.address, parseClientId(`alice-${place + 10}`));
      done = await playThrough(alice, bob);
      if (done) await alice.client.logOff();
      else await eventually("alice to be offline", () => alice.client.state === "Offline");
    }
    // The server has closed alice's connection. What bob gets of it comes before this answer.
    await bob.client.history(bob.clientId, () => {});
    return {
      alice: alice.notices.all.flatMap(shown),
      bob: bob.notices.all.slice(already).flatMap(shown).filter((line) => line !== "history end"),
      done,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bob.client.logOff();
  }
}

/** Checks that `outcome` is what `whole` is up to a moment at which alice's connection is lost. */
export function assertLost(outcome: Outcome, whole: Outcome, how: string): void {
  assert(!outcome.done, `${how}: as if nothing had happened`);
  const alice = outcome.alice.slice(0, -1);
  // An end of the chat that is told with the loss is alice's own conclusion.
  if (alice.at(-1) === "chat ended") alice.pop();
  assertEquals(alice, whole.alice.slice(0, alice.length), `alice, ${how}`);
  const end = alice.length === 0
    ? "log-on failed: connection failed"
    : "logged off: connection lost";
  assertEquals(outcome.alice.at(-1), end, `alice, ${how}`);
  const bob = outcome.bob.length === 0 ? [] : outcome.bob.slice(0, -1);
  assertEquals(bob, whole.bob.slice(0, bob.length), `bob, ${how}`);
  assert(outcome.bob.length === 0 || outcome.bob.at(-1) === "chat ended", `bob, ${how}`);
}

/** Whether it came to the end. Whatever is lost on the way shows as a promise that rejects. */
async function playThrough(alice: TestClient, bob: TestClient): Promise<boolean> {
  try {
    await alice.client.logOn();
    if (!await alice.client.chat(bob.clientId)) return false;
    const one = alice.client.send("one");
    one.catch(() => {});
    // Into a record of its own.
    await setImmediate();
    await Promise.all([one, alice.client.send("two")]);
    await eventually(
      "both to chat",
      () => bob.client.state === "Active Chat" || alice.client.state === "Offline",
    );
    await bob.client.send("three");
    await alice.client.history(bob.clientId, () => {}, { last: 3 });
    return true;
  } catch (error) {
    if (!(error instanceof Error) || error.message.startsWith("waited in vain")) throw error;
    return false;
  }
}

/** What a user is shown. RECEIPTs are not among it, and how many one stands for is by chance. */
function shown(notice: TestClient["notices"]["all"][number]): string[] {
  switch (notice.type) {
    case "stored":
      return [];
    case "message":
      return [`message ${textToString(notice.text)}`];
    case "history message":
      return [`history message ${textToString(notice.message.text)}`];
    case "logged off":
    case "log-on failed":
      return [`${notice.type}: ${notice.why}`];
    default:
      return [notice.type];
  }
}
