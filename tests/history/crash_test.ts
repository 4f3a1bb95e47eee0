/** A server killed in the midst of its commits has kept every commit it told of, and whole ones. */

import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openHistory } from "../../lib/history/mod.ts";
import { ALICE, BOB, CAROL, readAll, spawn, withPath } from "./fixtures.ts";

const COMMITS_BEFORE_KILL = 25;

/** How many commits a server tells of until it is killed in the midst of the next ones. */
async function killAfterCommits(path: string): Promise<number> {
  const child = spawn("committer.ts", path);
  let output = "";
  let killed = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += chunk;
    if (killed || reported(output) < COMMITS_BEFORE_KILL) continue;
    child.kill("SIGKILL");
    killed = true;
  }
  await child.status;
  return reported(output);
}

function reported(output: string): number {
  return output.split("\n").length - 1;
}

Deno.test("a killed server has kept every commit that resolved, each whole", () =>
  withPath(async (path) => {
    const told = await killAfterCommits(path);
    const history = await openHistory(path);
    const toBob = await readAll(history, ALICE, BOB);
    const fromCarol = await readAll(history, CAROL, BOB);
    assert(fromCarol.length >= told, `${told} commits told of, ${fromCarol.length} found`);
    assertEquals(fromCarol.map((m) => m.sessionId), fromCarol.map((_, i) => i + 1));
    assertEquals(
      toBob.map((m) => m.sessionId),
      fromCarol.flatMap((m) => [m.sessionId, m.sessionId]),
    );
    await history.close();

    const db = new DatabaseSync(path);
    assertEquals(db.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
    db.close();
  }));
