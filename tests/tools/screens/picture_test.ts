/** Terminals drawn. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Capture, readCapture } from "../../../tools/screens/capture.ts";
import { draw } from "../../../tools/screens/picture.ts";

function capture(text: string): Capture {
  return readCapture(text, { column: 0, row: 5 });
}

function window(...captures: string[]): Parameters<typeof draw>[0]["rows"][number][number] {
  return { title: "a <title>", columns: 20, rows: 2, captures: captures.map(capture) };
}

Deno.test("draw() shows the text of every window, with what SVG would act on escaped", () => {
  const svg = draw({ rows: [[window("<1> & more")], [window("other")]], times: [0, 1] });
  assertStringIncludes(svg, "&lt;1&gt; &amp; more</text>");
  assertStringIncludes(svg, ">other</text>");
  assertStringIncludes(svg, "a &lt;title&gt;");
  assertEquals(svg.includes("<animate"), false);
});

Deno.test("draw() fits text into its columns", () => {
  assertMatch(draw({ rows: [[window("漢字")]], times: [0, 1] }), /textLength="33.6"[^>]*>漢字</);
});

Deno.test("draw() shows what changes at its moments, and what stays once", () => {
  const svg = draw({
    rows: [[window("same\nold", "same\nnew", "same\nold")]],
    times: [0, 1, 3, 4],
  });
  assertEquals(svg.split(">same</text>").length, 2);
  assertMatch(
    svg,
    /values="inline;none;inline" keyTimes="0;0.25;0.75" dur="4s"[^>]*\/><text[^>]*>old</,
  );
  assertMatch(
    svg,
    /values="none;inline;none" keyTimes="0;0.25;0.75" dur="4s"[^>]*\/><text[^>]*>new</,
  );
});
