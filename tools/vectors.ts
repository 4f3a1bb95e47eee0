/**
 * Writes the golden vectors of one login to tests/vectors/login.json and into docs/protocol.md, and
 * there one frame of each type as well.
 *
 * Run it with `deno task docs`, and only after a deliberate change of the protocol: the vectors
 * are there to show any other.
 */

import { INPUTS, loginSteps } from "../tests/vectors/login.ts";
import { renderFrames, renderVectors, withPrinted } from "../tests/vectors/markdown.ts";

const json = new URL("../tests/vectors/login.json", import.meta.url);
const protocol = new URL("../docs/protocol.md", import.meta.url);
const login = { inputs: INPUTS, steps: loginSteps(INPUTS) };

await Deno.writeTextFile(json, JSON.stringify(login, undefined, 2) + "\n");
const document = await Deno.readTextFile(protocol);
const withVectors = withPrinted(document, "vectors", renderVectors(login));
await Deno.writeTextFile(protocol, withPrinted(withVectors, "frames", renderFrames()));
