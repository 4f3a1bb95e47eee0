/** Replacing the file of subscribers where somebody else may write in its folder. */

import { assertEquals } from "@std/assert";
import { addSubscriber, rewriteSubscribers } from "../../lib/subscribers/mod.ts";
import { parseClientId } from "../../lib/codec/mod.ts";
import { Folder } from "../programs/fixtures.ts";

const TEXT = `[alice]\nsecret = "secret of alice 1"\n`;
const ROOT = Deno.build.os !== "windows" && Deno.uid() === 0;

Deno.test({
  name: "an edit reaches no other file, though a link to it takes the new one's place meanwhile" +
    (ROOT ? "" : " (the owner: skipped for others than root)"),
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using folder = new Folder();
    const file = folder.write("subscribers.toml", TEXT);
    const precious = folder.write("precious", "what is in it");
    const { uid } = await Deno.stat(precious);
    if (ROOT) await Deno.chown(file, 12_345, 12_345);
    const beside = `${await Deno.realPath(file)}.new`;
    await rewriteSubscribers(file, (toml) => {
      Deno.removeSync(beside);
      Deno.symlinkSync(precious, beside);
      return addSubscriber({ file, toml }, parseClientId("zoe"), "a new secret, quite long");
    });
    assertEquals(await Deno.readTextFile(precious), "what is in it");
    assertEquals((await Deno.stat(precious)).uid, uid);
  },
});

Deno.test({
  name: "a file that root creates belongs to whom its folder belongs" +
    (ROOT ? "" : " (skipped for others than root)"),
  ignore: !ROOT,
  fn: async () => {
    await using folder = new Folder();
    const file = folder.file("subscribers.toml");
    const add = (id: string): ReturnType<typeof rewriteSubscribers> =>
      rewriteSubscribers(
        file,
        (toml) => addSubscriber({ file, toml }, parseClientId(id), "a new secret, quite long"),
        { create: true },
      );
    await Deno.chown(folder.file("."), 12_345, 12_346);
    assertEquals(await add("zoe"), { created: true, ownerKept: true, groupShutOut: false });
    assertEquals(await add("yan"), { created: false, ownerKept: true, groupShutOut: false });
    const { uid, gid, mode } = await Deno.stat(file);
    assertEquals([uid, gid, mode! & 0o777], [12_345, 12_346, 0o600]);
  },
});
