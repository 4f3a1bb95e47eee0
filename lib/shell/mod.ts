/** The client program's public face: what a person's or a script's client is made of. */

export { type Command, parseLine, type Typed } from "./command.ts";
export { findSecret, SECRET_VARIABLE, SecretError } from "./secret.ts";
export { Shell, type ShellOptions } from "./shell.ts";
