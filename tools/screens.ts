/**
 * `deno task screens`: plays the scenes of tools/screens/scenes.ts at real terminals, and puts what
 * they show into docs/images, as SVG and as text. Names of scenes play only these.
 *
 * It needs tmux, bash, and the usual port. Exit codes: 0, all were played; 1, one could not be; 2,
 * the command line was not understood.
 */

import { join } from "@std/path";
import { openPlace } from "./screens/place.ts";
import { type Scene, SCENES } from "./screens/scenes.ts";
import { isFree, ROOT, USUAL_PORT } from "./stage/mod.ts";

const FOLDER = join(ROOT, "docs", "images");

async function shoot({ name, film, play }: Scene): Promise<void> {
  await using place = await openPlace();
  await play(place);
  const { svg, text } = place.studio.still();
  await Deno.writeTextFile(join(FOLDER, `${name}.svg`), svg);
  await Deno.writeTextFile(join(FOLDER, `${name}.txt`), text);
  if (film !== undefined) {
    await Deno.writeTextFile(join(FOLDER, `${film}.svg`), place.studio.film());
  }
}

if (import.meta.main) {
  const names = Deno.args.length > 0 ? Deno.args : SCENES.map(({ name }) => name);
  const unknown = names.find((name) => !SCENES.some((scene) => scene.name === name));
  if (unknown !== undefined) {
    console.error(
      `screens: there is no scene ${unknown}; there are ${SCENES.map(({ name }) => name)}`,
    );
    Deno.exit(2);
  }
  if (!isFree(USUAL_PORT)) {
    console.error(`screens: port ${USUAL_PORT} is in use; stop what uses it`);
    Deno.exit(1);
  }
  for (const scene of SCENES.filter(({ name }) => names.includes(name))) {
    console.log(scene.name);
    await shoot(scene);
  }
}
