/** `subscriber add|remove|rotate|list` on a file: what is said, and what becomes of the file. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { AdminError } from "../../lib/admin/out.ts";
import { subscriber } from "../../lib/admin/subscriber.ts";
import { parseClientId } from "../../lib/codec/mod.ts";
import { loadSubscribers, SubscribersError } from "../../lib/subscribers/mod.ts";
import { UsageError } from "../../lib/terminal/mod.ts";

const WINDOWS = Deno.build.os === "windows";
const TEXT =
  `# ours\n\n[alice]\nsecret = "secret of alice 1"\n\n[bob]\nsecret = "sample-secret-of-bob"\n`;

interface Said {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

async function command(file: string, ...args: string[]): Promise<Said> {
  const output: string[] = [];
  const errors: string[] = [];
  const out = {
    say: (text: string) => void output.push(text),
    complain: (text: string) => void errors.push(text),
  };
  const code = await subscriber([...args, "--subscribers", file], out, "0.0.0");
  return { code, output: output.join("\n"), errors: errors.join("\n") };
}

/** Runs `test` with a file of subscribers in a folder of its own. */
async function withFile(test: (file: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "parley-" });
  try {
    const file = join(folder, "subscribers.toml");
    await Deno.writeTextFile(file, TEXT, { mode: 0o600 });
    await test(file, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}

async function mode(file: string): Promise<number> {
  return (await Deno.stat(file)).mode! & 0o777;
}

function secretIn(output: string): string {
  return /^ {2}Secret: +(?<secret>[0-9a-f]{64})$/m.exec(output)!.groups!["secret"]!;
}

Deno.test("subscriber add says what to hand over, and the file holds it", () =>
  withFile(async (file) => {
    const { code, output, errors } = await command(file, "add", "zoe", "yan");
    assertEquals([code, errors], [0, ""]);
    assertStringIncludes(
      output,
      `Added zoe, yan (${file}). A running server takes this by itself.`,
    );
    assertMatch(output, /^ {2}Client-ID: {2}zoe$/m);
    assertMatch(output, /^ {4}parley setup$/m);
    assertMatch(output, /^ {4}parley zoe@HOST$/m);
    const subscribers = await loadSubscribers(file);
    assertEquals(subscribers.ids(), ["alice", "bob", "zoe", "yan"].map(parseClientId));
    const secret = new TextDecoder().decode(subscribers.secretOf(parseClientId("zoe")));
    assertEquals(secret, secretIn(output));
    assert((await Deno.readTextFile(file)).startsWith(TEXT));
  }));

Deno.test("every secret is another", () =>
  withFile(async (file) => {
    const made = new Set<string>();
    made.add(secretIn((await command(file, "add", "zoe")).output));
    made.add(secretIn((await command(file, "add", "yan")).output));
    made.add(secretIn((await command(file, "rotate", "zoe")).output));
    assertEquals(made.size, 3);
  }));

Deno.test("subscriber rotate and remove change their entries only", () =>
  withFile(async (file) => {
    const rotated = await command(file, "rotate", "alice");
    assertStringIncludes(rotated.output, `Gave another secret to alice (${file}).`);
    const secret = secretIn(rotated.output);
    assertEquals(await Deno.readTextFile(file), TEXT.replace("secret of alice 1", secret));

    const removed = await command(file, "remove", "bob");
    assertEquals(removed.output, `Removed bob (${file}). A running server takes this by itself.`);
    assertEquals(await Deno.readTextFile(file), `# ours\n\n[alice]\nsecret = "${secret}"\n`);
  }));

Deno.test("subscriber list names everybody, marks samples, and tells no secret", () =>
  withFile(async (file) => {
    assertEquals(await command(file, "list"), {
      code: 0,
      output: "alice\nbob  (a sample secret, which everybody knows)",
      errors: "",
    });
  }));

Deno.test("several are changed together, or none", () =>
  withFile(async (file, folder) => {
    for (
      const [args, reason] of [
        [["remove", "bob", "zoe"], "zoe is not in"],
        [["remove", "bob", "alice"], "alice is the only subscriber"],
        [["add", "zoe", "bob"], "bob is in"],
        [["rotate", "alice", "zoe"], "zoe is not in"],
        [["add", "zoe", "no ID"], '"no ID" cannot be a client-ID; use 1 to 32'],
        [["add", "x".repeat(33)], "cannot be a client-ID"],
      ] as const
    ) {
      await assertRejects(() => command(file, ...args), AdminError, reason);
    }
    assertEquals(await Deno.readTextFile(file), TEXT);
    assertEquals(await names(folder), ["subscribers.toml"]);
  }));

Deno.test("subscriber needs a command and IDs", () =>
  withFile(async (file) => {
    for (const args of [[], ["delete", "bob"], ["add"], ["remove"], ["rotate"], ["list", "bob"]]) {
      await assertRejects(() => command(file, ...args), UsageError);
    }
  }));

Deno.test("a broken file tells its problems, and stays as it is", () =>
  withFile(async (file, folder) => {
    const broken = `${TEXT}[dave]\nsecret = "short"\n`;
    await Deno.writeTextFile(file, broken);
    for (const args of [["add", "zoe"], ["rotate", "bob"], ["remove", "bob"], ["list"]]) {
      const { message } = await assertRejects(() => command(file, ...args), SubscribersError);
      assertStringIncludes(message, `${file}:9: subscriber "dave": the secret has fewer`);
    }
    assertEquals(await Deno.readTextFile(file), broken);
    await Deno.writeFile(file, new Uint8Array([0x5b, 0xff, 0x5d]));
    await assertRejects(() => command(file, "add", "zoe"), SubscribersError, "not UTF-8");
    assertEquals(await names(folder), ["subscribers.toml"]);
  }));

Deno.test("a file that is missing is created by add only", () =>
  withFile(async (_, folder) => {
    const file = join(folder, "new.toml");
    for (const args of [["rotate", "zoe"], ["remove", "zoe"], ["list"]]) {
      await assertRejects(() => command(file, ...args), SubscribersError, "there is no such file");
    }
    assertEquals(await names(folder), ["subscribers.toml"]);
    const { output } = await command(file, "add", "zoe");
    assertStringIncludes(output, `Added zoe (${file}, a new file).`);
    assertEquals((await loadSubscribers(file)).ids(), [parseClientId("zoe")]);
    if (!WINDOWS) assertEquals(await mode(file), 0o600);
    const elsewhere = join(folder, "no folder", "new.toml");
    await assertRejects(() => command(elsewhere, "add", "zoe"), AdminError, "Create that folder");
  }));

Deno.test("a file that holds nothing yet is begun", () =>
  withFile(async (file) => {
    await Deno.writeTextFile(file, "");
    await command(file, "add", "zoe");
    assertEquals((await loadSubscribers(file)).ids(), [parseClientId("zoe")]);
  }));

Deno.test("who finds another's edit under way, or what is left of one, is told", () =>
  withFile(async (file, folder) => {
    const left = `${await Deno.realPath(file)}.new`;
    await Deno.writeTextFile(left, "");
    await assertRejects(() => command(file, "add", "zoe"), AdminError, `${left} is there`);
    assertEquals(await names(folder), ["subscribers.toml", "subscribers.toml.new"]);
    await Deno.remove(left);
    await command(file, "add", "zoe");
    assertEquals(await names(folder), ["subscribers.toml"]);
  }));

Deno.test("of many edits at once none is lost: each is made or refused", () =>
  withFile(async (file) => {
    const wanted = Array.from({ length: 20 }, (_, i) => `new${i}`);
    const results = await Promise.allSettled(wanted.map((id) => command(file, "add", id)));
    const made = wanted.filter((_, i) => results[i]!.status === "fulfilled");
    assert(made.length > 0);
    const ids: string[] = (await loadSubscribers(file)).ids();
    assertEquals(ids.sort(), ["alice", "bob", ...made].sort());
  }));

Deno.test({
  name: "an edit leaves a file for its owner alone, and a link to it in place (not on Windows)",
  ignore: WINDOWS,
  fn: () =>
    withFile(async (file, folder) => {
      await Deno.chmod(file, 0o644);
      const link = join(folder, "link.toml");
      await Deno.symlink("subscribers.toml", link);
      await command(link, "add", "zoe");
      assertEquals(await mode(file), 0o600);
      assert((await Deno.lstat(link)).isSymlink);
      assertEquals((await loadSubscribers(file)).size, 3);
      assertEquals(await names(folder), ["link.toml", "subscribers.toml"]);
    }),
});

Deno.test({
  name: "an edit warns where a group could read the file, and can no more (not on Windows)",
  ignore: WINDOWS,
  fn: () =>
    withFile(async (file) => {
      await Deno.chmod(file, 0o640);
      const { code, errors } = await command(file, "add", "zoe");
      assertEquals([code, await mode(file)], [0, 0o600]);
      assertEquals(
        errors,
        `warning: the group of ${file} could read it, and can no more. ` +
          "If the server runs as another user than the file's, give the file to that one: chown",
      );
      assertEquals((await command(file, "add", "yan")).errors, "");
    }),
});

Deno.test({
  name: "an edit by root leaves a file to its owner (skipped for others than root)",
  ignore: WINDOWS || Deno.uid() !== 0,
  fn: () =>
    withFile(async (file) => {
      await Deno.chown(file, 12_345, 23_456);
      const { errors } = await command(file, "add", "zoe");
      const { uid, gid } = await Deno.stat(file);
      assertEquals([uid, gid, await mode(file), errors], [12_345, 23_456, 0o600, ""]);
    }),
});
