/** The client program's public face: what a person's or a script's client is made of. */

export { type Asker } from "./asker.ts";
export { type Command, parseLine, type Typed } from "./command.ts";
export { type JsonOptions, runJson } from "./json.ts";
export { type Out, StartError } from "./out.ts";
export { type Profile } from "./profile_text.ts";
export { Profiles } from "./profiles.ts";
export { runClientProgram } from "./program.ts";
export { Remembering } from "./remember.ts";
export { findSecret } from "./secret.ts";
export { type Attempt, setUp } from "./setup.ts";
export type { ShellOptions } from "./options.ts";
export { Shell } from "./shell.ts";
export { findTarget, type Target } from "./target.ts";
