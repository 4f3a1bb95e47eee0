/** What the tests of the programs share: a folder that goes away, subscribers of one's own, a client. */

import { join } from "@std/path";
import { Program, type Server } from "../../tools/stage/mod.ts";

/** A subscriber whose secret is not a sample, in the file that {@linkcode subscribersFile} writes. */
export const ZOE = { id: "zoe", secret: "a secret of zoe's own, with é" } as const;

/** A folder that is removed with all that is in it. */
export class Folder implements AsyncDisposable {
  readonly #path = Deno.makeTempDirSync({ prefix: "parley-" });

  /** The path of a file in it. */
  file(name: string): string {
    return join(this.#path, name);
  }

  /** Writes a file in it that nobody else may read, and returns its path. */
  write(name: string, text: string): string {
    Deno.writeTextFileSync(this.file(name), text, { mode: 0o600 });
    return this.file(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#path, { recursive: true });
  }
}

/** Subscribers who are no sample: zoe, and alice with a secret of her own. */
export function subscribersFile(folder: Folder): string {
  return folder.write(
    "subscribers.toml",
    `[${ZOE.id}]\nsecret = "${ZOE.secret}"\n[alice]\nsecret = "not the sample secret"\n`,
  );
}

/** A client, offline. */
export function client(
  id: string,
  server: Pick<Server, "address">,
  { args = [], env = {} }: { args?: readonly string[]; env?: Record<string, string> } = {},
): Program {
  return new Program("client", {
    name: id,
    args: [id, "--server", server.address, ...args],
    env,
  });
}

/** Types lines one after the other. */
export async function typeAll(program: Program, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) await program.type(line);
}

/** A chat that has started, with both clients' screens read that far. */
export async function chatting(a: Program, b: Program, idOfB: string): Promise<void> {
  await b.type("Log on");
  await b.screen.expect("Connected");
  await typeAll(a, "Log on", `Chat ${idOfB}`);
  await a.screen.expect("Connected");
  await a.screen.expect(/^Chat started with /);
  await b.screen.expect(/^Chat started with /);
}

/** The lines of the history of `id` with `other`, as a client shows them. */
export async function historyOf(id: string, other: string, server: Server): Promise<string[]> {
  await using reader = client(id, server);
  await typeAll(reader, "Log on", `History ${other}`);
  await reader.endInput();
  await reader.exit();
  return reader.screen.all.filter((line) => line.startsWith("<"));
}
