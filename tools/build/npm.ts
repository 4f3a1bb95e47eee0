/**
 * Files out of packages of the npm registry, which count only when the whole package has the hash
 * that the caller knows. What they are for is not known here.
 */

import { encodeBase64 } from "@std/encoding/base64";
import { parseTarGzip } from "nanotar";

/** A file in a package. */
export interface PackagedFile {
  /** The package's name. */
  readonly name: string;
  readonly version: string;
  /** The package's SHA-512 as npm tells it: `sha512-` and base64. */
  readonly integrity: string;
  /** The file's path in the package. */
  readonly path: string;
}

/**
 * Fetches a file.
 *
 * @throws {Error} when the registry does not have it, or not with this hash
 */
export async function fetchPackaged(
  { name, version, integrity, path }: PackagedFile,
): Promise<Uint8Array<ArrayBuffer>> {
  const tarball = `${name}/-/${name.split("/").at(-1)}-${version}.tgz`;
  const response = await fetch(`https://registry.npmjs.org/${tarball}`);
  if (!response.ok) throw new Error(`npm has no ${tarball}: ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const hash = encodeBase64(await crypto.subtle.digest("SHA-512", bytes));
  if (`sha512-${hash}` !== integrity) {
    throw new Error(`npm's ${tarball} has the hash sha512-${hash}, not ${integrity}`);
  }
  const files = await parseTarGzip(bytes);
  const data = files.find((file) => file.name === `package/${path}`)?.data;
  if (data === undefined) throw new Error(`npm's ${tarball} holds no ${path}`);
  return new Uint8Array(data);
}
