/** A package counts only with the hash that is known. The registry is a stand-in. */

import { assertEquals, assertRejects } from "@std/assert";
import { encodeBase64 } from "@std/encoding/base64";
import { createTarGzip } from "nanotar";
import { fetchPackaged } from "../../../tools/build/npm.ts";

const TARBALL = await createTarGzip([{ name: "package/bin/tool", data: "the tool" }]);
const INTEGRITY = `sha512-${
  encodeBase64(await crypto.subtle.digest("SHA-512", Uint8Array.from(TARBALL)))
}`;

/** Runs `test` with a registry that holds one package. */
async function withRegistry(test: () => Promise<void>): Promise<void> {
  const { fetch } = globalThis;
  globalThis.fetch = (url): Promise<Response> =>
    Promise.resolve(
      url === "https://registry.npmjs.org/@some/tool/-/tool-1.2.3.tgz"
        ? new Response(Uint8Array.from(TARBALL))
        : new Response(null, { status: 404 }),
    );
  try {
    await test();
  } finally {
    globalThis.fetch = fetch;
  }
}

const TOOL = { name: "@some/tool", version: "1.2.3", integrity: INTEGRITY, path: "bin/tool" };

Deno.test("fetchPackaged() takes a file out of a package with the known hash", () =>
  withRegistry(async () => {
    assertEquals(new TextDecoder().decode(await fetchPackaged(TOOL)), "the tool");
  }));

Deno.test("fetchPackaged() refuses a package with another hash", () =>
  withRegistry(async () => {
    const integrity = `sha512-${encodeBase64(new Uint8Array(64))}`;
    await assertRejects(() => fetchPackaged({ ...TOOL, integrity }), Error, "has the hash sha512-");
  }));

Deno.test("fetchPackaged() says what is missing", () =>
  withRegistry(async () => {
    await assertRejects(() => fetchPackaged({ ...TOOL, path: "bin/none" }), Error, "no bin/none");
    await assertRejects(() => fetchPackaged({ ...TOOL, version: "9.9.9" }), Error, "404");
  }));
