/**
 * A release on a web server of this machine: archives and SHA256SUMS, as `deno task release` names
 * them, with small scripts in the place of the programs. Knows nothing about the installer.
 */

import { encodeHex } from "@std/encoding/hex";
import { join } from "@std/path";
import config from "../../deno.json" with { type: "json" };
import { run } from "./programs.ts";

export const PLATFORMS = ["linux-x86_64", "linux-aarch64", "macos-x86_64", "macos-aarch64"];

/** Quick rather than small. */
const TAR = ["--use-compress-program=gzip -1", "-cf"];

/** What a program of this release prints for `--version`. */
export function versionOf(program: string): string {
  return `${program} ${config.version}`;
}

/** The archive's name for a program and a platform. */
export function archiveName(program: string, platform: string): string {
  return `${program}-${config.version}-${platform}.tar.gz`;
}

/** Serves its files until it is disposed of. */
export class Release implements AsyncDisposable {
  /** What is served, by name. */
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const serve = ({ url }: Request): Response => {
      const file = this.files.get(new URL(url).pathname.slice(1));
      return file ? new Response(file) : new Response("not here", { status: 404 });
    };
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, serve);
  }

  /** A release of both programs for every platform that has a shell. */
  static async open(): Promise<Release> {
    const release = new Release();
    for (const program of ["parley", "parley-server"]) {
      const script = new TextEncoder().encode(`#!/bin/sh\necho "${versionOf(program)}"\n`);
      for (const platform of PLATFORMS) {
        release.files.set(archiveName(program, platform), await pack(program, platform, script));
      }
    }
    await release.sum();
    return release;
  }

  /** The address of the folder. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Writes SHA256SUMS anew, of all archives there are. */
  async sum(): Promise<void> {
    const lines: string[] = [];
    for (const [name, bytes] of this.files) {
      if (name === "SHA256SUMS") continue;
      const hash = await crypto.subtle.digest("SHA-256", bytes);
      lines.push(`${encodeHex(new Uint8Array(hash))}  ${name}\n`);
    }
    this.files.set("SHA256SUMS", new TextEncoder().encode(lines.join("")));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** The archive of a program for a platform, packed with tar itself. */
export async function pack(
  program: string,
  platform: string,
  bytes: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const folder = await Deno.makeTempDir();
  try {
    const name = archiveName(program, platform);
    const inside = name.replace(/\.tar\.gz$/, "");
    await Deno.mkdir(join(folder, inside));
    await Deno.writeFile(join(folder, inside, program), bytes, { mode: 0o755 });
    await Deno.writeTextFile(join(folder, inside, "README.md"), "# Parley\n");
    const { code, text } = await run("tar", [...TAR, name, inside], { cwd: folder });
    if (code !== 0) throw new Error(`tar: ${text}`);
    return await Deno.readFile(join(folder, name));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
