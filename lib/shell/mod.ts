/** The client program's public face: what a person's or a script's client is made of. */

export { type Asker } from "./start/asker.ts";
export { type Command, parseLine, type Typed } from "./command.ts";
export { type JsonOptions, runJson } from "./json/json.ts";
export { type Out, StartError } from "./start/out.ts";
export { type Profile } from "./start/profile_text.ts";
export { Profiles } from "./start/profiles.ts";
export { runClientProgram } from "./start/program.ts";
export { Remembering } from "./start/remember.ts";
export { findSecret } from "./start/secret.ts";
export { type Attempt, setUp } from "./start/setup.ts";
export type { ShellOptions } from "./options.ts";
export { Shell } from "./shell.ts";
export { findTarget, type Target } from "./start/target.ts";
