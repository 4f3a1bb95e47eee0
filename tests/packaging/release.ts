/**
 * A release on a web server of this machine: archives and SHA256SUMS as `deno task release` makes
 * them, with small scripts in the place of the programs. Knows nothing about the installer.
 */

import { join } from "@std/path";
import { archiveName, pack, writeChecksums } from "../../tools/build/archive.ts";
import { type Program, PROGRAMS, VERSION } from "../../tools/build/programs.ts";
import { type Target, TARGETS } from "../../tools/build/targets.ts";

/** The platforms that install.sh is for. */
const PLATFORMS = TARGETS.filter(({ name }) => !name.startsWith("windows"));

/** What a program of this release prints for `--version`. */
export function versionOf(program: string): string {
  return `${program} ${VERSION}`;
}

/** Serves its folder until it is disposed of. */
export class Release implements AsyncDisposable {
  readonly #folder = Deno.makeTempDirSync();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor() {
    const serve = async ({ url }: Request): Promise<Response> => {
      try {
        return new Response(await Deno.readFile(this.file(new URL(url).pathname.slice(1))));
      } catch {
        return new Response("not here", { status: 404 });
      }
    };
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, serve);
  }

  /** A release of both programs for every platform. */
  static async open(): Promise<Release> {
    const release = new Release();
    for (const program of PROGRAMS) {
      const script = new TextEncoder().encode(`#!/bin/sh\necho "${versionOf(program.name)}"\n`);
      for (const target of PLATFORMS) await release.#pack(program, target, script);
    }
    await release.sum();
    return release;
  }

  /** The address of the folder. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** The path of a file that is served. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  /** The path of an archive that is served. */
  archive(program: string, platform: string): string {
    return this.file(`${archiveName(programOf(program), targetOf(platform))}.tar.gz`);
  }

  /** Puts another program into an archive. */
  async replace(program: string, platform: string, executable: Uint8Array): Promise<void> {
    await this.#pack(programOf(program), targetOf(platform), executable);
    await this.sum();
  }

  /** Writes SHA256SUMS anew, of all archives there are. */
  async sum(): Promise<void> {
    const names = [...Deno.readDirSync(this.#folder)].map(({ name }) => name);
    await writeChecksums(this.#folder, names.filter((name) => name !== "SHA256SUMS"));
  }

  /** Serves no longer. */
  async close(): Promise<void> {
    await this.#server.shutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #pack(program: Program, target: Target, executable: Uint8Array): Promise<void> {
    const file = await Deno.makeTempFile();
    try {
      await Deno.writeFile(file, executable);
      await pack(program, target, file, this.#folder);
    } finally {
      await Deno.remove(file);
    }
  }
}

function programOf(name: string): Program {
  return PROGRAMS.find((program) => program.name === name)!;
}

function targetOf(name: string): Target {
  return TARGETS.find((target) => target.name === name)!;
}
