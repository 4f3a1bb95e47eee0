import { assertEquals, assertThrows } from "@std/assert";
import {
  asksForHelp,
  type Flags,
  readEndpoint,
  readFlags,
  readNumber,
  UsageError,
} from "../../lib/terminal/mod.ts";

function read(...args: string[]): Flags<"host" | "port", "trace"> {
  return readFlags(args, { text: ["host", "port"], switches: ["trace"] });
}

Deno.test("readFlags() tells flags with a value, switches and words apart", () => {
  assertEquals(read("alice", "--host", "::1", "--port=7", "--trace", "bob"), {
    text: { host: "::1", port: "7" },
    switches: { trace: true },
    words: ["alice", "bob"],
  });
  assertEquals(read(), { text: {}, switches: { trace: false }, words: [] });
});

Deno.test("readFlags() keeps words that look like numbers, and all after --, as they are", () => {
  assertEquals(read("007", "--", "--host").words, ["007", "--host"]);
});

Deno.test("asksForHelp() looks for --help and -h where flags may stand", () => {
  for (const args of [["--help"], ["-h"], ["add", "zoe", "-h"], ["-h", "--", "x"]]) {
    assertEquals(asksForHelp(args), true);
  }
  for (const args of [[], ["help"], ["add", "--", "-h"], ["--", "--help"]]) {
    assertEquals(asksForHelp(args), false);
  }
});

Deno.test("readFlags() takes the last of a flag given twice", () => {
  assertEquals(read("--port", "1", "--port", "2").text, { port: "2" });
});

Deno.test("readFlags() rejects unknown flags and flags without their value", () => {
  for (const flag of ["--hots", "-h", "--no-trace", "--host.x", "--__proto__"]) {
    assertThrows(() => read(flag), UsageError, `unknown flag ${flag}`);
  }
  for (const args of [["--host"], ["--host="], ["--host", "--trace"]]) {
    assertThrows(() => read(...args), UsageError, "--host needs a value");
  }
});

Deno.test("readNumber() takes whole numbers in range, and else says what it takes", () => {
  const range = { min: 1, max: 10, otherwise: 5 };
  assertEquals(["1", "10", undefined].map((value) => readNumber("--n", value, range)), [1, 10, 5]);
  for (const value of ["0", "11", "1.5", "-1", "1e1", "0x1", " 1", ""]) {
    assertThrows(() => readNumber("--n", value, range), UsageError, "from 1 to 10");
  }
});

Deno.test("readEndpoint() takes names and addresses, with and without a port", () => {
  const cases = {
    "localhost": ["localhost", 4390],
    "chat.example.org:5": ["chat.example.org", 5],
    "127.0.0.1:65535": ["127.0.0.1", 65535],
    "[::1]": ["::1", 4390],
    "[fe80::1]:80": ["fe80::1", 80],
  } as const;
  for (const [text, [host, port]] of Object.entries(cases)) {
    assertEquals(readEndpoint("--server", text, 4390), { host, port });
  }
});

Deno.test("readEndpoint() rejects what is neither", () => {
  for (const text of ["", ":5", "a:", "a:b", "a:0", "a:65536", "::1", "[::1", "a b", "a:1:2"]) {
    assertThrows(() => readEndpoint("--server", text, 4390), UsageError, "HOST or HOST:PORT");
  }
});
