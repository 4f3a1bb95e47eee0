/** A terminal made of pipes, in a real child process. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

const FIXTURE = fromFileUrl(new URL("./terminal_fixture.ts", import.meta.url));
const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));
/** A child that runs for so long is ended, in milliseconds, and its test fails. */
const PATIENCE = 30_000;
const encoder = new TextEncoder();

function start(...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--config", CONFIG, FIXTURE, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(PATIENCE),
  }).spawn();
}

/** What the child wrote, after `input` and its end. */
async function run(args: string[], ...input: Uint8Array[]): Promise<{ out: string; err: string }> {
  const child = start(...args);
  const writer = child.stdin.getWriter();
  for (const piece of input) await writer.write(piece);
  await writer.close();
  const { stdout, stderr } = await child.output();
  return { out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

Deno.test("a piped terminal gives plain lines and prints plain lines, without a prompt", async () => {
  const input = Uint8Array.of(...encoder.encode("Log on\r\n\n  é 😀"), 0xff);
  assertEquals(await run(["echo"], input), {
    out: `"Log on"\n""\n"  é 😀\ufffd"\nended\n`,
    err: "",
  });
});

Deno.test("a piped terminal tells what it leaves out of a line too long, and goes on", async () => {
  const { out } = await run(["echo"], encoder.encode("x".repeat(70_000)), encoder.encode("\nb\n"));
  const [notice, cut, next] = out.split("\n");
  assertEquals(
    notice,
    "A line was too long: its last 4464 bytes, after the first 65536, are left out.",
  );
  assertEquals(cut, JSON.stringify("x".repeat(65_536)));
  assertEquals(next, '"b"');
});

Deno.test("a piped terminal's output is complete and in order", async () => {
  const { out } = await run(["print", "100000"]);
  const lines = out.split("\n");
  assertEquals(lines.length, 100_001);
  assert(lines.slice(0, -1).every((line, i) => line === `line ${i + 1}`));
});

Deno.test("a piped terminal ends its lines when nobody reads its output any more", async () => {
  const child = start("echo");
  const writer = child.stdin.getWriter();
  await writer.write(encoder.encode("first\n"));
  const reader = child.stdout.getReader();
  assertEquals(new TextDecoder().decode((await reader.read()).value), '"first"\n');
  await reader.cancel();
  // Standard input stays open: what ends the child is the line it can print to nobody.
  await writer.write(encoder.encode("second\n"));
  const [status, err] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assertEquals([status.code, err], [0, ""]);
  await writer.close().catch(() => {});
});
