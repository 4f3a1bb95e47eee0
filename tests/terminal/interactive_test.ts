/**
 * Typing at a terminal: a real pseudo-terminal, by way of tmux.
 *
 * When a screen gets narrower, tmux makes room at its top also where there is room at its bottom, and
 * nobody can draw on what is gone; so the screens that are resized here are full.
 */

import { assert, assertEquals } from "@std/assert";
import { Person, screenTest } from "./person.ts";

/** What the first Ctrl-C is answered with, on 40 columns. */
const HINT = ["To leave, press Ctrl-D, or Ctrl-C once m", "ore."];

const FULL = Array.from({ length: 16 }, (_, i) => ({ print: `news ${i}` }));

screenTest("asks for a secret without showing it", async () => {
  await using person = await Person.sitDown("secret");
  await person.sees("Secret:");
  await person.type("hush", "Enter");
  assertEquals(await person.heard(), "hush");
  await person.sees("Secret:", "you>");
});

screenTest(
  "keeps a half-typed line below what is printed, and takes off an entered one",
  async () => {
    await using person = await Person.sitDown();
    await person.type("half a li");
    await person.sees("you> half a li");
    await person.call({ print: "bob: news\nand more" });
    await person.sees("bob: news", "and more", "you> half a li");
    await person.type("ne", "Enter");
    assertEquals(await person.heard(), "half a line");
    await person.sees("bob: news", "and more", "you>");
    await person.type("Up");
    await person.sees("bob: news", "and more", "you> half a line");
  },
);

screenTest("keeps a line of several rows, wherever its cursor is", async () => {
  await using person = await Person.sitDown();
  const rows = ["you> " + "a".repeat(35), "a".repeat(40), "aa"];
  await person.type("a".repeat(77));
  await person.sees(...rows);
  await person.call({ print: "one" });
  await person.sees("one", ...rows);
  await person.type("Home");
  await person.call({ print: "two" });
  await person.sees("one", "two", ...rows);
  const numbers = Array.from({ length: 12 }, (_, i) => `${i + 3}`);
  await person.call(...numbers.map((print) => ({ print })));
  await person.sees(...numbers, ...rows);
  await person.type("b", "Enter");
  assertEquals(await person.heard(), `b${"a".repeat(77)}`);
  await person.sees(...numbers, "you>");
});

screenTest("keeps wide characters over two rows while lines arrive", async () => {
  await using person = await Person.sitDown();
  // 35 columns remain in the first row: 17 characters of two columns, and one left over.
  await person.type("日".repeat(20));
  await person.sees("you> " + "日".repeat(17), "日".repeat(3));
  for (let i = 1; i <= 5; i++) await person.call({ print: `${i}: 日本語のニュース` });
  const news = [1, 2, 3, 4, 5].map((i) => `${i}: 日本語のニュース`);
  await person.sees(...news, "you> " + "日".repeat(17), "日".repeat(3));
  await person.type("Left", "Left", "x");
  await person.sees(...news, "you> " + "日".repeat(17), "日x日日");
  await person.type("Enter");
  assertEquals(await person.heard(), "日".repeat(18) + "x日日");
  await person.sees(...news, "you>");
});

screenTest("keeps its rows where the terminal measures emoji differently", async () => {
  await using person = await Person.sitDown();
  await person.type("👍🏽".repeat(30));
  await person.tmux.until((screen) => screen.includes("👍"));
  for (let i = 1; i <= 3; i++) await person.call({ print: `news ${i}` });
  await person.tmux.until((screen) => /^news 1\nnews 2\nnews 3\nyou> \S+\n\S+\n\n/m.test(screen));
  await person.type("Enter");
  await person.sees("news 1", "news 2", "news 3", "you>");
});

screenTest("deletes an emoji of several code points as one character", async () => {
  await using person = await Person.sitDown();
  await person.type("a👍🏽b👩\u200d👩\u200d👧e\u0301", "BSpace", "BSpace", "Left", "BSpace", "Enter");
  assertEquals(await person.heard(), "ab");
});

screenTest("completes with Tab what there is to complete", async () => {
  await using person = await Person.sitDown();
  const complete = ["Chat bob", "Chat barbara", "Help", "History bob"];
  await person.call({ complete }, { print: "ready" });
  await person.sees("ready", "you>");
  await person.type("He", "Tab");
  await person.sees("ready", "you> Help");
  await person.type("C-u", "Ch", "Tab");
  await person.sees("ready", "you> Chat b");
  await person.type("Tab");
  await person.sees("ready", "Chat bob      Chat barbara", "you> Chat b");
  await person.type("x", "Tab", "Enter");
  assertEquals(await person.heard(), "Chat bx");
});

for (const marked of [true, false]) {
  screenTest(`takes a paste of 2,000 lines${marked ? ", marked as such" : ""}`, async () => {
    await using person = await Person.sitDown();
    const lines = Array.from({ length: 2_000 }, (_, i) => `line ${i} 日本語 ${"x".repeat(i % 90)}`);
    await person.type("typed ");
    await person.tmux.paste(`${lines.join("\n")}\nrest`, { marked });
    assertEquals(await person.heard(), `typed ${lines[0]}`);
    for (const line of lines.slice(1)) assertEquals(await person.heard(), line);
    await person.sees("you> rest");
    await person.type("!", "Enter");
    assertEquals(await person.heard(), "rest!");
  });
}

screenTest("asks in the place of a line for what is not shown, and keeps the line", async () => {
  await using person = await Person.sitDown();
  await person.type("half a li");
  await person.sees("you> half a li");
  await person.call({ ask: "Secret:" });
  await person.sees("Secret:");
  await person.type("hish", "BSpace", "BSpace", "BSpace", "ush");
  await person.call({ print: "news" });
  await person.sees("news", "Secret:");
  await person.type("Enter");
  assertEquals(await person.heard(), "hush");
  await person.sees("news", "you> half a li");
  await person.call({ ask: "Secret:" });
  await person.sees("news", "Secret:");
  await person.tmux.paste("pasted\n", { marked: true });
  assertEquals(await person.heard(), "pasted");
  for (const key of ["C-c", "C-d"]) {
    await person.call({ ask: "Secret:" });
    await person.sees("news", "Secret:");
    await person.type(key);
    assertEquals(await person.heard(), "no answer");
    await person.sees("news", "you> half a li");
  }
  await person.type("ne", "Enter");
  assertEquals(await person.heard(), "half a line");
  await person.call({ ask: "Secret:" });
  await person.sees("news", "Secret:");
  await person.call({ close: true });
  await person.sees("news", "ended", "ended with 0");
});

screenTest("tells how things were when a line was begun, and what was pasted whole", async () => {
  await using person = await Person.sitDown();
  const heard = async (): Promise<unknown> => JSON.parse((await person.heard())!);
  await person.call({ details: true }, { prompt: "bob> " });
  await person.sees("bob>");
  await person.type("dropped");
  await person.sees("bob> dropped");
  await person.type("C-c", "hi");
  await person.sees("bob> hi");
  await person.call({ prompt: "carol> " });
  await person.sees("carol> hi");
  await person.tmux.paste(" there\nQuit\nand", { marked: true });
  assertEquals(await heard(), { text: "hi there", pasted: true, begun: "bob> " });
  assertEquals(await heard(), { text: "Quit", pasted: true, begun: "carol> " });
  await person.sees("carol> and");
  await person.call({ prompt: "dave> " });
  await person.sees("dave> and");
  await person.type("BSpace", "BSpace", "BSpace", "Up", "Enter");
  assertEquals(await heard(), { text: "Quit", pasted: false, begun: "dave> " });
});

screenTest("takes a tab in a paste for text", async () => {
  await using person = await Person.sitDown();
  await person.call({ complete: ["abc"] }, { print: "ready" });
  await person.sees("ready", "you>");
  await person.tmux.paste("a\tb", { marked: true });
  await person.sees("ready", "you> a␉b");
  await person.type("Enter");
  assertEquals(await person.heard(), "a\tb");
});

screenTest("draws the line anew when its size changes", async () => {
  await using person = await Person.sitDown();
  await person.call(...FULL);
  await person.type("a".repeat(50));
  await person.sees("news 15", "you> " + "a".repeat(35), "a".repeat(15));
  await person.tmux.resize(30, 16);
  await person.sees("news 15", "you> " + "a".repeat(25), "a".repeat(25));
  await person.type("Home", "b");
  await person.sees("news 15", "you> b" + "a".repeat(24), "a".repeat(26));
  await person.tmux.resize(12, 16);
  const rows = ["you> b" + "a".repeat(6), ...Array<string>(3).fill("a".repeat(12)), "a".repeat(8)];
  await person.sees("news 15", ...rows);
  await person.type("End", "c");
  await person.sees("news 15", ...rows.slice(0, -1), "a".repeat(8) + "c");
  await person.tmux.resize(60, 10);
  await person.sees("news 15", "you> b" + "a".repeat(50) + "c");
  await person.call({ print: "more" });
  await person.sees("news 15", "more", "you> b" + "a".repeat(50) + "c");
});

screenTest("draws wide characters anew when its size changes", async () => {
  await using person = await Person.sitDown();
  await person.call(...FULL);
  await person.type("日".repeat(20));
  await person.sees("news 15", "you> " + "日".repeat(17), "日".repeat(3));
  await person.tmux.resize(20, 16);
  await person.sees("news 15", "you> " + "日".repeat(7), "日".repeat(10), "日".repeat(3));
  await person.tmux.resize(13, 16);
  await person.sees(
    "news 15",
    "you> " + "日".repeat(4),
    ..."66".split("").map(() => "日".repeat(6)),
    "日".repeat(4),
  );
});

screenTest("calls a person who looks elsewhere, and nobody else", async () => {
  await using person = await Person.sitDown();
  await person.tmux.record();
  await person.call({ alert: "not seen" }, { print: "ready" });
  await person.sees("ready", "you>");
  await person.tmux.send("\x1b[O");
  await person.type("a");
  await person.sees("you> a");
  await person.call({ alert: "4 \x1b]news\x07" }, { print: "called" });
  await person.sees("called", "you> a");
  await person.tmux.send("\x1b[I");
  await person.type("b");
  await person.sees("you> ab");
  await person.call({ alert: "not seen" }, { print: "done" });
  await person.sees("done", "you> ab");
  const written = await person.tmux.recorded("\x1b]9; 4 ␛]news␇\x07\x07", "done");
  assert(!written.includes("not seen"));
});

screenTest("drops the line at Ctrl-C, and ends its lines at two more in a row", async () => {
  await using person = await Person.sitDown();
  await person.type("oh no", "Left");
  await person.sees("you> oh no");
  await person.type("C-c");
  await person.sees("you>");
  await person.type("yes", "Enter");
  assertEquals(await person.heard(), "yes");
  await person.type("C-c");
  await person.sees(...HINT, "you>");
  await person.type("C-c");
  assertEquals(await person.heard(), undefined);
  await person.sees(...HINT, "ended", "ended with 0");
});

screenTest("wants the two Ctrl-C with nothing typed in between", async () => {
  await using person = await Person.sitDown();
  await person.type("C-c");
  await person.sees(...HINT, "you>");
  await person.type("a", "BSpace", "C-c");
  await person.sees(...HINT, ...HINT, "you>");
  await person.type("b");
  await person.sees(...HINT, ...HINT, "you> b");
  await person.type("C-c");
  await person.sees(...HINT, ...HINT, "you>");
  await person.call({ page: 100, chunk: 100 });
  await person.tmux.until((screen) => screen.includes("line 100"));
  await person.type("C-c", "C-c");
  await person.sees(...HINT, ...HINT, ...HINT, "you>");
  // What others say, and where the person looks, is not typed.
  await person.call({ print: "news" });
  await person.sees(...HINT, "news", "you>");
  await person.tmux.send("\x1b[O\x1b[I");
  await person.type("C-c");
  await person.sees(...HINT, "news", "ended", "ended with 0");
});

screenTest("leaves Ctrl-C to the system once its lines have ended", async () => {
  await using person = await Person.sitDown();
  await person.call({ stay: true }, { print: "ready" });
  await person.sees("ready", "you>");
  await person.type("C-d");
  await person.sees("ready", "ended");
  // The signal, and not the key, which would end tmux's own shell too.
  Deno.kill(person.pid, "SIGINT");
  await person.sees("ready", "ended", "ended with 130");
});

screenTest("ends its lines at Ctrl-D and at close()", async () => {
  {
    await using person = await Person.sitDown();
    await person.type("C-d");
    assertEquals(await person.heard(), undefined);
    await person.sees("ended", "ended with 0");
  }
  await using person = await Person.sitDown();
  await person.type("half");
  await person.sees("you> half");
  await person.call({ close: true });
  assertEquals(await person.heard(), undefined);
  await person.sees("you> half", "ended", "ended with 0");
});

screenTest("gives the terminal back however the program ends", async () => {
  await using person = await Person.sitDown();
  await person.tmux.record();
  await person.call({ page: 100, chunk: 50 });
  await person.tmux.until((screen) => screen.includes("line 100"));
  await person.call({ throw: "on purpose" });
  await person.tmux.until((screen) => screen.includes("ended with 1"));
  const modes = ["?2004l", "?1004l", "?25h", "?7h", "?1049l"];
  await person.tmux.recorded(...modes.map((mode) => `\x1b[${mode}`));
});

screenTest("ends its lines when it is asked to end", async () => {
  await using person = await Person.sitDown();
  await person.type("half");
  await person.sees("you> half");
  Deno.kill(person.pid, "SIGTERM");
  assertEquals(await person.heard(), undefined);
  await person.sees("you> half", "ended", "ended with 0");
});

screenTest("leaves the screen to others at Ctrl-Z, and comes back", async () => {
  await using person = await Person.sitDown("job");
  await person.tmux.record();
  await person.type("half");
  await person.sees("you> half");
  // No shell looks after a program that is all that tmux runs, so the system does not stop it.
  await person.type("C-z");
  await person.tmux.recorded("\x1b[?2004l", "\x1b[?2004h");
  await person.type(" a line");
  await person.sees("you> half a line");
  Deno.kill(person.pid, "SIGSTOP");
  Deno.kill(person.pid, "SIGCONT");
  await person.type("Enter");
  assertEquals(await person.heard(), "half a line");
});

screenTest(
  "says at Ctrl-Z that it does not stop where that would stop a part of a job",
  async () => {
    await using person = await Person.sitDown();
    await person.type("half");
    await person.sees("you> half");
    await person.type("C-z");
    await person.sees(
      "Ctrl-Z stops the compiled program only.",
      "To leave, press Ctrl-D.",
      "you> half",
    );
  },
);
