/**
 * What all servers of others share: a configuration made from a template of peers/, a certificate
 * of this run's own, a process, and clients that connect over TLS 1.3.
 */

import { fromFileUrl, join } from "@std/path";
import { inGroups, type LoadedServer, type Pair, type StartOptions } from "../load/pair.ts";
import { freePort } from "../../tools/stage/mod.ts";
import { outputOf, ServerProcess } from "../load/server_process.ts";
import { Stream } from "../load/stream.ts";

const TEMPLATES = fromFileUrl(new URL("../peers/", import.meta.url));

/** Where Debian keeps servers, whether or not it is in the PATH. */
const FOLDERS = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];

/** Log-ons under way at a time. */
const AT_ONCE = 50;

/** A server of others and how its clients speak. */
export interface Peer {
  /** Its program. */
  readonly program: string;
  /** Its template in peers/. */
  readonly template: string;
  /** Its arguments, given the file of its configuration. */
  args(configuration: string): string[];
  /** Logs the client with this index on. */
  logOn(stream: Stream, index: number): Promise<void>;
  /** A pair of two that are logged on. */
  pair(a: Stream, b: Stream, index: number, size: number): Pair;
}

/** Where `program` is; undefined where it is not installed. */
export function find(program: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, program)).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** The version that `program` tells of itself; undefined where it is not installed. */
export function versionOf(program: string, flag: string): Promise<string | undefined> {
  const path = find(program);
  if (path === undefined) return Promise.resolve(undefined);
  return Promise.resolve(/\d+\.\d+(\.\d+)?/.exec(outputOf(path, flag))?.[0] ?? "?");
}

/** Starts `peer`. */
export async function startPeer(peer: Peer, { folder }: StartOptions): Promise<LoadedServer> {
  const port = freePort();
  const { certificate, key } = makeCertificate(folder);
  const [user, group] = ["-un", "-gn"].map((flag) => outputOf("id", flag).trim());
  const template = await Deno.readTextFile(join(TEMPLATES, peer.template));
  const values: Record<string, string> = {
    ...{ port: `${port}`, plainPort: `${freePort()}`, folder, certificate, key },
    ...{ user: user!, group: group! },
  };
  const configuration = join(folder, peer.template);
  await Deno.writeTextFile(
    configuration,
    template.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name]!),
  );
  const process = await ServerProcess.start({
    command: find(peer.program)!,
    args: peer.args(configuration),
    cwd: folder,
    port,
  });
  const address = { port, certificate: await Deno.readTextFile(certificate) };
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const logOn = async (index: number): Promise<Stream> => {
    const stream = await Stream.connect(address, broken.reject);
    await peer.logOn(stream, index);
    stream.onBytes = (): void => {};
    return stream;
  };
  return {
    pid: process.pid,
    broken: broken.promise,
    logOn: (clients, atOnce, first = 0) =>
      inGroups(clients, atOnce, (index) => logOn(first + index)),
    connect: (pairs, size) =>
      inGroups(pairs, AT_ONCE, async (index) => {
        const [a, b] = await Promise.all([logOn(2 * index), logOn(2 * index + 1)]);
        return peer.pair(a, b, index, size);
      }),
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

/** A certificate for 127.0.0.1 that signs itself. */
function makeCertificate(folder: string): { certificate: string; key: string } {
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  const said = outputOf(
    "openssl",
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=127.0.0.1"],
    // Deno trusts it as an authority, and takes no authority for a server.
    ...["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"],
  );
  try {
    Deno.statSync(certificate);
  } catch {
    throw new Error(`openssl makes no certificate:\n${said}`);
  }
  return { certificate, key };
}
