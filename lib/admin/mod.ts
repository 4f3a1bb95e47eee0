/** The server program's public face. */

export { runServerProgram } from "./program.ts";
