/** The machines that releases are for. The names are part of the archives' names: they stay. */

/** A kind of machine. */
export interface Target {
  readonly name: string;
  /** What Deno calls it. */
  readonly triple: string;
}

/** All of them. */
export const TARGETS: readonly Target[] = [
  { name: "linux-x86_64", triple: "x86_64-unknown-linux-gnu" },
  { name: "linux-aarch64", triple: "aarch64-unknown-linux-gnu" },
  { name: "macos-x86_64", triple: "x86_64-apple-darwin" },
  { name: "macos-aarch64", triple: "aarch64-apple-darwin" },
  { name: "windows-x86_64", triple: "x86_64-pc-windows-msvc" },
];

/** The kind of this machine; undefined if there are no releases for it. */
export const OWN_TARGET = TARGETS.find(({ triple }) => triple === Deno.build.target);

/** What the name of a program for `triple` ends in; by default, for this machine. */
export function executableSuffix(triple: string = Deno.build.target): string {
  return triple.includes("windows") ? ".exe" : "";
}
