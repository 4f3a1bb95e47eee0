/** The metrics as Prometheus itself reads them: scraped by it, and judged by its own checker. */

import { assertEquals } from "@std/assert";
import { ALICE, BOB, loggedOn, startChat } from "../server/rig.ts";
import { Monitored, valuesOf } from "./monitored.ts";
import { missing, Prometheus } from "./prometheus.ts";

const noPrometheus = missing("prometheus");
const noPromtool = missing("promtool");

Deno.test({
  name: `Prometheus scrapes the server and sees its numbers move${because(noPrometheus)}`,
  ignore: noPrometheus !== undefined,
  fn: async () => {
    await using monitored = await Monitored.start();
    await using prometheus = await Prometheus.start(new URL(monitored.monitor.url).host);
    await prometheus.up();
    await prometheus.value("parley_connections", 0);
    await using alice = await loggedOn(monitored.server.udpAddress, ALICE);
    await using bob = await loggedOn(monitored.server.udpAddress, BOB);
    await startChat(alice, bob);
    await alice.client.send("hello");
    await prometheus.value("parley_connections", 2);
    await prometheus.value('parley_log_ons_total{result="accepted"}', 2);
    await prometheus.value("parley_chats_active", 1);
    await prometheus.value("parley_messages_stored_total", 1);
    await prometheus.value("parley_stored_text_bytes_total", 5);
    await prometheus.value('sum(parley_history_commit_seconds_bucket{le="+Inf"})', 1);
    await prometheus.value(`count(parley_build_info{version="1.2.3"})`, 1);
    const types = await prometheus.types();
    assertEquals(types["parley_connections"], "gauge");
    assertEquals(types["parley_log_ons_total"], "counter");
    assertEquals(types["parley_event_loop_delay_seconds"], "histogram");
  },
});

Deno.test({
  name: `promtool finds nothing to say about the metrics${because(noPromtool)}`,
  ignore: noPromtool !== undefined,
  fn: async () => {
    await using monitored = await Monitored.start();
    const text = await monitored.text();
    assertEquals(await check(text), { code: 0, said: "" });
    // It does find something where there is something.
    const wrong = text.replaceAll("parley_connections", "parley_connections_total");
    assertEquals((await check(wrong)).code === 0, false);
    assertEquals(valuesOf(text).get("parley_connections"), 0);
  },
});

async function check(metrics: string): Promise<{ code: number; said: string }> {
  const child = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(metrics));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

function because(reason: string | undefined): string {
  return reason === undefined ? "" : ` (skipped: ${reason})`;
}
