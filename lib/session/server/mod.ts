/** The server's state machines: logins over UDP, admission over TCP, and the switchboard. */

export * from "./admission.ts";
export { MEMBER_TABLE } from "./chat_phase.ts";
export * from "./directory.ts";
export * from "./login.ts";
export * from "./login_desk.ts";
export type { MemberState } from "./member.ts";
export * from "./switchboard.ts";
export type * from "./types.ts";
