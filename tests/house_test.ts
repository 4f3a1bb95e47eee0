/**
 * The house's rules, held against the module graph and the sources.
 */

import { assertEquals } from "@std/assert";
import { fromFileUrl, join, relative } from "@std/path";

const ROOT = fromFileUrl(new URL("../", import.meta.url));

/** Which folders a folder of lib/ may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  codec: [],
  crypto: [],
  session: ["codec", "crypto"],
  transport: ["codec", "crypto"],
  history: ["codec"],
  subscribers: ["codec"],
  terminal: ["codec"],
  server: ["codec", "crypto", "session", "transport", "history", "subscribers"],
  client: ["codec", "crypto", "session", "transport"],
  shell: ["codec", "transport", "subscribers", "terminal", "client"],
  admin: ["codec", "session", "transport", "history", "subscribers", "terminal", "server"],
};

/** Packages whose purpose is cryptography. */
const CRYPTOGRAPHY = ["node:crypto", "libsodium-wrappers", "@std/crypto/timing-safe-equal"];

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** The file of the project that is imported, if it is one. */
  readonly to: string | undefined;
}

/** Every import of a file of the project, as Deno resolves it. */
function readImports(): Import[] {
  const entries = ["server.ts", "client.ts", "lib/server/mod.ts", "lib/client/mod.ts"];
  return entries.flatMap((entry) => {
    const { stdout } = new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", join(ROOT, entry)],
    }).outputSync();
    const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
      modules: {
        specifier: string;
        dependencies?: { specifier: string; code?: Resolved; type?: Resolved }[];
      }[];
    };
    return modules.flatMap(({ specifier: from, dependencies = [] }) =>
      dependencies.map(({ specifier, code, type }) => ({
        from: pathOf(from)!,
        specifier,
        to: pathOf((code ?? type)?.specifier),
      }))
    );
  });
}

interface Resolved {
  readonly specifier?: string;
}

function pathOf(specifier: string | undefined): string | undefined {
  if (specifier === undefined || !specifier.startsWith("file:")) return undefined;
  return relative(ROOT, fromFileUrl(specifier)).replaceAll("\\", "/");
}

/** The folder of lib/ that a file belongs to. */
function room(path: string): string | undefined {
  return /^lib\/([^/]+)\//.exec(path)?.[1];
}

function sources(folder: string): { path: string; text: string }[] {
  return Array.from(Deno.readDirSync(join(ROOT, folder))).flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return sources(path);
    return [{ path, text: Deno.readTextFileSync(join(ROOT, path)) }];
  });
}

const imports = readImports();

Deno.test("the house: a file imports only from lower floors or from its own folder", () => {
  const wrong = imports.filter(({ from, to }) => {
    const [own, other] = [room(from), to && room(to)];
    if (own === undefined) return false;
    return other === undefined
      ? to !== undefined
      : other !== own && !MAY_IMPORT[own]!.includes(other);
  });
  assertEquals(wrong, []);
});

Deno.test("the house: another folder is entered through its mod.ts", () => {
  const wrong = imports.filter(({ from, to }) => {
    const other = to && room(to);
    return room(from) !== undefined && other !== undefined && other !== room(from) &&
      to !== `lib/${other}/mod.ts`;
  });
  assertEquals(wrong, []);
});

Deno.test("the house: client and server machines know nothing of each other", () => {
  const wrong = imports.filter(({ from, to }) =>
    from.startsWith("lib/session/client/") && to?.startsWith("lib/session/server/") ||
    from.startsWith("lib/session/server/") && to?.startsWith("lib/session/client/")
  );
  assertEquals(wrong, []);
});

Deno.test("the house: every folder of lib/ has its floor", () => {
  const folders = Array.from(Deno.readDirSync(join(ROOT, "lib")), ({ name }) => name);
  assertEquals(folders.sort(), Object.keys(MAY_IMPORT).sort());
});

Deno.test("the house: cryptographic libraries are imported in exactly one file", () => {
  const importers = imports.filter(({ specifier }) => CRYPTOGRAPHY.includes(specifier));
  assertEquals([...new Set(importers.map(({ from }) => from))], ["lib/crypto/primitives.ts"]);
});

Deno.test("the house: nothing below floor 2 touches the system, a clock, a timer or chance", () => {
  const touch =
    /\bDeno\.|\bperformance\.|\bDate\.|\bset(Timeout|Interval|Immediate)\(|\bqueueMicrotask\(|\bMath\.random\(|\bcrypto\.(getRandomValues|randomUUID|subtle)/;
  const touching = ["codec", "crypto", "session"].flatMap((name) => sources(`lib/${name}`))
    .filter(({ text }) => touch.test(text));
  assertEquals(touching.map(({ path }) => path), []);
});

Deno.test("the house: no library file writes to the console", () => {
  const writing = sources("lib").filter(({ text }) => /\bconsole\./.test(text));
  assertEquals(writing.map(({ path }) => path), []);
});
