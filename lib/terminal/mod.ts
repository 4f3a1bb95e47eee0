/** The terminal's public face: what the floors above may use. */

export {
  asksForHelp,
  type Flags,
  readEndpoint,
  readFlags,
  readNumber,
  UsageError,
} from "./flags.ts";
export { MAX_LINE } from "./line_splitter.ts";
export type { Notify } from "./notify.ts";
export { type Out, OutputError, sayLine, sayLines } from "./output.ts";
export { askSecret, openTerminal } from "./open.ts";
export { PipedTerminal } from "./piped.ts";
export { reasonOf } from "./reason.ts";
export type { Line, LongText, Terminal, TerminalOptions } from "./terminal.ts";
export { visible } from "./visible.ts";
export { versionLine } from "./version.ts";
