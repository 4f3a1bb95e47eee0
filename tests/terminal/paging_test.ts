/** A pager at a terminal: a real pseudo-terminal, by way of tmux. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Person, screenTest } from "./person.ts";

/** The numbers of the lines that a screen of the pager shows; undefined when there is no pager. */
function shown(screen: string): readonly number[] | undefined {
  if (!screen.includes("q leaves")) return undefined;
  return Array.from(screen.matchAll(/^line (\d+)$/gm), ([, number]) => Number(number));
}

/** Waits until the pager shows these lines, and no others. */
function shows(person: Person, first: number, last: number): Promise<string> {
  return person.tmux.until((screen) => {
    const numbers = shown(screen);
    return numbers?.[0] === first && numbers.at(-1) === last &&
      numbers.length === last - first + 1;
  });
}

screenTest(
  "pages a long text from its end, and prints afterwards what came meanwhile",
  async () => {
    await using person = await Person.sitDown();
    await person.type("half");
    await person.sees("you> half");
    await person.call({ print: "before" }, { page: 100, chunk: 10 });
    assertStringIncludes(await shows(person, 86, 100), "Title  end");
    await person.type("k", "Up");
    await shows(person, 84, 98);
    await person.call({ print: "one" }, { prompt: "me> " }, { print: "two" });
    assertStringIncludes(await person.tmux.until((screen) => screen.includes("2 new")), "2 below");
    await person.type("PPage", "PPage", "PPage", "PPage", "PPage", "PPage");
    assertStringIncludes(await shows(person, 1, 15), "beginning");
    await person.type("Space");
    await shows(person, 16, 30);
    await person.type("End", "Home", "NPage");
    await shows(person, 16, 30);
    await person.tmux.resize(40, 11);
    await shows(person, 21, 30);
    await person.type("q");
    assertEquals(await person.heard(), "left");
    await person.sees("before", "one", "two", "me> half");
    await person.type("Enter");
    assertEquals(await person.heard(), "half");
  },
);

screenTest("shows whole the rows that are as wide as the screen", async () => {
  await using person = await Person.sitDown();
  const ruler = Array.from({ length: 20 }, (_, i) => `${(i + 1) * 4}`.padStart(3, "0") + ".");
  await person.call({ page: 100, chunk: 100, last: ruler.join("") });
  const rows = (columns: number, status: string): string =>
    [...ruler.join("").match(new RegExp(`.{${columns}}`, "g"))!, status, ""].join("\n");
  await person.tmux.until((screen) =>
    screen.endsWith(rows(40, " Title  end                    q leaves"))
  );
  await person.tmux.resize(10, 16);
  await person.tmux.until((screen) => screen.endsWith(rows(10, " T q leave")));
});

screenTest("leaves the pager with Escape, and at close()", async () => {
  await using person = await Person.sitDown();
  await person.call({ page: 100, chunk: 10 });
  await shows(person, 86, 100);
  await person.type("Escape");
  assertEquals(await person.heard(), "left");
  await person.sees("you>");
  await person.call({ page: 100, chunk: 10 });
  await shows(person, 86, 100);
  await person.call({ print: "one" }, { print: "two" }, { close: true });
  await person.sees("one", "two", "ended", "ended with 0");
});

screenTest("prints a text that fits on the screen", async () => {
  await using person = await Person.sitDown();
  await person.call({ page: 3, chunk: 2 });
  assertEquals(await person.heard(), "left");
  await person.sees("line 1", "line 2", "line 3", "you>");
});

screenTest("says in the pager that the rest could not be loaded, and then why", async () => {
  await using person = await Person.sitDown();
  await person.call({ page: 40, chunk: 20, fails: true });
  await person.tmux.until((screen) => screen.includes("rest not loaded"));
  await person.type("g");
  await shows(person, 21, 35);
  await person.type("q");
  assertEquals(await person.heard(), "failed: no more");
  assert(!(await person.tmux.screen()).includes("line"));
});
