/** Past messages: in pages for a person, whole for a script, in a file for either. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { textFromString } from "../../lib/codec/mod.ts";
import { visible } from "../../lib/terminal/mod.ts";
import { FakeServer } from "../client/fake_server.ts";
import { BOB, chatting, type TestServer, withServer } from "../server/rig.ts";
import { aliceAt, FakeTerminal } from "./fake_terminal.ts";

/** Has alice tell bob `count` things, in one session. */
async function past(rig: TestServer, count: number): Promise<void> {
  const [alice, bob] = await chatting(rig);
  for (let i = 1; i <= count; i++) await alice.client.send(`thing ${i}`);
  await Promise.all([alice.client.logOff(), bob.client.logOff()]);
}

function line(i: number): string {
  return `<1> <from: alice> thing ${i}`;
}

function linesFrom(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => line(first + i));
}

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("History lets a person leaf backwards, page by page", async () => {
  await withServer(async (rig) => {
    await past(rig, 450);
    const terminal = new FakeTerminal(true);
    const ended = aliceAt(terminal, rig.server.udpAddress, { logOn: true });
    terminal.type("History bob");
    await terminal.shows("Connected", "alice> History bob", "450 messages with bob");
    assertEquals(terminal.pages, [linesFrom(251, 450), linesFrom(51, 250), linesFrom(1, 50)]);
    assertEquals(terminal.complete("Chat "), ["Chat bob"]);

    terminal.type("History bob 250");
    await terminal.shows("alice> History bob 250", "250 messages with bob");
    assertEquals(terminal.pages, [linesFrom(251, 450), linesFrom(201, 250)]);

    terminal.type("History carol");
    await terminal.shows("alice> History carol", "No messages with carol");
    assertEquals(terminal.pages, []);
    terminal.type("Quit");
    assertEquals(await ended, true);
  });
});

Deno.test("History > FILE writes a history to a new file", async () => {
  await withServer(async (rig) => {
    await withFolder(async (folder) => {
      await past(rig, 30);
      const terminal = new FakeTerminal(true);
      const ended = aliceAt(terminal, rig.server.udpAddress, { logOn: true, home: folder });
      const shown = async (text: string): Promise<void> => {
        await terminal.screen.take(text, (line) => line === text);
      };
      const all = join(folder, "a file of bob's.txt");
      terminal.type(`History bob > ${all}`);
      await shown(`30 messages with bob written to ${all}`);
      assertEquals(Deno.readTextFileSync(all), linesFrom(1, 30).map((l) => `${l}\n`).join(""));
      if (Deno.build.os !== "windows") {
        assertEquals(Deno.statSync(all).mode! & 0o777, 0o600);
      }

      const last = join(folder, "last.txt");
      terminal.type(`History bob 2 > ${last}`);
      await shown(`2 messages with bob written to ${last}`);
      assertEquals(Deno.readTextFileSync(last), `${line(29)}\n${line(30)}\n`);

      terminal.type(`History bob > ${last}`);
      await shown(
        `Cannot write ${last}: it is there already, and nothing is overwritten.`,
      );
      assertEquals(Deno.readTextFileSync(last), `${line(29)}\n${line(30)}\n`);

      terminal.type("History bob 1 > ~/home.txt");
      await shown("1 message with bob written to ~/home.txt");
      assertEquals(Deno.readTextFileSync(join(folder, "home.txt")), `${line(30)}\n`);

      const none = join(folder, "none.txt");
      terminal.type(`History carol > ${none}`);
      await shown("No messages with carol: nothing was written");
      terminal.type(`History bob > ${join(folder, "no such folder", "file")}`);
      const failed = await terminal.screen.take("it", (line) => line.startsWith("Cannot write"));
      assertMatch(failed, /no such folder.*: /);
      // As it may be pasted.
      terminal.type("History bob > no such folder/\x1b[2J");
      const pasted = await terminal.screen.take("it", (line) => line.startsWith("Cannot write no"));
      assertEquals(pasted, visible(pasted));
      assertEquals(Array.from(Deno.readDirSync(folder)).length, 3);
      terminal.type("Quit");
      assertEquals(await ended, false);
    });
  });
});

Deno.test("a history that breaks off is told, with what was written", async () => {
  await using server = new FakeServer();
  await withFolder(async (folder) => {
    const terminal = new FakeTerminal(true);
    const ended = aliceAt(terminal, server.address, { logOn: true });
    const connection = await server.connected();
    const message = {
      type: "HISTORY_RESP",
      sessionId: 7,
      number: 1,
      position: 1,
      at: 1,
      sender: BOB,
      text: textFromString("hi"),
    } as const;
    const file = join(folder, "file");
    terminal.type(`History bob > ${file}`);
    await connection.next("HISTORY_REQ");
    connection.send(message, { type: "HISTORY_END", clientId: BOB, outcome: "complete" });
    await connection.next("HISTORY_REQ");
    connection.send(message);
    await terminal.prompted("alice (1 message written)> ");
    connection.send({ type: "HISTORY_END", clientId: BOB, outcome: "unavailable" });
    await terminal.shows(
      "Connected",
      `alice> History bob > ${file}`,
      `1 message with bob written to ${file}`,
      "No whole answer: the server cannot read the history just now.",
    );
    await terminal.prompted("alice> ");
    assert(Deno.readTextFileSync(file) === "<7> <from: bob> hi\n");
    terminal.type("Quit");
    assertEquals(await ended, false);
  });
});
